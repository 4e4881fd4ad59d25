package io.seminar.pipelines.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The YAML file of a command that takes its configuration as a whole, with overrides. */
public final class ConfigFile {
  private ConfigFile() {}

  /**
   * Reads a file.
   *
   * @param what the file is, for messages: {@code the YAML of a sweep}
   * @param overrides value by key path, such as {@code grid.keep}, each a YAML value; they win over
   *     the file
   * @return its topmost section
   * @throws IllegalArgumentException if the file is absent or not YAML
   */
  public static ConfigSection read(Path file, String what, Map<String, String> overrides) {
    ObjectNode root = tree(file, what);
    YAMLMapper yaml = new YAMLMapper();
    overrides.forEach((path, value) -> put(file, root, path, value, yaml));
    return new ConfigSection(file.toString(), "", root);
  }

  private static ObjectNode tree(Path file, String what) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(file + ": no such file, expected " + what);
    }
    try {
      JsonNode root = new YAMLMapper().readTree(file.toFile());
      if (root instanceof ObjectNode map) {
        return map;
      }
      throw new IllegalArgumentException(
          file + ": holds something else, expected a map of keys, " + what);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          file
              + (e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr())
              + ": not YAML: "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static void put(Path file, ObjectNode root, String path, String value, YAMLMapper yaml) {
    ObjectNode map = root;
    String[] keys = path.split("\\.");
    for (int i = 0; i < keys.length - 1; i++) {
      JsonNode next = map.get(keys[i]);
      if (next == null || next.isNull()) {
        next = map.putObject(keys[i]);
      }
      if (!(next instanceof ObjectNode)) {
        throw new IllegalArgumentException(
            file + ": key '" + keys[i] + "' holds no map, expected one with " + keys[i + 1]);
      }
      map = (ObjectNode) next;
    }
    try {
      map.set(keys[keys.length - 1], yaml.readTree(value));
    } catch (JsonProcessingException e) {
      map.set(keys[keys.length - 1], JsonNodeFactory.instance.textNode(value));
    }
  }
}
