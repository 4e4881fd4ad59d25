package io.seminar.sessions;

import java.util.Objects;

/**
 * One kind of content vector that an item can have, such as {@code text} or {@code image}.
 *
 * @param name unique within a data set: lower-case letters, digits and underscores, starting with a
 *     letter
 * @param dimension floats a vector, at least 1
 */
public record Modality(String name, int dimension) {
  public Modality {
    Objects.requireNonNull(name, "name");
    if (!name.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "modality name \"" + name + "\": expected lower-case letters, digits and underscores");
    }
    if (dimension < 1) {
      throw new IllegalArgumentException(
          "modality " + name + " has dimension " + dimension + ": expected at least 1");
    }
  }
}
