package io.seminar.reports.html;

import io.seminar.reports.charts.PointChart.Entry;
import io.seminar.reports.charts.PointChart.Look;
import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.sweep.SweepResults;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** How arms look in all charts of a sweep: a marker a kind, hollow where it is refined. */
final class SweepLooks {
  private final List<String> kinds = new ArrayList<>(List.of(SweepResults.EXACT));

  /**
   * @param sweeps all whose arms are drawn
   */
  SweepLooks(List<SweepResults> sweeps) {
    TreeSet<String> all = new TreeSet<>();
    sweeps.forEach(sweep -> all.addAll(sweep.kinds()));
    // The first style is exact's, whether or not it was measured.
    all.remove(SweepResults.EXACT);
    kinds.addAll(all);
  }

  Look of(SweepPoint point) {
    return new Look(kinds.indexOf(point.arm().kind()), point.arm().refine() > 0, false);
  }

  /** The look of another sweep's point. */
  Look pale(SweepPoint point) {
    return new Look(kinds.indexOf(point.arm().kind()), point.arm().refine() > 0, true);
  }

  /** Entries of the legend for the kinds among some points. */
  List<Entry> legend(List<SweepPoint> points) {
    List<Entry> legend = new ArrayList<>();
    for (String kind : kinds) {
      if (points.stream().anyMatch(p -> p.arm().kind().equals(kind))) {
        legend.add(new Entry(kind, new Look(kinds.indexOf(kind), false, false), null));
      }
    }
    if (points.stream().anyMatch(p -> p.arm().refine() > 0)) {
      legend.add(new Entry("hollow: refined", new Look(1, true, false), null));
    }
    return legend;
  }
}
