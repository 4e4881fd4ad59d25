package io.seminar.reports.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.Publication;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * {@code dead-letters-00000.jsonl}…: the records that were refused, one JSON object a line. A run
 * without any has no such file.
 */
public final class DeadLettersFile {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private DeadLettersFile() {}

  /** Name of the file of a shard in the run folder. */
  public static String fileName(int shard) {
    return String.format(Locale.ROOT, "dead-letters-%05d.jsonl", shard);
  }

  static boolean isFileName(String name) {
    return name.matches("dead-letters-\\d{5,}\\.jsonl");
  }

  /**
   * A record that was refused.
   *
   * @param file file that holds it
   * @param row row within the file, from 0; −1 where it is not known
   * @param field what is wrong with it
   * @param found what stands there
   * @param expected what should
   * @param user id of the user, or null where it is not known
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DeadLetter(
      String file, long row, String field, String found, String expected, String user) {
    public DeadLetter {
      Objects.requireNonNull(file, "file");
      Objects.requireNonNull(field, "field");
      Objects.requireNonNull(found, "found");
      Objects.requireNonNull(expected, "expected");
    }

    /** A dead letter for a problem that a reader found. */
    public static DeadLetter of(Problem problem, String user) {
      return new DeadLetter(
          problem.file(),
          problem.row(),
          problem.field(),
          problem.found(),
          problem.expected(),
          user);
    }
  }

  /** Writes dead letters; the file appears under its name when {@link #finish} has run. */
  public static final class Writer implements AutoCloseable {
    private final Path file;
    private final Path temporary;
    private final BufferedWriter out;
    private boolean finished;

    private Writer(Path file) throws IOException {
      this.file = file;
      this.temporary = Publication.temporaryBeside(file);
      this.out = Files.newBufferedWriter(temporary);
    }

    /** Appends one. */
    public void add(DeadLetter letter) {
      try {
        out.write(JSON.writeValueAsString(letter));
        out.write('\n');
      } catch (IOException e) {
        throw new DatasetException("cannot write " + file + ": " + e, e);
      }
    }

    /** Gives the file its name. */
    public void finish() {
      try {
        out.close();
        Publication.force(temporary);
        Publication.publish(temporary, file, true);
        finished = true;
      } catch (IOException e) {
        throw new DatasetException("cannot write " + file + ": " + e, e);
      }
    }

    /** Without {@link #finish}, removes what was written. */
    @Override
    public void close() {
      try {
        out.close();
        if (!finished) {
          Publication.deleteTree(temporary);
        }
      } catch (IOException e) {
        throw new DatasetException("cannot remove " + temporary + ": " + e, e);
      }
    }
  }

  /** Opens a file for writing. */
  public static Writer create(Path file) {
    try {
      return new Writer(file);
    } catch (IOException e) {
      throw new DatasetException("cannot write " + file + ": " + e, e);
    }
  }

  /**
   * Hands every dead letter of a file to {@code reader}, in order, without holding them.
   *
   * @throws DatasetException if a line is not a dead letter
   */
  public static void forEach(Path file, Consumer<DeadLetter> reader) {
    long row = 0;
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        reader.accept(JSON.readValue(line, DeadLetter.class));
        row++;
      }
    } catch (JsonProcessingException e) {
      throw new DatasetException(
          new Problem(file.toString(), row, "", e.getOriginalMessage(), "a dead letter as JSON"),
          e);
    } catch (IOException e) {
      throw new DatasetException("cannot read " + file + ": " + e, e);
    }
  }
}
