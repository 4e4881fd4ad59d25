package io.seminar.network.training;

/**
 * The weights of pretraining's objectives (SEMINAR, section 3); 0 switches one off.
 *
 * @param next w_next of the next query-item pair, at least 0
 * @param align w_align of the alignment of the modalities, at least 0
 * @param relevance w_rel of query-item relevance, at least 0
 * @param temperature τ of alignment and relevance, above 0
 */
public record Objectives(double next, double align, double relevance, double temperature) {
  public Objectives {
    weight("next", next);
    weight("align", align);
    weight("relevance", relevance);
    if (next + align + relevance == 0) {
      throw new IllegalArgumentException(
          "all objectives have weight 0: expected one above 0, or no pretraining");
    }
    if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + ": expected a finite number above 0");
    }
  }

  private static void weight(String name, double weight) {
    if (!(weight >= 0 && weight < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "weight of the objective " + name + " is " + weight + ": expected at least 0");
    }
  }
}
