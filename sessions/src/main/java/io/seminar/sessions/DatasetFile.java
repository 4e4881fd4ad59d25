package io.seminar.sessions;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.seminar.sessions.arrow.Digests;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;

/** {@code dataset.json}: written last, read first. */
final class DatasetFile {
  static final String NAME = "dataset.json";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private DatasetFile() {}

  static void write(Path folder, DatasetDescriptor descriptor) throws IOException {
    Path file = folder.resolve(NAME);
    Files.writeString(file, JSON.writeValueAsString(descriptor).replace("\r\n", "\n") + "\n");
    Publication.force(file);
  }

  static DatasetDescriptor read(Path folder) {
    Path file = folder.resolve(NAME);
    String text;
    try {
      text = Files.readString(file);
    } catch (NoSuchFileException | NotDirectoryException e) {
      throw new DatasetException(
          new Problem(file.toString(), -1, "", "no such file", "the description of a data set"), e);
    } catch (IOException e) {
      throw new DatasetException("cannot read " + file + ": " + e, e);
    }
    try {
      JsonNode tree = JSON.readTree(text);
      JsonNode version = tree.path("schemaVersion");
      if (!version.isInt() || version.intValue() != DatasetDescriptor.SCHEMA_VERSION) {
        throw new DatasetException(
            new Problem(
                file.toString(),
                -1,
                "schemaVersion",
                version.isMissingNode() ? "nothing" : version.toString(),
                Integer.toString(DatasetDescriptor.SCHEMA_VERSION)));
      }
      return JSON.treeToValue(tree, DatasetDescriptor.class);
    } catch (JsonProcessingException e) {
      throw new DatasetException(
          new Problem(
              file.toString(), -1, "", e.getOriginalMessage(), "the description of a data set"),
          e);
    }
  }

  /** One digest over the schema and some of the files. */
  static String digest(DatasetSchema schema, List<DatasetDescriptor.DataFile> files) {
    StringBuilder text = new StringBuilder("seminar data set ");
    text.append(DatasetDescriptor.SCHEMA_VERSION).append('\n');
    for (Modality modality : schema.modalities()) {
      text.append(modality.name()).append(' ').append(modality.dimension()).append('\n');
    }
    text.append("query ").append(schema.queryDimension()).append('\n');
    for (DatasetDescriptor.DataFile file : files) {
      text.append(file.name()).append(' ').append(file.sha256()).append('\n');
    }
    return Digests.ofText(text.toString());
  }
}
