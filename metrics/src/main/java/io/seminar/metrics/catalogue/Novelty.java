package io.seminar.metrics.catalogue;

import io.seminar.metrics.ranking.Inclusion;

/**
 * Novelty of a page: the mean self-information of the items among its K best; its mean over pages
 * is novelty@K.
 *
 * <pre>
 * I(i)        = -log2( (c_i + 1) / (C + n) )          bits; c_i events of item i, C events and n items in all
 * novelty@K   = E[ Σ_{r=1..min(K,N)} I(item_r) ] / min(K, N)
 * </pre>
 *
 * over the orders of tied impressions of a page of N. The + 1 (Laplace's rule) gives an item
 * without events the information of a catalogue's rarest instead of infinity; all shares still sum
 * to 1. Range 0 (all events are of one item, which is all that is shown; only in the limit) to
 * log2(C + n). Defined for every page, clicked or not.
 *
 * <p>Source: Zhou et al., "Solving the apparent diversity-accuracy dilemma of recommender systems",
 * PNAS 2010 (mean self-information, there of the share of users that have the item).
 */
public final class Novelty {
  private Novelty() {}

  /**
   * Bits of an item that {@code events} of {@code allEvents} are of.
   *
   * @param events at least 0
   * @param allEvents at least {@code events}
   * @param items of the catalogue, at least 1
   */
  public static float selfInformation(long events, long allEvents, long items) {
    if (events < 0 || allEvents < events || items < 1) {
      throw new IllegalArgumentException(
          "expected 0 <= events <= all events and at least 1 item, were "
              + events
              + ", "
              + allEvents
              + " and "
              + items);
    }
    // StrictMath: the same bits on every machine. 0 - x: +0 for a share of 1.
    double share = (events + 1.0) / ((double) allEvents + items);
    return (float) (0 - StrictMath.log(share) / StrictMath.log(2));
  }

  /**
   * Novelty of the page {@code from..to-1}.
   *
   * @param inclusion of this page at K
   * @param information bits of each impression's item, at least 0 and finite
   */
  public static double of(
      Inclusion inclusion, float[] scores, float[] information, int from, int to) {
    double sum = 0;
    for (int i = from; i < to; i++) {
      float bits = information[i];
      if (!(bits >= 0 && bits < Float.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "self-information " + i + " is " + bits + ", expected at least 0 and finite");
      }
      sum += inclusion.of(scores[i]) * bits;
    }
    return sum / inclusion.places();
  }
}
