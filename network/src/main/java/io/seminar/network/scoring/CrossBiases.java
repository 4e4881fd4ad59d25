package io.seminar.network.scoring;

import io.seminar.attention.retrieval.Capacity;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.Initialization;

/**
 * TWIN's cross features as additions to the scores: the behaviour is of the target's category, of
 * the request's query, of some age. Not thread-safe.
 */
final class CrossBiases {
  private static final int CATEGORY = 0;
  private static final int QUERY = 1;
  private static final int RECENCY = 2;

  private final CatalogueFeatures features;
  private final float[] biases; // (H, biases), in units of the inner products: times √d_h
  private int[] categories = new int[0]; // (L)
  private int[] buckets = new int[0]; // (L)
  private boolean[] sameQuery = new boolean[0]; // (L)
  private float[] ofBehaviour = new float[0]; // (L): what does not depend on the target

  /**
   * @param biases (H, biases): not copied
   */
  CrossBiases(TrainedNetwork network, float[] biases) {
    features = network.features();
    this.biases = biases;
  }

  /** The parameter in units of the inner products of queries and keys. */
  static float[] read(TrainedNetwork network, ParameterReader parameters) {
    float[] biases =
        parameters
            .read(
                "attention.bias",
                "heads, cross features",
                network.spec().heads(),
                Initialization.BIASES)
            .clone();
    for (int i = 0; i < biases.length; i++) {
      biases[i] *= network.temperature();
    }
    return biases;
  }

  /** Turns to a user. */
  void open(Behaviours behaviours) {
    int length = behaviours.length();
    if (Capacity.misfits(categories.length, length)) {
      categories = new int[length];
      buckets = new int[length];
      sameQuery = new boolean[length];
      ofBehaviour = new float[length];
    }
    for (int l = 0; l < length; l++) {
      categories[l] = features.category(behaviours.items()[l]);
    }
  }

  /** Turns to a request. */
  void prepare(TargetPage page, Behaviours behaviours) {
    for (int l = 0; l < page.length(); l++) {
      buckets[l] = Initialization.recencyBucket(page.time() - behaviours.times()[l]);
      sameQuery[l] = page.query() != 0 && behaviours.queries()[l] == page.query();
    }
  }

  /** Adds a head's biases. // scores (n, L) */
  void add(int head, TargetPage page, float[] scores) {
    int length = page.length();
    int at = head * Initialization.BIASES;
    for (int l = 0; l < length; l++) {
      ofBehaviour[l] = biases[at + RECENCY + buckets[l]] + (sameQuery[l] ? biases[at + QUERY] : 0);
    }
    float ofCategory = biases[at + CATEGORY];
    for (int i = 0; i < page.size(); i++) {
      int category = features.category(page.items()[i]);
      int row = i * length;
      for (int l = 0; l < length; l++) {
        boolean same = category >= 0 && categories[l] == category;
        scores[row + l] += ofBehaviour[l] + (same ? ofCategory : 0);
      }
    }
  }
}
