package io.seminar.network.model;

import io.seminar.sessions.Catalogue;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.QueryTable;
import java.util.Arrays;

/**
 * What a network reads of a catalogue: for every item which of the network's fields it has, and
 * their inputs; for every query its tokens and vector.
 *
 * <p>A field is absent where the item lacks the modality or its vector is zero, where it has no
 * attribute, or, for the item's own embedding, where the item never occurred before the end of
 * training: an embedding that nothing has taught is noise. Absent fields are masked. An item
 * without any field and a query without tokens and vector are absent as a whole; a pair of both is
 * left out of every history.
 *
 * <p>Thread-safe: read only once made. The catalogue stays open as long as it is used.
 */
public final class CatalogueFeatures {
  private final NetworkSpec spec;
  private final CatalogueShape shape;
  private final Catalogue catalogue;
  private final QueryTable queries;

  /** (fields): index of the data set's modality; −1 for the tables. */
  private final int[] modalityOf;

  /** (items): bit f says that field f is there. */
  private final int[] present;

  /** (items, fields): 1/|x| of the modalities. */
  private final float[] inverseNorms;

  private final int[] attributeStart; // (items + 1)
  private final int[] attributes;
  private final int[] tokenStart; // (queries + 1)
  private final int[] tokens;
  private final float[] queryInverseNorms; // (queries), 0: no vector

  /**
   * Reads the whole catalogue once.
   *
   * @param counts (items): occurrences of every item before the end of training
   * @throws IllegalArgumentException if the spec names a field that the data set lacks, or a
   *     modality that no item has
   * @throws DatasetException if a vector is not finite, or an ordinal is negative
   */
  public CatalogueFeatures(
      NetworkSpec spec,
      CatalogueShape shape,
      Catalogue catalogue,
      QueryTable queries,
      float[] counts) {
    this.spec = spec;
    this.shape = shape;
    this.catalogue = catalogue;
    this.queries = queries;
    int fields = spec.fields().size();
    int items = catalogue.size();
    modalityOf = new int[fields];
    present = new int[items];
    inverseNorms = new float[Math.multiplyExact(items, fields)];
    attributeStart = new int[items + 1];
    attributes = readAttributes(items);
    for (int f = 0; f < fields; f++) {
      String name = spec.fields().get(f);
      modalityOf[f] = -1;
      if (name.equals(NetworkSpec.ID)) {
        for (int item = 0; item < items; item++) {
          present[item] |= counts[item] > 0 ? 1 << f : 0;
        }
      } else if (name.equals(NetworkSpec.ATTRIBUTES)) {
        for (int item = 0; item < items; item++) {
          present[item] |= attributeStart[item + 1] > attributeStart[item] ? 1 << f : 0;
        }
      } else {
        modalityOf[f] = shape.modalities().indexOf(shape.modalityOf(name));
        readModality(f);
      }
    }
    tokenStart = new int[queries.size() + 1];
    tokens = readTokens();
    queryInverseNorms = readQueryVectors();
  }

  private int[] readAttributes(int items) {
    int valueRows = shape.attributes() - shape.categories();
    int[] read = new int[Math.max(16, 4 * items)];
    int n = 0;
    for (int item = 0; item < items; item++) {
      int[] own = catalogue.attributes(item);
      if (n + own.length + 1 > read.length) {
        read = Arrays.copyOf(read, Math.max(2 * read.length, n + own.length + 1));
      }
      for (int attribute : own) {
        checkOrdinal("items", item, "attributes", attribute);
        read[n++] = attribute % valueRows;
      }
      int category = catalogue.category(item);
      if (category >= 0) { // −1: the item has none
        read[n++] = valueRows + category % shape.categories();
      }
      attributeStart[item + 1] = n;
    }
    return Arrays.copyOf(read, n);
  }

  private void readModality(int field) {
    int modality = modalityOf[field];
    int dimension = shape.modalities().get(modality).dimension();
    float[] vector = new float[dimension];
    int fields = modalityOf.length;
    boolean any = false;
    for (int item = 0; item < catalogue.size(); item++) {
      if (catalogue.has(modality, item)) {
        catalogue.copyVector(modality, item, vector, 0);
        float inverse = inverseNorm(vector, "items", item, spec.fields().get(field));
        inverseNorms[item * fields + field] = inverse;
        present[item] |= inverse > 0 ? 1 << field : 0;
        any |= inverse > 0;
      }
    }
    if (!any) {
      throw new IllegalArgumentException(
          "modality \""
              + spec.fields().get(field)
              + "\" is missing everywhere: no item has a vector of it; expected one at least, or a"
              + " network without this field");
    }
  }

