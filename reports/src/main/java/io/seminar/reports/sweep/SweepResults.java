package io.seminar.reports.sweep;

import io.seminar.reports.store.SweepFolder;
import io.seminar.reports.store.SweepLoad;
import io.seminar.reports.store.SweepManifest;
import io.seminar.reports.store.SweepPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The points of a sweep, by setting. */
public final class SweepResults {
  /** The kind of arm that the others are compared with. */
  public static final String EXACT = "exact";

  private static final Comparator<SweepPoint> BY_MEDIAN =
      Comparator.<SweepPoint>comparingDouble(p -> p.latency().quantiles().p50())
          .thenComparing(SweepPoint::key);

  private final SweepFolder sweep;
  private final SortedMap<Setting, List<SweepPoint>> measured = new TreeMap<>();
  private final SortedMap<Setting, List<SweepPoint>> pruned = new TreeMap<>();
  private final Map<SweepPoint.Key, SweepPoint> byKey;

  public SweepResults(SweepFolder sweep) {
    this.sweep = sweep;
    for (SweepPoint point : sweep.points()) {
      Setting setting = Setting.of(point.key());
      measured.computeIfAbsent(setting, s -> new ArrayList<>());
      pruned.computeIfAbsent(setting, s -> new ArrayList<>());
      (point.measured() ? measured : pruned).get(setting).add(point);
    }
    measured.values().forEach(points -> points.sort(BY_MEDIAN));
    byKey = sweep.points().stream().collect(Collectors.toMap(SweepPoint::key, Function.identity()));
  }

  /** What {@code sweep.json} says. */
  public SweepManifest manifest() {
    return sweep.manifest();
  }

  /** All points, sorted by key. */
  public List<SweepPoint> points() {
    return sweep.points();
  }

  /** All points under load, sorted by point and load. */
  public List<SweepLoad> loads() {
    return sweep.loads();
  }

  /** The settings, in their order. */
  public List<Setting> settings() {
    return List.copyOf(measured.keySet());
  }

  /** The settings of a history length. */
  public List<Setting> settings(int historyLength) {
    return measured.keySet().stream().filter(s -> s.historyLength() == historyLength).toList();
  }

  /** The history lengths, rising. */
  public List<Integer> historyLengths() {
    return measured.keySet().stream().map(Setting::historyLength).distinct().toList();
  }

  /** The measured points of a setting, the smallest median first; empty if it has none. */
  public List<SweepPoint> measured(Setting setting) {
    return List.copyOf(measured.getOrDefault(setting, List.of()));
  }

  /** The pruned points of a setting; empty if it has none. */
  public List<SweepPoint> pruned(Setting setting) {
    return List.copyOf(pruned.getOrDefault(setting, List.of()));
  }

  /** The fastest exact arm of a setting. */
  public Optional<SweepPoint> exact(Setting setting) {
    return measured(setting).stream().filter(SweepResults::isExact).findFirst();
  }

  /** Whether a point is one of exact attention. */
  public static boolean isExact(SweepPoint point) {
    return point.arm().kind().equals(EXACT);
  }

  /** The point with this key. */
  public Optional<SweepPoint> point(SweepPoint.Key key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** The loads of a setting, sorted by point and load. */
  public List<SweepLoad> loads(Setting setting) {
    return loads().stream().filter(load -> Setting.of(load.key()).equals(setting)).toList();
  }

  /** The kinds of arms: exact first, then by name. */
  public List<String> kinds() {
    return points().stream()
        .map(point -> point.arm().kind())
        .distinct()
        .sorted(
            Comparator.comparing((String kind) -> !kind.equals(EXACT))
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }
}
