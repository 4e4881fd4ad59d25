package io.seminar.network.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Records as JSON files: keys in the order of the record, those of maps sorted; no key may be
 * missing, unknown or of another type. Every record has {@code schemaVersion}.
 */
final class JsonFile {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private JsonFile() {}

  /** Writes a file and flushes it to disk. */
  static void write(Path file, Object value) throws IOException {
    Files.writeString(file, JSON.writeValueAsString(value).replace("\r\n", "\n") + "\n");
    Publication.force(file);
  }

  /** A value as the tree of its JSON. */
  static JsonNode tree(Object value) {
    return JSON.valueToTree(value);
  }

  /**
   * Reads a file.
   *
   * @param version the only one that is read
   * @param what a file of this kind is, for messages
   * @throws DatasetException naming file and key
   */
  static <T> T read(Path file, Class<T> type, int version, String what) {
    try {
      JsonNode tree = JSON.readTree(Files.readAllBytes(file));
      JsonNode found = tree.path("schemaVersion");
      if (!found.isInt() || found.intValue() != version) {
        throw problem(
            file,
            "schemaVersion",
            found.isMissingNode() ? "no such key" : found.toString(),
            what + " of version " + version,
            null);
      }
      return JSON.treeToValue(tree, type);
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw problem(file, "", "no such file", what, e);
    } catch (JsonMappingException e) {
      String key =
          e.getPath().stream()
              .map(
                  r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : "." + r.getFieldName())
              .collect(Collectors.joining());
      throw problem(file, key.startsWith(".") ? key.substring(1) : key, found(e), what, e);
    } catch (JsonProcessingException e) {
      throw problem(file, "", e.getOriginalMessage(), what, e);
    } catch (IOException e) {
      throw new DatasetException("cannot read " + file + ": " + e, e);
    }
  }

  private static String found(JsonMappingException e) {
    if (e.getCause() instanceof IllegalArgumentException) {
      return e.getCause().getMessage(); // a record refused it, and says so better
    }
    String message = e.getOriginalMessage();
    return message.startsWith("Missing creator property") ? "no such key" : message;
  }

  static DatasetException problem(
      Path file, String field, String found, String expected, Throwable cause) {
    return new DatasetException(new Problem(file.toString(), -1, field, found, expected), cause);
  }
}
