package io.seminar.reports.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What nothing else beats in cost and gain at once. */
public final class ParetoFront {
  private ParetoFront() {}

  /**
   * The candidates that none other dominates, the cheapest first. One dominates another if it costs
   * no more, gains no less, and is better in one of the two; so equals stand together.
   *
   * @param cost less is better; a candidate whose cost is NaN is left out
   * @param gain more is better; a candidate whose gain is NaN is left out
   */
  public static <T> List<T> of(
      List<T> candidates, ToDoubleFunction<T> cost, ToDoubleFunction<T> gain) {
    List<T> sorted =
        new ArrayList<>(
            candidates.stream()
                .filter(
                    c ->
                        !Double.isNaN(cost.applyAsDouble(c))
                            && !Double.isNaN(gain.applyAsDouble(c)))
                .toList());
    sorted.sort(
        Comparator.comparingDouble(cost)
            .thenComparing(Comparator.comparingDouble(gain).reversed()));
    List<T> front = new ArrayList<>();
    for (T candidate : sorted) {
      T last = front.isEmpty() ? null : front.get(front.size() - 1);
      if (last == null
          || gain.applyAsDouble(candidate) > gain.applyAsDouble(last)
          || gain.applyAsDouble(candidate) == gain.applyAsDouble(last)
              && cost.applyAsDouble(candidate) == cost.applyAsDouble(last)) {
        front.add(candidate);
      }
    }
    return front;
  }
}
