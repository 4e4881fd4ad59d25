package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.store.SweepManifest;
import io.seminar.reports.sweep.Setting;
import io.seminar.reports.sweep.SweepResults;
import io.seminar.reports.text.Numbers;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The first page of a sweep: headlines, cost over the history's length, and provenance. */
final class SweepOverview {
  private final SweepResults results;
  private final SweepResults overlay;
  private final TradeOffCharts tradeOffs;
  private final CostCharts costs;
  private final Consumer<Chart> charts;
  private final Html html = new Html();
  private final Footnotes footnotes = new Footnotes(html);

  /**
   * @param overlay null: none
   * @param charts receives every chart of the page
   */
  SweepOverview(
      SweepResults results,
      SweepResults overlay,
      TradeOffCharts tradeOffs,
      CostCharts costs,
      Consumer<Chart> charts) {
    this.results = results;
    this.overlay = overlay;
    this.tradeOffs = tradeOffs;
    this.costs = costs;
    this.charts = charts;
  }

  /** The whole page. */
  String document() throws IOException {
    Page.open(html, results.manifest().sweepId());
    header();
    html.open("main");
    new HeadlineSection(results, html, footnotes).write();
    fronts();
    new GrowthSection(results, costs, this::figure, html, footnotes).write();
    if (overlay != null) {
      new OverlaySection(results, overlay, html, footnotes).write();
    }
    arms();
    provenance();
    glossary();
    footnotes.section();
    html.close("main");
    Page.close(html);
    return html.document();
  }

  private void header() {
    SweepManifest manifest = results.manifest();
    SweepManifest.Measuring measuring = manifest.measuring();
    html.open("header");
    html.element("p", "SEMINAR Eval: recall and latency", "class", "kicker");
    html.element("h1", manifest.sweepId());
    html.element(
        "p",
        manifest.command().name()
            + " of "
            + manifest.data().path()
            + manifest.models().stream()
                .map(m -> ", network " + m.path())
                .collect(Collectors.joining())
            + ", "
            + Numbers.time(measuring.started())
            + ", "
            + Numbers.seconds(Duration.between(measuring.started(), measuring.finished()))
            + " on "
            + manifest.machine().cpu()
            + ", "
            + manifest.machine().jvm()
            + ", kernels: "
            + manifest.kernels().entrySet().stream()
                .map(kernel -> kernel.getKey() + " " + kernel.getValue())
                .collect(Collectors.joining(", ")),
        "class",
        "lead");
    html.open("nav", "aria-label", "Pages and sections").open("ul");
    results.historyLengths().forEach(l -> link(SweepNames.page(l), SweepNames.length(l)));
    html.close("ul").open("ul");
    link("#headlines", "Fastest arms");
    link("#fronts", "Recall and latency");
    link("#growth", "Cost and length");
    if (overlay != null) {
      link("#overlay", "Beside " + overlay.manifest().sweepId());
    }
    link("#arms", "Arms");
    link("#provenance", "Provenance");
    link("#glossary", "Glossary");
    html.close("ul").close("nav").close("header");
  }

  private void link(String target, String title) {
    html.open("li").element("a", title, "href", target).close("li");
  }

  private void fronts() {
    html.open("section", "id", "fronts").element("h2", "Recall and latency");
    html.element(
        "p",
        "One setting of each history length, that with the most measured points; the pages of the"
            + " lengths have all settings, with p99, softmax mass, memory, stages, load and tables.");
    html.open("div", "class", "charts");
    for (int length : results.historyLengths()) {
      results.settings(length).stream()
          .max(
              Comparator.comparingInt((Setting s) -> results.measured(s).size())
                  .thenComparing(Setting::targets))
          .flatMap(setting -> tradeOffs.recall(setting, SweepNames.Quantile.P50))
          .ifPresent(this::figure);
    }
    html.close("div").close("section");
  }

  private void arms() {
    html.open("section", "id", "arms").element("h2", "Arms");
    Map<String, String> kinds = new TreeMap<>(results.manifest().kinds());
    results.kinds().forEach(kind -> kinds.putIfAbsent(kind, ""));
    Page.facts(html, kinds);
    html.close("section");
  }

  private void provenance() {
    SweepManifest manifest = results.manifest();
    SweepManifest.Measuring measuring = manifest.measuring();
    html.open("section", "id", "provenance").element("h2", "Provenance");
    ProvenanceFacts facts =
        new ProvenanceFacts()
            .machine(manifest.machine())
            .command(manifest.command())
            .data(manifest.data())
            .models(manifest.models())
            .codebooks(manifest.codebooks())
            .code(manifest.code());
    manifest.kernels().forEach((what, kernel) -> facts.add("kernels: " + what, kernel));
    facts
        .add("forks", Integer.toString(measuring.forks()))
        .add("threads", Integer.toString(measuring.threads()))
        .add("seed", Long.toString(measuring.seed()))
        .add("started", Numbers.time(measuring.started()))
        .add("finished", Numbers.time(measuring.finished()))
        .libraries(manifest.libraries());
    Page.facts(html, facts.facts());
    html.open("details").element("summary", "All of sweep.json");
    html.open("pre").text(manifest.toJson()).close("pre");
    html.close("details").close("section");
  }

  private void glossary() {
    html.open("section", "id", "glossary").element("h2", "Glossary");
    html.open("dl", "class", "glossary");
    define(
        "Recall@K",
        "Share of the exact top K that an arm keeps, ties at the K-th exact score counted as found;"
            + " mean over requests, targets and heads, with an interval at "
            + Numbers.percent(results.manifest().measuring().level())
            + " from "
            + Numbers.count(results.manifest().measuring().replicates())
            + " bootstrap replicates over requests, those of a user drawn together.");
    define(
        "Softmax mass kept",
        "Share of the exact softmax weights over all behaviours that the kept ones hold.");
    define(
        "Cosine and relative L2 error of the output",
        "Of the outputs of all heads side by side, against attention over all behaviours: exact"
            + " attention over K loses something, too.");
    define(
        "Service time",
        "From the start of the work on a request to its end, in a closed loop: one request after"
            + " another, arms interleaved in one process, stages untimed. Quantiles are shown where"
            + " at least ten samples lie beyond them.");
    define(
        "Response time",
        "From the arrival of a request, as it was logged and scaled to a load, to its end: waiting"
            + " is included. A closed loop cannot see it, because it offers no request while it"
            + " works on another (coordinated omission).");
    define(
        "Forks",
        "Fresh JVMs, each of which measured every point. A range of a ratio is that of the most"
            + " unequal pair of their medians.");
    define(
        "Settled",
        "The warm-up of a point ends when the coefficient of variation of its times falls below a"
            + " bound. Where it does not within the limit, the point says so.");
    define(
        "Pareto front",
        "Arms that no other beats in recall and latency at once; computed from the means and"
            + " medians.");
    define(
        "Exponent",
        "Slope b of the power law time = a · L^b, fitted by least squares to the logarithms. Its"
            + " range holds every line through medians between the forks' extremes.");
    html.close("dl").close("section");
  }

  private void define(String term, String meaning) {
    html.element("dt", term).element("dd", meaning);
  }

  private void figure(Chart chart) {
    charts.accept(chart);
    Page.figure(html, chart);
  }
}
