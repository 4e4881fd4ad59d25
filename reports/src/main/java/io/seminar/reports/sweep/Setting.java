package io.seminar.reports.sweep;

import io.seminar.reports.store.SweepPoint;
import java.util.Comparator;

/**
 * A size of the problem. Arms at one setting can be compared.
 *
 * @param historyLength L, behaviours
 * @param keep K, behaviours kept a head and target
 * @param targets B, targets a request
 * @param heads H
 */
public record Setting(int historyLength, int keep, int targets, int heads)
    implements Comparable<Setting> {
  private static final Comparator<Setting> ORDER =
      Comparator.comparingInt(Setting::historyLength)
          .thenComparingInt(Setting::keep)
          .thenComparingInt(Setting::targets)
          .thenComparingInt(Setting::heads);

  /** The setting of a point. */
  public static Setting of(SweepPoint.Key key) {
    return new Setting(key.historyLength(), key.keep(), key.targets(), key.heads());
  }

  /** By history length, then K, B and H. */
  @Override
  public int compareTo(Setting other) {
    return ORDER.compare(this, other);
  }
}
