package io.seminar.network.scoring;

import io.seminar.network.model.CatalogueFeatures;

/**
 * Queries as the network embeds them: {@code q' = G_q q}, q the mean of the token rows plus the
 * encoded vector, of those that a query has; the browse query's own row.
 */
final class QueryEmbedding {
  private QueryEmbedding() {}

  /** q' of every query; zero where it has neither tokens nor a vector. // (queries, d) */
  static RowTable table(CatalogueFeatures features, ParameterReader parameters) {
    int hidden = features.spec().hidden();
    int vocabulary = Math.max(1, features.shape().tokens());
    float[] tokens = parameters.read("queries.tokens", "tokens, d", vocabulary, hidden);
    float[] browse = parameters.read("queries.browse", "d", hidden);
    float[] projection = parameters.read("queries.projection", "d, d", hidden, hidden);
    RowTable table = new RowTable(features.queries(), hidden);
    table.addProduct(
        projection,
        hidden,
        (query, out, offset) -> {
          int n = features.tokenCount(query);
          if (query == 0) {
            System.arraycopy(browse, 0, out, offset, hidden);
          } else if (n == 0) {
            return 0;
          } else {
            for (int j = 0; j < hidden; j++) {
              double sum = 0;
              for (int t = 0; t < n; t++) {
                sum += tokens[features.token(query, t) * hidden + j];
              }
              out[offset + j] = (float) (sum / n);
            }
          }
          return 1;
        });
    int inputs = features.shape().queryDimension();
    if (inputs > 0) {
      float[] encoder =
          parameters.read("queries.vector.encoder", "d, floats of a query", hidden, inputs);
      table.addProduct(
          ParameterReader.product(projection, encoder, hidden, hidden, inputs),
          inputs,
          (query, out, offset) -> {
            if (!features.hasQueryVector(query)) {
              return 0;
            }
            features.copyQueryVector(query, out, offset);
            return 1;
          });
    }
    return table;
  }
}
