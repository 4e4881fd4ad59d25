package io.seminar.reports.sweep;

import io.seminar.reports.store.SweepPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How an arm's median grows with the length of the history, at one K, B and H.
 *
 * @param points of rising history length, at least two
 * @param law of the median time for a target, in nanoseconds, over the history length
 */
public record CostGrowth(List<SweepPoint> points, PowerLaw law) {
  public CostGrowth {
    points = List.copyOf(points);
  }

  /** The growths of all arms that were measured at two history lengths or more, by key. */
  public static List<CostGrowth> of(SweepResults results) {
    Map<SweepPoint.Key, List<SweepPoint>> byArm = new LinkedHashMap<>();
    results.points().stream()
        .filter(SweepPoint::measured)
        .sorted(
            Comparator.comparing((SweepPoint p) -> anyLength(p.key()))
                .thenComparing(SweepPoint::key))
        .forEach(p -> byArm.computeIfAbsent(anyLength(p.key()), k -> new ArrayList<>()).add(p));
    return byArm.values().stream()
        .filter(points -> points.size() > 1)
        .map(points -> new CostGrowth(points, fit(points)))
        .toList();
  }

  private static SweepPoint.Key anyLength(SweepPoint.Key key) {
    return new SweepPoint.Key(1, key.keep(), key.targets(), key.heads(), key.arm());
  }

  private static PowerLaw fit(List<SweepPoint> points) {
    return PowerLaw.fit(
        points.stream().mapToDouble(p -> p.key().historyLength()).toArray(),
        points.stream().mapToDouble(CostGrowth::nanosPerTarget).toArray(),
        points.stream().mapToDouble(p -> p.latency().forkP50Low() / p.key().targets()).toArray(),
        points.stream().mapToDouble(p -> p.latency().forkP50High() / p.key().targets()).toArray());
  }

  /** Median time for a target: that of a request, shared among its targets. */
  public static double nanosPerTarget(SweepPoint point) {
    return point.latency().quantiles().p50() / point.key().targets();
  }

  /** Median time for a behaviour and target, all heads together. */
  public static double nanosPerBehaviour(SweepPoint point) {
    return nanosPerTarget(point) / point.key().historyLength();
  }

  /** The arm, K, B and H; the history length is that of the shortest. */
  public SweepPoint.Key key() {
    return points.get(0).key();
  }
}
