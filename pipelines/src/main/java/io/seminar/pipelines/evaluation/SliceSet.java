package io.seminar.pipelines.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * The slices that a replay reports, and which of them an impression falls into.
 *
 * <p>A slice selects impressions. The single slices come from four dimensions, and every two
 * dimensions are crossed:
 *
 * <ul>
 *   <li>{@code history}: how many behaviours the user had before the request;
 *   <li>{@code scenario}: {@code PSR} for a request with a query, {@code CTR} for a browse feed;
 *   <li>{@code entry}: whether most of those behaviours were reached by a {@code query} or by
 *       {@code browse} (a history without behaviours counts as browse);
 *   <li>{@code item}: {@code cold} where the item stands in fewer history events of the whole data
 *       set than the threshold, {@code warm} otherwise.
 * </ul>
 *
 * <p>The number of slices is at most 64, so that membership is one {@code long} mask. The set is
 * immutable and the order of its slices is fixed.
 */
public final class SliceSet {
  /** The slice that holds everything. */
  public static final String ALL = "all";

  /** Its index. */
  static final int EVERYTHING = 0;

  private static final int[] HISTORY_FROM = {0, 100, 1_000, 10_000};
  private static final String[][] DIMENSIONS = {
    {"history=0-99", "history=100-999", "history=1000-9999", "history=10000+"},
    {"scenario=CTR", "scenario=PSR"},
    {"entry=browse", "entry=query"},
    {"item=warm", "item=cold"},
  };

  private static final List<String> NAMES = new ArrayList<>();

  /** {@code CROSS[i][j]} is the index of the first slice of dimension i crossed with j. */
  private static final int[][] CROSS = new int[DIMENSIONS.length][DIMENSIONS.length];

  private static final int[] SINGLE = new int[DIMENSIONS.length];

  static {
    NAMES.add(ALL);
    for (int i = 0; i < DIMENSIONS.length; i++) {
      SINGLE[i] = NAMES.size();
      NAMES.addAll(List.of(DIMENSIONS[i]));
    }
    for (int i = 0; i < DIMENSIONS.length; i++) {
      for (int j = i + 1; j < DIMENSIONS.length; j++) {
        CROSS[i][j] = NAMES.size();
        for (String a : DIMENSIONS[i]) {
          for (String b : DIMENSIONS[j]) {
            NAMES.add(a + ";" + b);
          }
        }
      }
    }
    if (NAMES.size() > Long.SIZE) {
      throw new AssertionError("more slices than bits in a mask: " + NAMES.size());
    }
  }

  private SliceSet() {}

  /** Names in report order; an index into this list is the bit in a mask. */
  public static List<String> names() {
    return List.copyOf(NAMES);
  }

  /** How many slices there are. */
  public static int size() {
    return NAMES.size();
  }

  /**
   * The slices of one impression.
   *
   * @param historyLength behaviours before the request, at least 0
   * @param query the request's query ordinal, 0 for browse
   * @param searchedShare share of those behaviours reached by a query, in [0, 1]; NaN where there
   *     are none
   * @param cold whether the item is cold
   * @return bit s is set where the impression belongs to slice s
   */
  public static long mask(int historyLength, int query, float searchedShare, boolean cold) {
    int bucket = 0;
    while (bucket + 1 < HISTORY_FROM.length && historyLength >= HISTORY_FROM[bucket + 1]) {
      bucket++;
    }
    int scenario = query == 0 ? 0 : 1;
    int entry = searchedShare > 0.5f ? 1 : 0;
    int item = cold ? 1 : 0;
    return 1L
        | 1L << SINGLE[0] + bucket
        | 1L << SINGLE[1] + scenario
        | 1L << SINGLE[2] + entry
        | 1L << SINGLE[3] + item
        | cross(0, bucket, 1, scenario)
        | cross(0, bucket, 2, entry)
        | cross(0, bucket, 3, item)
        | cross(1, scenario, 2, entry)
        | cross(1, scenario, 3, item)
        | cross(2, entry, 3, item);
  }

  private static long cross(int i, int a, int j, int b) {
    return 1L << CROSS[i][j] + a * DIMENSIONS[j].length + b;
  }
}
