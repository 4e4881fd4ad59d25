package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.store.SweepManifest;
import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.sweep.CostGrowth;
import io.seminar.reports.sweep.Headline;
import io.seminar.reports.sweep.Ratio;
import io.seminar.reports.sweep.Setting;
import io.seminar.reports.sweep.SweepResults;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The first page of a sweep: headlines, cost over the history's length, and provenance. */
final class SweepOverview {
  /** Recalls that headlines are given for. */
  static final List<Double> LEVELS = List.of(0.95, 0.99);

  /** Points that are named in a sentence, at most. */
  private static final int MOST_NAMED = 6;

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
    headlines();
    fronts();
    growth();
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

  private void headlines() {
    html.open("section", "id", "headlines")
        .element("h2", "Fastest arm at recall ≥ 0.95 and ≥ 0.99");
    List<Headline> headlines = new ArrayList<>();
    for (Setting setting : results.settings()) {
      LEVELS.forEach(recall -> headlines.add(Headline.of(results, setting, recall)));
    }
    html.element(
        "p",
        "By the median service time of a request, among the arms whose mean recall reaches the"
            + " level; against exact attention, which is computed for all targets of a page at once. "
            + (results.manifest().measuring().forks() > 1
                ? "Ranges span the extremes of "
                    + Numbers.count(results.manifest().measuring().forks())
                    + " forks."
                : "There was one fork, so that there are no ranges."));
    table(headlines);
    List<Headline> sober =
        headlines.stream()
            .filter(h -> h.exactWins() || h.speedup().filter(r -> !r.clearlyFaster()).isPresent())
            .toList();
    if (!sober.isEmpty()) {
      html.open("div", "class", "callout");
      html.element("strong", "Where approximation does not pay");
      html.open("ul");
      sober.forEach(h -> html.element("li", SweepNames.whole(h.setting()) + ": " + h.sentence()));
      html.close("ul").close("div");
    }
    counts();
    List<String> notes = results.manifest().notes();
    if (!notes.isEmpty()) {
      html.element("h3", "To know when reading the numbers");
      html.open("ul");
      notes.forEach(note -> html.element("li", note));
      html.close("ul");
    }
    html.close("section");
  }

  private void table(List<Headline> headlines) {
    Page.table(html, "headlines");
    html.open("thead").open("tr");
    for (String title :
        List.of(
            "L",
            "K, targets, heads",
            "recall at least",
            "fastest arm",
            "its recall",
            "p50",
            "exact's p50",
            "times as fast as exact",
            "bytes a behaviour")) {
      html.element(
          "th", title, "scope", "col", "class", title.equals("fastest arm") ? "words" : "figures");
    }
    html.close("tr").close("thead").open("tbody");
    headlines.forEach(this::row);
    Page.endTable(html);
  }

  private void row(Headline headline) {
    Setting setting = headline.setting();
    html.open("tr");
    html.open("th", "scope", "row");
    html.element(
        "a",
        Numbers.count(setting.historyLength()),
        "href",
        SweepNames.page(setting.historyLength()) + "#" + SweepNames.id(setting));
    html.close("th");
    html.element(
        "td",
        Numbers.count(setting.keep())
            + ", "
            + Numbers.count(setting.targets())
            + ", "
            + Numbers.count(setting.heads()));
    html.element("td", SweepNames.two(headline.recall()));
    if (headline.fastest().isEmpty()) {
      for (int i = 0; i < 3; i++) {
        footnotes.missing("no arm that was measured has this recall");
      }
    } else {
      SweepPoint fastest = headline.fastest().get();
      html.open("td", "class", "words").element("strong", fastest.key().arm());
      if (!fastest.warmup().settled()) {
        html.element("span", "warm-up not settled", "class", "way warn");
      }
      html.close("td");
      recall(fastest);
      html.element("td", Numbers.nanos(fastest.latency().quantiles().p50()));
    }
    if (headline.exact().isEmpty()) {
      footnotes.missing("exact attention was not measured at this setting");
    } else {
      html.element("td", Numbers.nanos(headline.exact().get().latency().quantiles().p50()));
    }
    Optional<Ratio> speedup = headline.speedup();
    if (headline.exactWins()) {
      html.element("td", "exact is the fastest");
    } else if (speedup.isEmpty()) {
      footnotes.missing("there is nothing to compare");
    } else {
      html.open("td").element("strong", SweepNames.times(speedup.get().value()));
      html.element("span", SweepNames.range(speedup.get()), "class", "sub").close("td");
    }
    if (headline.fastest().isEmpty()) {
      footnotes.missing("no arm that was measured has this recall");
    } else {
      html.element("td", SweepNames.plain(headline.fastest().get().arm().bytesPerBehaviour()));
    }
    html.close("tr");
  }

  private void recall(SweepPoint point) {
    html.open("td").text(Numbers.value(point.fidelity().recall()));
    if (!Double.isNaN(point.fidelity().recallLow())) {
      html.element(
          "span",
          Numbers.interval(point.fidelity().recallLow(), point.fidelity().recallHigh()),
          "class",
          "sub");
    }
    html.close("td");
  }

  private void counts() {
    long measured = results.points().stream().filter(SweepPoint::measured).count();
    List<SweepPoint> unsettled =
        results.points().stream().filter(p -> p.measured() && !p.warmup().settled()).toList();
    html.element(
        "p",
        Numbers.count(measured)
            + " points were measured, "
            + Numbers.count(results.points().size() - measured)
            + " pruned; points.csv and loads.csv beside this page have all of them. "
            + unsettled(unsettled, measured));
  }

  private static String unsettled(List<SweepPoint> points, long measured) {
    if (points.isEmpty()) {
      return "Every warm-up settled.";
    }
    if (points.size() > MOST_NAMED) {
      return Numbers.count(points.size())
          + " of the "
          + Numbers.count(measured)
          + " did not settle while they warmed up, so that their times are to be mistrusted; the"
          + " tables say which.";
    }
    return "The warm-up did not settle, so that times are to be mistrusted, for: "
        + points.stream()
            .map(p -> p.key().arm() + " at " + SweepNames.whole(Setting.of(p.key())))
            .collect(Collectors.joining("; "))
        + ".";
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

  private void growth() {
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
      bySizes.forEach(group -> figure(costs.growth(group)));
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
