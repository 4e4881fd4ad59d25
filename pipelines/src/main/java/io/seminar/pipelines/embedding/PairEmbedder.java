package io.seminar.pipelines.embedding;

import io.seminar.sessions.Catalogue;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.QueryTable;
import java.util.Arrays;

/**
 * Embeds query-item pairs from the vectors of the data set, as SEMINAR does before any training:
 * every vector is L2-normalised, fields are weighted by the layout, and the weights are
 * renormalised over the fields that a pair has. A field without a vector, or with the zero vector,
 * is absent: masked, never a zero vector that competes.
 *
 * <p>A behaviour's row holds {@code w_f / W · x̂_f}, W the sum of w over its present fields. A
 * target holds {@code x̂_f}. So the score {@code <row, target>} is a weighted mean of cosines over
 * the behaviour's fields, those that the target lacks counting 0: it lies in [-1, 1], and a pair
 * scores 1 with itself.
 *
 * <p>Thread-safe: the tables are read only, the state is computed once.
 */
public final class PairEmbedder implements FieldVectors {
  private final Catalogue catalogue;
  private final QueryTable queries;
  private final FieldLayout layout;

  /** (items, modalities): 1/|x|, 0 where absent. */
  private final float[] itemInverseNorms;

  /** (items): sum of the weights of the modalities present. */
  private final float[] itemWeights;

  /** (queries): 1/|x|, 0 where absent. */
  private final float[] queryInverseNorms;

  /**
   * Reads all vectors once for their norms.
   *
   * @throws DatasetException naming the item or query whose vector is not finite
   */
  public PairEmbedder(Catalogue catalogue, QueryTable queries, FieldLayout layout) {
    this.catalogue = catalogue;
    this.queries = queries;
    this.layout = layout;
    int modalities = catalogue.modalities().size();
    itemInverseNorms = new float[Math.multiplyExact(catalogue.size(), modalities)];
    itemWeights = new float[catalogue.size()];
    float[] vector = new float[layout.dimension()];
    for (int item = 0; item < catalogue.size(); item++) {
      for (int m = 0; m < modalities; m++) {
        if (catalogue.has(m, item)) {
          catalogue.copyVector(m, item, vector, 0);
          int f = layout.fieldOfModality(m);
          float inverse = inverseNorm(vector, layout.dimensions()[f]);
          if (Float.isNaN(inverse)) {
            throw notFinite("items", item, layout.names().get(f), catalogue.id(item));
          }
          itemInverseNorms[item * modalities + m] = inverse;
          itemWeights[item] += inverse > 0 ? layout.weights()[f] : 0;
        }
      }
    }
    queryInverseNorms = new float[queries.size()];
    if (layout.hasQuery()) {
      for (int query = 0; query < queries.size(); query++) {
        if (queries.has(query)) {
          queries.copyVector(query, vector, 0);
          float inverse = inverseNorm(vector, layout.dimensions()[0]);
          if (Float.isNaN(inverse)) {
            throw notFinite("queries", query, "vector", queries.id(query));
          }
          queryInverseNorms[query] = inverse;
        }
      }
    }
  }

  @Override
  public FieldLayout layout() {
    return layout;
  }

  /** Sum of the weights of the fields that the pair has; 0 where it has none. */
  public float presentWeight(int item, int query) {
    return itemWeights[item] + (queryInverseNorms[query] > 0 ? layout.weights()[0] : 0);
  }

  /** Writes the row of a behaviour, D floats; the pair must have a field. */
  public void row(int item, int query, float[] out, int offset) {
    embed(item, query, true, out, offset);
  }

  /** Writes the target vector of a query and a candidate item, D floats. */
  public void target(int item, int query, float[] out, int offset) {
    embed(item, query, false, out, offset);
  }

  /** The item's category; negative if it has none. */
  public int category(int item) {
    return catalogue.category(item);
  }

  @Override
  public boolean hasItem(int field, int item) {
    return itemInverseNorms[item * catalogue.modalities().size() + layout.modalityOfField(field)]
        > 0;
  }

  /** Unit vectors; zeros are written where there is none. */
  @Override
  public boolean item(int field, int item, float[] out, int offset) {
    int modality = layout.modalityOfField(field);
    float inverse = itemInverseNorms[item * catalogue.modalities().size() + modality];
    int dimension = layout.dimensions()[field];
    if (inverse == 0) {
      Arrays.fill(out, offset, offset + dimension, 0);
      return false;
    }
    catalogue.copyVector(modality, item, out, offset);
    multiply(out, offset, dimension, inverse);
    return true;
  }

  @Override
  public boolean hasQuery(int query) {
    return queryInverseNorms[query] > 0;
  }

  /** Unit vectors; zeros are written where there is none. */
  @Override
  public boolean query(int query, float[] out, int offset) {
    int dimension = layout.dimensions()[0];
    float inverse = queryInverseNorms[query];
    if (inverse == 0) {
      Arrays.fill(out, offset, offset + dimension, 0);
      return false;
    }
    queries.copyVector(query, out, offset);
    multiply(out, offset, dimension, inverse);
    return true;
  }

  private void embed(int item, int query, boolean weighted, float[] out, int offset) {
    float scale = weighted ? 1 / presentWeight(item, query) : 1;
    int modalities = catalogue.modalities().size();
    if (layout.hasQuery()) {
      query(query, out, offset);
      if (weighted) {
        multiply(out, offset, layout.dimensions()[0], scale * layout.weights()[0]);
      }
    }
    for (int m = 0; m < modalities; m++) {
      int f = layout.fieldOfModality(m);
      int at = offset + layout.offsets()[f];
      float inverse = itemInverseNorms[item * modalities + m];
      if (inverse == 0) {
        Arrays.fill(out, at, at + layout.dimensions()[f], 0);
      } else {
        catalogue.copyVector(m, item, out, at);
        multiply(
            out,
            at,
            layout.dimensions()[f],
            weighted ? inverse * (scale * layout.weights()[f]) : inverse);
      }
    }
  }

  private static void multiply(float[] values, int offset, int length, float factor) {
    for (int i = offset; i < offset + length; i++) {
      values[i] *= factor;
    }
  }

  /** 1/|x|; 0 where x is zero, NaN where it is not finite. */
  private static float inverseNorm(float[] vector, int dimension) {
    double squared = 0; // in double, the square of no float overflows or vanishes
    for (int d = 0; d < dimension; d++) {
      squared += (double) vector[d] * vector[d];
    }
    if (!(squared < Double.POSITIVE_INFINITY)) {
      return Float.NaN;
    }
    float inverse = (float) (1 / Math.sqrt(squared));
    return Float.isInfinite(inverse) ? 0 : inverse;
  }

  private static DatasetException notFinite(String table, int row, String field, String id) {
    return new DatasetException(
        new Problem(
            table,
            row,
            field,
            "NaN or an infinite number in the vector of " + id,
            "finite numbers"));
  }
}
