package io.seminar.reports.html;

import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.sweep.Ratio;
import io.seminar.reports.sweep.SweepComparison;
import io.seminar.reports.sweep.SweepResults;
import io.seminar.reports.text.Numbers;
import java.util.List;
import java.util.stream.Collectors;

/** A second sweep beside the first: what differs, and the ratios of the points that both have. */
final class OverlaySection {
  private final SweepResults here;
  private final SweepResults there;
  private final Html html;
  private final Footnotes footnotes;

  OverlaySection(SweepResults here, SweepResults there, Html html, Footnotes footnotes) {
    this.here = here;
    this.there = there;
    this.html = html;
    this.footnotes = footnotes;
  }

  void write() {
    SweepComparison comparison = new SweepComparison(here, there);
    String other = there.manifest().sweepId();
    html.open("section", "id", "overlay").element("h2", "Beside " + other);
    List<SweepComparison.Difference> differences = comparison.differences();
    String warnings =
        differences.stream()
            .filter(SweepComparison.Difference::warn)
            .map(SweepComparison.Difference::what)
            .collect(Collectors.joining(", "));
    if (!warnings.isEmpty()) {
      html.open("p", "class", "callout warning");
      html.element("strong", "Compare with care. ");
      html.text(
          "The two sweeps differ in: "
              + warnings
              + ". What follows shows these differences too, not only those of the code.");
      html.close("p");
    }
    if (differences.isEmpty()) {
      html.element("p", "Nothing in where the two come from differs.");
    } else {
      differences(differences, other);
    }
    List<SweepComparison.Pair> pairs = comparison.pairs();
    html.element(
        "p",
        Numbers.count(pairs.size())
            + (pairs.size() == 1 ? " point was" : " points were")
            + " measured by both; "
            + Numbers.count(measured(here) - pairs.size())
            + " by this sweep only, "
            + Numbers.count(measured(there) - pairs.size())
            + " by the other only. In the charts the other's points are small and pale.");
    if (!pairs.isEmpty()) {
      pairs(pairs, other);
    }
    html.close("section");
  }

  private static long measured(SweepResults results) {
    return results.points().stream().filter(SweepPoint::measured).count();
  }

  private void differences(List<SweepComparison.Difference> differences, String other) {
    Page.table(html, "differences");
    html.open("thead").open("tr");
    html.element("th", "what differs", "scope", "col");
    html.element("th", "this sweep", "scope", "col", "class", "words");
    html.element("th", other, "scope", "col", "class", "words");
    html.close("tr").close("thead").open("tbody");
    for (SweepComparison.Difference difference : differences) {
      html.open("tr");
      html.element("th", difference.what(), "scope", "row");
      html.element("td", difference.here(), "class", "words");
      html.element("td", difference.there(), "class", "words");
      html.close("tr");
    }
    Page.endTable(html);
  }

  private void pairs(List<SweepComparison.Pair> pairs, String other) {
    Page.table(html, "pairs");
    html.open("thead").open("tr");
    for (String title :
        List.of(
            "arm",
            "L",
            "K",
            "targets",
            "p50, this sweep",
            "p50, " + other,
            "this sweep is, times as fast",
            "over the forks",
            "at p99",
            "recall, this sweep",
            "recall, " + other)) {
      html.element("th", title, "scope", "col");
    }
    html.close("tr").close("thead").open("tbody");
    for (SweepComparison.Pair pair : pairs) {
      SweepPoint.Key key = pair.here().key();
      html.open("tr");
      html.element("th", key.arm(), "scope", "row");
      html.element("td", Numbers.count(key.historyLength()));
      html.element("td", Numbers.count(key.keep()));
      html.element("td", Numbers.count(key.targets()));
      html.element("td", Numbers.nanos(pair.here().latency().quantiles().p50()));
      html.element("td", Numbers.nanos(pair.there().latency().quantiles().p50()));
      Ratio ratio = pair.timesAsFast();
      html.element("td", SweepNames.times(ratio.value()));
      html.element("td", SweepNames.range(ratio));
      if (Double.isNaN(pair.timesAsFastAtP99())) {
        footnotes.missing("one of the two sweeps has too few samples for a p99");
      } else {
        html.element("td", SweepNames.times(pair.timesAsFastAtP99()));
      }
      recall(pair.here());
      recall(pair.there());
      html.close("tr");
    }
    Page.endTable(html);
  }

  private void recall(SweepPoint point) {
    if (Double.isNaN(point.fidelity().recall())) {
      footnotes.missing(point.reason());
    } else {
      html.element("td", Numbers.value(point.fidelity().recall()));
    }
  }
}
