package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.sweep.CostGrowth;
import io.seminar.reports.sweep.Setting;
import io.seminar.reports.sweep.SweepResults;
import io.seminar.reports.text.Numbers;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** How the cost of the arms grows with the length of the history. */
final class GrowthSection {
  private final SweepResults results;
  private final CostCharts costs;
  private final Consumer<Chart> figure;
  private final Html html;
  private final Footnotes footnotes;

  /**
   * @param figure shows a chart
   */
  GrowthSection(
      SweepResults results,
      CostCharts costs,
      Consumer<Chart> figure,
      Html html,
      Footnotes footnotes) {
    this.results = results;
    this.costs = costs;
    this.figure = figure;
    this.html = html;
    this.footnotes = footnotes;
  }

  void write() {
    html.open("section", "id", "growth").element("h2", "Cost and length of the history");
    List<CostGrowth> growths = CostGrowth.of(results);
    if (growths.isEmpty()) {
      html.element("p", "No arm was measured at two lengths.");
    } else {
      Collection<List<CostGrowth>> bySizes =
          growths.stream()
              .collect(
                  Collectors.groupingBy(g -> anyLength(g.key()), TreeMap::new, Collectors.toList()))
              .values();
      html.element(
          "p",
          "The median of a request shared among its targets, all heads together; a behaviour and"
              + " target cost that over L. An exponent of 1 is linear growth; less means that a part"
              + " of the cost does not depend on L, more that the history has outgrown a cache.");
      html.open("div", "class", "charts");
      bySizes.forEach(group -> figure.accept(costs.growth(group)));
      html.close("div");
      growths(growths);
    }
    html.close("section");
  }

  private static Setting anyLength(SweepPoint.Key key) {
    return new Setting(1, key.keep(), key.targets(), key.heads());
  }

  private void growths(List<CostGrowth> growths) {
    Page.table(html, "growth");
    html.open("thead").open("tr");
    for (String title :
        List.of(
            "arm",
            "K",
            "targets",
            "lengths",
            "exponent",
            "over the forks",
            "furthest from the line",
            "ns a behaviour and target, shortest",
            "longest")) {
      html.element("th", title, "scope", "col");
    }
    html.close("tr").close("thead").open("tbody");
    for (CostGrowth growth : growths) {
      List<SweepPoint> points = growth.points();
      SweepPoint first = points.get(0);
      SweepPoint last = points.get(points.size() - 1);
      html.open("tr");
      html.element("th", growth.key().arm(), "scope", "row");
      html.element("td", Numbers.count(growth.key().keep()));
      html.element("td", Numbers.count(growth.key().targets()));
      html.element(
          "td",
          Numbers.count(first.key().historyLength())
              + " to "
              + Numbers.count(last.key().historyLength())
              + " ("
              + points.size()
              + ")");
      html.element("td", three(growth.law().exponent()));
      if (points.stream().allMatch(p -> p.latency().forks() > 1)) {
        html.element("td", three(growth.law().low()) + " to " + three(growth.law().high()));
      } else {
        footnotes.missing("one fork has no spread");
      }
      if (Double.isNaN(growth.law().deviation())) {
        footnotes.missing("two points always lie on a line");
      } else {
        html.element("td", Numbers.percent(growth.law().deviation()));
      }
      html.element("td", three(CostGrowth.nanosPerBehaviour(first)));
      html.element("td", three(CostGrowth.nanosPerBehaviour(last)));
      html.close("tr");
    }
    Page.endTable(html);
  }

  private static String three(double x) {
    return String.format(Locale.ROOT, "%.3f", x).replace('-', '−');
  }
}
