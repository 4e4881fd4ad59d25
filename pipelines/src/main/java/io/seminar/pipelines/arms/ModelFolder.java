package io.seminar.pipelines.arms;

import io.seminar.network.model.Architecture;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A network that a replay is given.
 *
 * @param name prefix of its arms; {@link ModelSpec#UNNAMED}: it is the only one
 * @param folder of its checkpoint
 */
public record ModelFolder(String name, Path folder) {
  /**
   * Reads {@code DIR} or {@code NAME=DIR}.
   *
   * @throws IllegalArgumentException if the name could not be told from an arm's
   */
  public static ModelFolder parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 0) {
      return new ModelFolder(ModelSpec.UNNAMED, Path.of(text));
    }
    String name = text.substring(0, equals);
    // A network may have the name of its architecture, though an arm has it too: it goes first.
    boolean arm =
        !Architecture.keys().contains(name)
            && Arrays.stream(ArmSpec.Kind.values()).anyMatch(kind -> kind.key().equals(name));
    if (arm || !name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "network '"
              + text
              + "' is named '"
              + name
              + "', expected letters, digits, dots, dashes and underscores, and not the name of an"
              + " arm");
    }
    return new ModelFolder(name, Path.of(text.substring(equals + 1)));
  }
}
