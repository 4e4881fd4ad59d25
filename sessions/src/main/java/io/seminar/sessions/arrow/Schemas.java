package io.seminar.sessions.arrow;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Compares the schema that a file has with the one that it should have. */
final class Schemas {
  private Schemas() {}

  /**
   * Refuses a schema that differs in names, order or types. Nullability is left to whoever reads
   * the values, since other writers declare every column nullable; so are the names of list
   * elements, which carry no meaning.
   */
  static void check(String file, Schema found, Schema expected) {
    check(file, "", found.getFields(), expected.getFields(), true);
  }

  private static void check(
      String file, String path, List<Field> found, List<Field> expected, boolean named) {
    for (int i = 0; i < expected.size(); i++) {
      Field want = expected.get(i);
      String field = named ? path + (path.isEmpty() ? "" : ".") + want.getName() : path + "[]";
      if (i >= found.size()) {
        throw refused(file, field, "no such column", describe(want));
      }
      Field have = found.get(i);
      if (named && !have.getName().equals(want.getName())) {
        throw refused(
            file, field, "column \"" + have.getName() + "\" in its place", describe(want));
      }
      if (have.getDictionary() != null) {
        throw refused(file, field, "a dictionary-encoded column", describe(want));
      }
      if (!have.getType().equals(want.getType())) {
        throw refused(file, field, describe(have), describe(want));
      }
      boolean struct = want.getType() instanceof ArrowType.Struct;
      check(file, field, have.getChildren(), want.getChildren(), struct);
    }
    if (found.size() > expected.size()) {
      String surplus = found.get(expected.size()).getName();
      throw refused(
          file, path, "a further column \"" + surplus + "\"", expected.size() + " columns");
    }
  }

  private static String describe(Field field) {
    return "a column of type " + field.getType();
  }

  private static DatasetException refused(
      String file, String field, String found, String expected) {
    return new DatasetException(new Problem(file, -1, field, found, expected));
  }
}
