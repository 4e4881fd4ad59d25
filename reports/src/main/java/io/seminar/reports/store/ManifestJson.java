package io.seminar.reports.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.Module;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Manifests as JSON: keys in snake_case, a {@code schema_version}, nothing unknown and nothing
 * missing. A manifest is a record that names its missing key in the message of a {@link
 * NullPointerException}.
 *
 * @param <M> the record
 */
public final class ManifestJson<M> {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private final JsonMapper json;
  private final Class<M> type;
  private final String what;
  private final int version;

  /**
   * @param what it is, with its article, for messages
   * @param version the only schema version that is read
   * @param modules further ways of writing and reading values
   */
  public ManifestJson(Class<M> type, String what, int version, Module... modules) {
    this.json = JSON.rebuild().addModules(modules).build();
    this.type = type;
    this.what = what;
    this.version = version;
  }

  /** A value as JSON, map keys sorted: the same value gives the same text. */
  public static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new DatasetException("this cannot be written as JSON: " + e.getOriginalMessage(), e);
    }
  }

  /** Writes {@code file}: under a temporary name, then renamed. */
  public void write(Path file, M manifest) {
    try {
      Path temporary = Publication.temporaryBeside(file);
      Files.writeString(temporary, json.writeValueAsString(manifest) + "\n");
      Publication.force(temporary);
      Publication.publish(temporary, file, true);
    } catch (IOException e) {
      throw new DatasetException("cannot write " + file + ": " + e, e);
    }
  }

  /**
   * Reads a manifest.
   *
   * @throws DatasetException if the file is no JSON object, of another version, or a key is
   *     missing, unknown or of the wrong type
   */
  public M read(Path file) {
    try {
      JsonNode tree = json.readTree(Files.readAllBytes(file));
      JsonNode found = tree.get("schema_version");
      if (found == null || !found.isInt() || found.intValue() != version) {
        throw new DatasetException(
            new Problem(
                file.toString(),
                -1,
                "schema_version",
                found == null ? "no such key" : found.toString(),
                what + " of version " + version));
      }
      return json.treeToValue(tree, type);
    } catch (ValueInstantiationException e) {
      // A record refused what it was given; its requireNonNull names the key.
      boolean absent = e.getCause() instanceof NullPointerException;
      throw new DatasetException(
          new Problem(
              file.toString(),
              -1,
              absent ? e.getCause().getMessage() : "",
              absent ? "no such key" : e.getCause().getMessage(),
              what),
          e);
    } catch (JsonMappingException e) {
      // The path of keys down to the one that is wrong.
      String key =
          e.getPath().stream()
              .map(r -> r.getFieldName() == null ? "[" + r.getIndex() + "]" : r.getFieldName())
              .collect(Collectors.joining("."));
      throw new DatasetException(
          new Problem(file.toString(), -1, key, e.getOriginalMessage(), what), e);
    } catch (JsonProcessingException e) {
      throw new DatasetException(
          new Problem(file.toString(), -1, "", e.getOriginalMessage(), "a JSON object"), e);
    } catch (IOException e) {
      throw new DatasetException("cannot read " + file + ": " + e, e);
    }
  }
}
