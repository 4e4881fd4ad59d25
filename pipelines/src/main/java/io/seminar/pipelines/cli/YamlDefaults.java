package io.seminar.pipelines.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * A command's options from a YAML file: a map from an option's long name, without the dashes, to
 * its value. A flag on the command line wins over the file.
 */
final class YamlDefaults implements IDefaultValueProvider {
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * Reads a file for a command.
   *
   * @throws BadInputException naming the file and the key that the command does not know, or the
   *     line that is not YAML
   */
  YamlDefaults(Path file, CommandSpec command) {
    TreeSet<String> known = new TreeSet<>();
    for (OptionSpec option : command.options()) {
      known.add(key(option));
    }
    known.removeAll(List.of("config", "help", "version"));
    JsonNode root = read(file);
    for (Map.Entry<String, JsonNode> field : root.properties()) {
      if (!known.contains(field.getKey())) {
        throw new BadInputException(
            file + ": unknown key '" + field.getKey() + "', expected one of " + known);
      }
      values.put(field.getKey(), text(file, field.getKey(), field.getValue()));
    }
  }

  private static JsonNode read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(file + ": no such file, expected a YAML file of options");
    }
    try {
      JsonNode root = new YAMLMapper().readTree(file.toFile());
      if (!root.isObject()) {
        throw new BadInputException(
            file + ": holds " + root.getNodeType() + ", expected a map from option to value");
      }
      return root;
    } catch (JsonProcessingException e) {
      throw new BadInputException(
          file
              + (e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr())
              + ": not YAML: "
              + e.getOriginalMessage(),
          e);
    } catch (IOException e) {
      throw new BadInputException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static String text(Path file, String key, JsonNode value) {
    if (value.isArray()) {
      List<String> parts = new ArrayList<>();
      value.forEach(part -> parts.add(text(file, key, part)));
      return String.join(",", parts);
    }
    if (!value.isValueNode() || value.isNull()) {
      throw new BadInputException(
          file
              + ": key '"
              + key
              + "' holds "
              + value.getNodeType()
              + ", expected a value or a list of values");
    }
    return value.asText();
  }

  private static String key(OptionSpec option) {
    return option.longestName().replaceFirst("^--", "");
  }

  @Override
  public String defaultValue(ArgSpec argument) {
    return argument instanceof OptionSpec option ? values.get(key(option)) : null;
  }
}
