package io.seminar.reports.html;

import io.seminar.metrics.Metric;
import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.IntervalChart;
import io.seminar.reports.charts.Measured;
import io.seminar.reports.compare.Difference;
import io.seminar.reports.compare.RunComparison;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.text.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The page of a comparison: A is what B is compared with. */
final class ComparisonPage {
  private static final String ALL = "all";

  private record Key(String arm, String slice, String metric) {}

  private final RunComparison comparison;
  private final List<Chart> charts;
  private final Map<Key, Cell> byKey = new LinkedHashMap<>();
  private final Set<String> arms = new LinkedHashSet<>();
  private final Set<String> slices = new LinkedHashSet<>();
  private final List<Metric> metrics;
  private final List<Difference> differences;
  private final Html html = new Html();
  private final Footnotes footnotes = new Footnotes(html);

  /**
   * @param charts receives every chart of the page
   */
  ComparisonPage(RunComparison comparison, List<Chart> charts) {
    this.comparison = comparison;
    this.charts = charts;
    this.differences = comparison.differences();
    Set<String> keys = new LinkedHashSet<>();
    Set<String> withCells = new LinkedHashSet<>();
    for (Cell cell : comparison.cells()) {
      byKey.put(new Key(cell.arm(), cell.slice(), cell.metric()), cell);
      keys.add(cell.metric());
      withCells.add(cell.slice());
      arms.add(cell.arm());
    }
    // The manifest's order first, then whatever else has cells.
    slices.addAll(comparison.candidate().evaluation().slices());
    slices.retainAll(withCells);
    slices.addAll(withCells);
    metrics = comparison.metrics().stream().filter(m -> keys.contains(m.key())).toList();
  }

  String document() throws IOException {
    Page.open(html, name(comparison.candidate()) + " against " + name(comparison.baseline()));
    header();
    html.open("main");
    runs();
    provenance();
    everything();
    slices();
    footnotes.section();
    html.close("main");
    Page.close(html);
    return html.document();
  }

  private static String name(RunManifest run) {
    return run.runId();
  }

  private void header() {
    html.open("header");
    html.element("p", "SEMINAR Eval, comparison", "class", "kicker");
    html.element("h1", "B against A");
    html.element(
        "p",
        "A: " + name(comparison.baseline()) + ". B: " + name(comparison.candidate()) + ".",
        "class",
        "lead");
    html.open("nav", "aria-label", "Sections").open("ul");
    for (String[] section :
        new String[][] {
          {"runs", "The two runs"},
          {"provenance", "Provenance"},
          {"everything", "Over everything"},
          {"slices", "Slices"}
        }) {
      html.open("li").element("a", section[1], "href", "#" + section[0]).close("li");
    }
    html.close("ul").close("nav").close("header");
  }

  private void runs() {
    html.open("section", "id", "runs").element("h2", "The two runs");
    Page.table(html, "runs");
    head("run", "started", "data", "code", "users", "requests", "dead letters");
    for (RunManifest run : List.of(comparison.baseline(), comparison.candidate())) {
      html.open("tr");
      String letter = run == comparison.candidate() ? "B" : "A";
      html.element("th", letter + ": " + name(run), "scope", "row");
      html.element("td", Numbers.time(run.execution().started()));
      html.element("td", run.data().path());
      html.element(
          "td",
          run.code().version()
              + (run.code().revision() == null ? "" : ", " + run.code().revision()));
      html.element("td", Numbers.count(run.counts().users()));
      html.element("td", Numbers.count(run.counts().requests()));
      html.element("td", Numbers.count(run.counts().deadLetters()));
      html.close("tr");
    }
    Page.endTable(html);
    html.close("section");
  }

  private void provenance() {
    html.open("section", "id", "provenance").element("h2", "What differs in where they come from");
    if (differences.isEmpty()) {
      html.element("p", "Nothing that is recorded differs.");
    } else {
      Page.table(html, "differences");
      DifferenceTable.head(html, "what differs", "A", "B");
      differences.forEach(d -> DifferenceTable.row(html, d, d.kind().weight().title()));
      Page.endTable(html);
    }
    html.close("section");
  }

