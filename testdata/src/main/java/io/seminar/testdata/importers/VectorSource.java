package io.seminar.testdata.importers;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Where the vectors of one modality, or of the queries, come from: a column of the staged table,
 * and how it is read.
 */
abstract class VectorSource implements AutoCloseable {
  private final String name;
  private final int dimension;
  private final String column;

  private VectorSource(String name, int dimension, String column) {
    this.name = name;
    this.dimension = dimension;
    this.column = column;
  }

  final String name() {
    return name;
  }

  final int dimension() {
    return dimension;
  }

  /** The column of the staged items or queries that {@link #read} looks at. */
  final String column() {
    return column;
  }

  /** The vector of the current row; {@code null} where there is none. */
  abstract float[] read(ResultSet row, int column) throws SQLException;

  @Override
  public void close() {}

  /** Hashed from the list of integers or texts in {@code column}. */
  static VectorSource hashed(String name, int dimension, String column) {
    FeatureHashing hashing = new FeatureHashing(dimension);
    return new VectorSource(name, dimension, column) {
      private long[] keys = new long[64];

      @Override
      float[] read(ResultSet row, int column) throws SQLException {
        Array array = row.getArray(column);
        if (array == null) {
          return null;
        }
        Object[] features = (Object[]) array.getArray();
        if (features.length > keys.length) {
          keys = new long[features.length];
        }
        for (int i = 0; i < features.length; i++) {
          keys[i] =
              features[i] instanceof Number number
                  ? FeatureHashing.key(number.longValue())
                  : FeatureHashing.key(features[i].toString());
        }
        return hashing.vector(keys, features.length);
      }
    };
  }

  /**
   * From an {@code .fvecs} file; {@code column} holds the row in it, or null. Closes the reader.
   */
  static VectorSource fvecs(String name, FvecsReader reader, String column) {
    return new VectorSource(name, reader.dimension(), column) {
      @Override
      float[] read(ResultSet row, int column) throws SQLException {
        long at = row.getLong(column);
        if (row.wasNull()) {
          return null;
        }
        float[] vector = new float[reader.dimension()];
        reader.read(at, vector, 0);
        return vector;
      }

      @Override
      public void close() {
        reader.close();
      }
    };
  }

  /**
   * From a list of {@code dimension} numbers in {@code column}, or null; the staging has checked
   * them.
   */
  static VectorSource list(String name, int dimension, String column) {
    return new VectorSource(name, dimension, column) {
      @Override
      float[] read(ResultSet row, int at) throws SQLException {
        Array array = row.getArray(at);
        if (array == null) {
          return null;
        }
        Object[] values = (Object[]) array.getArray();
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
          vector[i] = ((Number) values[i]).floatValue();
        }
        return vector;
      }
    };
  }
}
