package io.seminar.reports.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * {@code annotations.jsonl}: notes on dates, such as a new machine or a new JDK, one JSON object a
 * line with {@code schema_version}, {@code date} (yyyy-mm-dd) and {@code text}. Only ever appended
 * to, a whole line at once and by one writer at a time; a line may also be added by hand.
 */
public final class AnnotationsFile {
  /** Name of the file in the store. */
  public static final String FILE_NAME = "annotations.jsonl";

  private static final int SCHEMA_VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * One at a time within a JVM, readers too: a file's lock belongs to the process, and goes when
   * any of its channels to that file is closed.
   */
  private static final Object ONE_AT_A_TIME = new Object();

  private final Path file;

  AnnotationsFile(Path file) {
    this.file = file;
  }

  /**
   * A note on a date.
   *
   * @param date the day, UTC, from which on it holds
   * @param text one line, not blank
   */
  public record Annotation(LocalDate date, String text) {
    public Annotation {
      Objects.requireNonNull(date, "date");
      if (text == null || text.isBlank() || text.lines().count() > 1) {
        throw new IllegalArgumentException(
            "text of a note: found "
                + (text == null ? "nothing" : "'" + text + "'")
                + ", expected one line");
      }
    }
  }

  /**
   * The notes.
   *
   * @param annotations by date, then in the order in which they were made
   * @param skipped lines that are no notes, one sentence each
   */
  public record Annotations(List<Annotation> annotations, List<String> skipped) {
    public Annotations {
      annotations = List.copyOf(annotations);
      skipped = List.copyOf(skipped);
    }
  }

  /**
   * Appends a note.
   *
   * @throws io.seminar.sessions.DatasetException if the file cannot be written
   */
  public void add(Annotation annotation) {
    ObjectNode node = JSON.createObjectNode();
    node.put("schema_version", SCHEMA_VERSION);
    node.put("date", annotation.date().toString());
    node.put("text", annotation.text());
    synchronized (ONE_AT_A_TIME) {
      try (FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        channel.lock();
        long end = channel.size();
        // A writer that was cut short left half a line; ours must not become part of it.
        String before = end > 0 && last(channel, end) != '\n' ? "\n" : "";
        ByteBuffer bytes = ByteBuffer.wrap((before + node + "\n").getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
          end += channel.write(bytes, end);
        }
        channel.force(true);
      } catch (IOException e) {
        throw StoreFailure.of("cannot write a note", file, e);
      }
    }
  }

  private static byte last(FileChannel channel, long end) throws IOException {
    ByteBuffer one = ByteBuffer.allocate(1);
    channel.read(one, end - 1);
    return one.get(0);
  }

  /** The notes so far; none where there is no file yet. */
  public Annotations read() {
    List<String> lines;
    synchronized (ONE_AT_A_TIME) {
      if (!Files.exists(file)) {
        return new Annotations(List.of(), List.of());
      }
      try {
        // By hand may mean in any encoding; a letter that is none is no reason to lose the rest.
        lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList();
      } catch (IOException e) {
        throw StoreFailure.of("cannot read the notes", file, e);
      }
    }
    List<Annotation> found = new ArrayList<>();
    List<String> skipped = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        try {
          found.add(parse(lines.get(i)));
        } catch (IOException | DateTimeException | IllegalArgumentException e) {
          skipped.add(
              file + ", line " + (i + 1) + ": " + e.getMessage().lines().findFirst().orElse(""));
        }
      }
    }
    found.sort(Comparator.comparing(Annotation::date));
    return new Annotations(found, skipped);
  }

  private static Annotation parse(String line) throws IOException {
    JsonNode node = JSON.readTree(line);
    int version = node.path("schema_version").asInt();
    if (version != SCHEMA_VERSION) {
      throw new IllegalArgumentException(
          "schema_version: found "
              + (node.has("schema_version") ? node.get("schema_version") : "no such key")
              + ", expected "
              + SCHEMA_VERSION);
    }
    return new Annotation(
        LocalDate.parse(node.path("date").asText()), node.path("text").asText(null));
  }
}