  private void everything() {
    html.open("section", "id", "everything").element("h2", "Over everything");
    html.element(
        "p",
        "B minus A for the same arm (Δ), paired over the same users, with intervals at "
            + Numbers.percent(comparison.candidate().evaluation().level())
            + "; below it the value in B, then p with Holm's adjustment beside it where there was a"
            + " test.");
    matrix(ALL);
    html.open("div", "class", "charts");
    for (Metric metric : metrics) {
      chart(metric);
    }
    html.close("div").close("section");
  }

  private void slices() {
    html.open("section", "id", "slices").element("h2", "Slices");
    for (String slice : slices) {
      if (!slice.equals(ALL)) {
        html.open("details").element("summary", slice);
        matrix(slice);
        html.close("details");
      }
    }
    html.close("section");
  }

  private void matrix(String slice) {
    Page.table(html, "matrix");
    List<String> titles = new ArrayList<>(List.of("metric"));
    titles.addAll(arms);
    head(titles);
    for (Metric metric : metrics) {
      html.open("tr");
      html.open("th", "scope", "row").text(metric.title());
      html.element(
          "span",
          switch (metric.direction()) {
            case HIGHER -> "higher is better";
            case LOWER -> "lower is better";
            case NEAR_ONE -> "best at 1";
          },
          "class",
          "way");
      html.close("th");
      for (String arm : arms) {
        cell(byKey.get(new Key(arm, slice, metric.key())));
      }
      html.close("tr");
    }
    Page.endTable(html);
  }

  private void cell(Cell cell) {
    if (cell == null || Double.isNaN(cell.value())) {
      footnotes.missing(cell == null ? "not computed" : cell.reason());
      return;
    }
    html.open("td");
    if (Double.isNaN(cell.difference())) {
      html.open("span", "class", "value").text("Δ ");
      footnotes.none(cell.reason() == null ? "nothing in A to compare with" : cell.reason());
      html.close("span");
    } else {
      html.element("span", "Δ " + Numbers.signed(cell.difference()), "class", "value");
      if (!Double.isNaN(cell.differenceLow()) && !Double.isNaN(cell.differenceHigh())) {
        html.element(
            "span",
            Numbers.signedInterval(cell.differenceLow(), cell.differenceHigh()),
            "class",
            "sub");
      }
    }
    html.element("span", Numbers.value(cell.value()), "class", "sub");
    if (!Double.isNaN(cell.p())) {
      html.element(
          "span",
          "p "
              + Numbers.p(cell.p())
              + (Double.isNaN(cell.pHolm()) ? "" : " (Holm " + Numbers.p(cell.pHolm()) + ")"),
          "class",
          "way");
    }
    html.close("td");
  }

  private void chart(Metric metric) {
    List<String> names = new ArrayList<>(arms);
    List<IntervalChart.Series> series = new ArrayList<>();
    boolean any = false;
    for (int i = 0; i < names.size(); i++) {
      Cell cell = byKey.get(new Key(names.get(i), ALL, metric.key()));
      Measured m =
          cell == null
              ? new Measured(Double.NaN, Double.NaN, Double.NaN)
              : new Measured(cell.difference(), cell.differenceLow(), cell.differenceHigh());
      any |= !Double.isNaN(m.value());
      List<Measured> values = new ArrayList<>();
      for (int row = 0; row < names.size(); row++) {
        values.add(row == i ? m : null);
      }
      series.add(new IntervalChart.Series(names.get(i), i, values));
    }
    if (any) {
      Chart chart =
          IntervalChart.of(
              "difference-" + metric.key().replaceAll("[^A-Za-z0-9]+", "-"),
              metric.title() + ": B minus A",
              metric.title()
                  + " of each arm in B minus that in A, over the same users, with intervals; the"
                  + " dashed line is no difference.",
              metric.title() + " difference",
              names,
              series,
              0,
              false);
      charts.add(chart);
      Page.figure(html, chart);
    }
  }

  private void head(String... titles) {
    head(List.of(titles));
  }

  private void head(Collection<String> titles) {
    html.open("thead").open("tr");
    titles.forEach(title -> html.element("th", title, "scope", "col", "class", "figures"));
    html.close("tr").close("thead").open("tbody");
  }
}
