package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.store.SweepLoad;
import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.sweep.Headline;
import io.seminar.reports.sweep.Ratio;
import io.seminar.reports.sweep.Setting;
import io.seminar.reports.sweep.SweepResults;
import io.seminar.reports.text.Numbers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The page of a history length: a section each K, number of targets and heads. */
final class SweepHistoryPage {
  private final SweepResults results;
  private final int historyLength;
  private final TradeOffCharts tradeOffs;
  private final CostCharts costs;
  private final Consumer<Chart> charts;
  private final Html html = new Html();
  private final Footnotes footnotes = new Footnotes(html);
  private final SweepTables tables;

  /**
   * @param charts receives every chart of the page
   */
  SweepHistoryPage(
      SweepResults results,
      int historyLength,
      TradeOffCharts tradeOffs,
      CostCharts costs,
      Consumer<Chart> charts) {
    this.results = results;
    this.historyLength = historyLength;
    this.tradeOffs = tradeOffs;
    this.costs = costs;
    this.charts = charts;
    this.tables = new SweepTables(results, html, footnotes);
  }

  /** The whole page. */
  String document() throws IOException {
    Page.open(html, results.manifest().sweepId() + ", " + SweepNames.length(historyLength));
    header();
    html.open("main");
    results.settings(historyLength).forEach(this::setting);
    footnotes.section();
    html.close("main");
    Page.close(html);
    return html.document();
  }

  private void header() {
    html.open("header");
    html.element("p", "SEMINAR Eval: sweep " + results.manifest().sweepId(), "class", "kicker");
    html.element("h1", Numbers.count(historyLength) + " behaviours");
    html.element(
        "p",
        "Every arm at this length of the history. A request is all targets and heads of a page:"
            + " retrieval, and attention over what was kept.",
        "class",
        "lead");
    html.open("nav", "aria-label", "Pages and sections").open("ul");
    link("index.html", "Overview");
    for (int other : results.historyLengths()) {
      if (other == historyLength) {
        html.open("li").element("strong", SweepNames.length(other)).close("li");
      } else {
        link(SweepNames.page(other), SweepNames.length(other));
      }
    }
    html.close("ul");
    List<Setting> settings = results.settings(historyLength);
    if (settings.size() > 1) {
      html.open("ul");
      settings.forEach(s -> link("#" + SweepNames.id(s), SweepNames.sizes(s)));
      html.close("ul");
    }
    html.close("nav").close("header");
  }

  private void link(String target, String title) {
    html.open("li").element("a", title, "href", target).close("li");
  }

  private void setting(Setting setting) {
    html.open("section", "id", SweepNames.id(setting)).element("h2", SweepNames.sizes(setting));
    if (results.measured(setting).isEmpty()) {
      html.element("p", "No point of this setting was measured.");
    } else {
      words(setting);
      html.open("div", "class", "charts");
      figure(tradeOffs.recall(setting, SweepNames.Quantile.P50));
      figure(tradeOffs.recall(setting, SweepNames.Quantile.P99));
      figure(tradeOffs.mass(setting));
      figure(tradeOffs.memory(setting));
      figure(costs.stages(setting));
      figure(costs.loads(setting, SweepLoad.Capacity.EXACT));
      figure(costs.loads(setting, SweepLoad.Capacity.OWN));
      html.close("div");
      html.element("h3", "Fidelity and service times");
      tables.latency(setting);
      html.element("h3", "Stages and work of a request");
      tables.work(setting);
      html.element("h3", "Index and measuring");
      tables.index(setting);
      if (!results.loads(setting).isEmpty()) {
        html.element("h3", "Under load");
        tables.loads(setting);
      }
    }
    html.element("h3", "Pruned");
    tables.pruned(setting);
    html.close("section");
  }

  /** The headlines, and where approximation loses. */
  private void words(Setting setting) {
    html.open("div", "class", "callout");
    for (double recall : HeadlineSection.LEVELS) {
      html.element("p", Headline.of(results, setting, recall).sentence());
    }
    results
        .exact(setting)
        .ifPresent(
            exact -> {
              String slower = slower(setting, exact);
              html.element(
                  "p",
                  slower.isEmpty()
                      ? "No arm that was measured is slower than exact attention."
                      : "Slower than exact attention: " + slower + ".");
            });
    html.close("div");
  }

  private String slower(Setting setting, SweepPoint exact) {
    return results.measured(setting).stream()
        .filter(p -> !SweepResults.isExact(p) && Ratio.of(exact, p).value() < 1)
        .map(
            p ->
                p.key().arm()
                    + " ("
                    + SweepNames.two(Ratio.of(exact, p).inverse().value())
                    + " × as long)")
        .collect(Collectors.joining(", "));
  }

  private void figure(Optional<Chart> chart) {
    chart.ifPresent(
        c -> {
          charts.accept(c);
          Page.figure(html, c);
        });
  }
}