  private int[] readTokens() {
    int[] read = new int[Math.max(16, 4 * queries.size())];
    int n = 0;
    for (int query = 0; query < queries.size(); query++) {
      int[] own = queries.tokens(query);
      if (n + own.length > read.length) {
        read = Arrays.copyOf(read, Math.max(2 * read.length, n + own.length));
      }
      for (int token : own) {
        checkOrdinal("queries", query, "tokens", token);
        read[n++] = token % shape.tokens();
      }
      tokenStart[query + 1] = n;
    }
    return Arrays.copyOf(read, n);
  }

  private float[] readQueryVectors() {
    float[] inverse = new float[queries.size()];
    float[] vector = new float[queries.dimension()];
    for (int query = 1; query < queries.size(); query++) {
      if (queries.has(query)) {
        queries.copyVector(query, vector, 0);
        inverse[query] = inverseNorm(vector, "queries", query, "vector");
      }
    }
    return inverse;
  }

  private static void checkOrdinal(String table, int row, String field, int ordinal) {
    if (ordinal < 0) {
      throw new DatasetException(
          new Problem(table, row, field, Integer.toString(ordinal), "an ordinal of at least 0"));
    }
  }

  private static float inverseNorm(float[] vector, String table, int row, String field) {
    double squared = 0; // in double, the square of no float overflows or vanishes
    for (float x : vector) {
      squared += (double) x * x;
    }
    if (!(squared < Double.POSITIVE_INFINITY)) {
      throw new DatasetException(
          new Problem(table, row, field, "NaN or an infinite number", "finite numbers"));
    }
    float inverse = (float) (1 / Math.sqrt(squared));
    return Float.isInfinite(inverse) ? 0 : inverse;
  }

  /** The network that these are the inputs of. */
  public NetworkSpec spec() {
    return spec;
  }

  /** Sizes of the catalogue. */
  public CatalogueShape shape() {
    return shape;
  }

  /** Number of items. */
  public int items() {
    return present.length;
  }

  /** Number of queries, the browse query among them. */
  public int queries() {
    return queryInverseNorms.length;
  }

  /** Which fields an item has: bit f for field f. */
  public int present(int item) {
    return present[item];
  }

  /** Whether an item has a field. */
  public boolean has(int field, int item) {
    return (present[item] & 1 << field) != 0;
  }

  /** Whether a pair holds anything: a field of the item, or a query other than browsing. */
  public boolean hasPair(int item, int query) {
    return present[item] != 0 || (spec.queries() && hasQuery(query));
  }

  /** Whether a query has tokens or a vector; false for browsing. */
  public boolean hasQuery(int query) {
    return query != 0
        && (tokenStart[query + 1] > tokenStart[query] || queryInverseNorms[query] > 0);
  }

  /** Floats of a field's vector; 0 for the tables. */
  public int dimension(int field) {
    return modalityOf[field] < 0 ? 0 : shape.modalities().get(modalityOf[field]).dimension();
  }

  /** Writes the L2-normalised vector of a modality that the item has. */
  public void copyVector(int field, int item, float[] out, int offset) {
    catalogue.copyVector(modalityOf[field], item, out, offset);
    float inverse = inverseNorms[item * modalityOf.length + field];
    for (int i = offset; i < offset + dimension(field); i++) {
      out[i] *= inverse;
    }
  }

  /** How many rows of the attribute table an item averages. */
  public int attributeCount(int item) {
    return attributeStart[item + 1] - attributeStart[item];
  }

  /** A row of the attribute table, the n-th of the item. */
  public int attribute(int item, int n) {
    return attributes[attributeStart[item] + n];
  }

  /** The item's category; −1 if it has none. */
  public int category(int item) {
    return catalogue.category(item);
  }

  /** How many rows of the token table a query averages. */
  public int tokenCount(int query) {
    return tokenStart[query + 1] - tokenStart[query];
  }

  /** A row of the token table, the n-th of the query. */
  public int token(int query, int n) {
    return tokens[tokenStart[query] + n];
  }

  /** Whether a query has a vector; never the browse query. */
  public boolean hasQueryVector(int query) {
    return queryInverseNorms[query] > 0;
  }

  /** Writes the L2-normalised vector of a query that has one. */
  public void copyQueryVector(int query, float[] out, int offset) {
    queries.copyVector(query, out, offset);
    for (int i = offset; i < offset + queries.dimension(); i++) {
      out[i] *= queryInverseNorms[query];
    }
  }
}
