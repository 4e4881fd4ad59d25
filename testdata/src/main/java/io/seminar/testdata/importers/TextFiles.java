package io.seminar.testdata.importers;

import static io.seminar.testdata.importers.ImportDatabase.identifier;
import static io.seminar.testdata.importers.ImportDatabase.literal;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Brings text files into tables without judging their values: every column is text, and every row
 * knows its line. What DuckDB cannot even split into columns is rejected here; names that end in
 * {@code .gz} are unpacked on the way.
 */
final class TextFiles {
  /** Longest line of a file: a user of 500,000 events fits. */
  private static final int MAX_LINE_BYTES = 16 << 20;

  private TextFiles() {}

  /** The file {@code name} in {@code folder}, or the same with {@code .gz}. */
  static Path require(Path folder, String name) {
    for (String candidate : List.of(name, name + ".gz")) {
      Path file = folder.resolve(candidate);
      if (Files.isRegularFile(file)) {
        return file;
      }
    }
    throw new DatasetException(
        new Problem(name, -1, "", "no such file in " + folder, "the file as published"));
  }

  /** The one file in {@code folder} whose name matches. */
  static Path requireOne(Path folder, String regex) {
    List<Path> found = matching(folder, regex);
    if (found.size() != 1) {
      throw new DatasetException(
          new Problem(
              folder.toString(),
              -1,
              "",
              found.isEmpty()
                  ? "no such file"
                  : found.stream().map(TextFiles::name).toList().toString(),
              "one file named " + regex));
    }
    return found.get(0);
  }

  /** The files of a folder whose names match, sorted by name. */
  static List<Path> matching(Path folder, String regex) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> Files.isRegularFile(file))
          .filter(file -> file.getFileName().toString().matches(regex))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new DatasetException("cannot list " + folder + ": " + e, e);
    }
  }

  /** The first line of a file; {@code null} if it is empty. */
  static String firstLine(Path file) {
    try (InputStream bytes = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      return reader.readLine();
    } catch (IOException e) {
      throw new DatasetException("cannot read " + file + ": " + e, e);
    }
  }

  /** Table {@code (line BIGINT, text VARCHAR)} of a file's lines that are not empty. */
  static void stageLines(ImportDatabase db, String table, Path file, Rejects rejects) {
    // No quotes, and a delimiter that no text holds: a line is one value.
    stage(
        db,
        table,
        file,
        0,
        List.of("text"),
        "header = false, delim = chr(1), quote = '', escape = '', max_line_size = "
            + MAX_LINE_BYTES
            + ", buffer_size = "
            + 2 * MAX_LINE_BYTES,
        rejects);
    db.run("DELETE FROM " + table + " WHERE text IS NULL OR text = ''");
  }

  /**
   * Table {@code (line BIGINT, …)} of a CSV file with a header, one text column for each of the
   * file's columns; a column without a name is called {@code column<index>}.
   *
   * @param required columns that have to be there
   */
  static void stageCsv(
      ImportDatabase db, String table, Path file, List<String> required, Rejects rejects) {
    String header = firstLine(file);
    if (header == null) {
      throw new DatasetException(
          new Problem(name(file), -1, "", "an empty file", "a header with " + required));
    }
    List<String> columns = new ArrayList<>();
    for (String column : header.replace("\uFEFF", "").split(",", -1)) {
      String bare = column.strip().replaceAll("^\"|\"$", "");
      columns.add(bare.isEmpty() ? "column" + columns.size() : bare);
    }
    for (String column : required) {
      if (!columns.contains(column)) {
        throw new DatasetException(
            new Problem(
                name(file), 1, column, "a header with " + columns, "a column of this name"));
      }
    }
    stage(
        db,
        table,
        file,
        1,
        columns,
        "header = true, delim = ',', quote = '\"', escape = '\"'",
        rejects);
  }

  private static void stage(
      ImportDatabase db,
      String table,
      Path file,
      int headerLines,
      List<String> columns,
      String format,
      Rejects rejects) {
    String refusals = table + "_refusals";
    db.run(
        "CREATE TABLE "
            + table
            + "_read AS SELECT row_number() OVER () AS n, * FROM read_csv("
            + literal(file.toAbsolutePath().toString())
            + ", auto_detect = false, columns = {"
            + columns.stream()
                .map(column -> literal(column) + ": 'VARCHAR'")
                .collect(Collectors.joining(", "))
            + "}, "
            + format
            + ", store_rejects = true, rejects_table = "
            + literal(refusals)
            + ", rejects_scan = "
            + literal(table + "_scan")
            + ")");
    // Rows are counted without the refused ones; this gives each row its line back. A refusal at
    // line r, the j-th, has
    // r − header − j accepted rows before it.
    db.run(
        "CREATE TABLE "
            + table
            + "_refused AS SELECT line, row_number() OVER (ORDER BY line) AS j, column_name, error_message, csv_line"
            + " FROM (SELECT line, min_by(column_name, column_idx) AS column_name,"
            + " min_by(error_message, column_idx) AS error_message, min_by(csv_line, column_idx) AS csv_line FROM "
            + refusals
            + " GROUP BY line)",
        "CREATE TABLE "
            + table
            + " AS SELECT r.n + "
            + headerLines
            + " + coalesce(x.j, 0) AS line, "
            + columns.stream()
                .map(column -> "r." + identifier(column))
                .collect(Collectors.joining(", "))
            + " FROM "
            + table
            + "_read r ASOF LEFT JOIN (SELECT j, line - "
            + headerLines
            + " - j AS before FROM "
            + table
            + "_refused) x ON r.n > x.before",
        "DROP TABLE " + table + "_read");
    db.forEach(
        "SELECT line, column_name, csv_line, error_message FROM "
            + table
            + "_refused ORDER BY line",
        row ->
            rejects.reject(
                name(file),
                row.getLong(1),
                row.getString(2) == null ? "" : row.getString(2),
                row.getString(3),
                "a row of " + columns.size() + " columns (" + firstLineOf(row.getString(4)) + ")"));
    db.run("DROP TABLE " + table + "_refused");
  }

  private static String firstLineOf(String text) {
    return text.strip().lines().findFirst().orElse("unreadable");
  }

  /** A file's name, as problems give it. */
  static String name(Path file) {
    return String.valueOf(file.getFileName());
  }
}
