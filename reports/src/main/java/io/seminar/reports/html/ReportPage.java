package io.seminar.reports.html;

import io.seminar.metrics.Metric;
import io.seminar.reports.charts.Chart;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.DeadLettersFile.DeadLetter;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.TimingsFile;
import io.seminar.reports.text.Numbers;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The page, section by section, from top to bottom. */
final class ReportPage {
  /** Titles of columns that hold words and not figures. */
  private static final Set<String> WORDS =
      Set.of(
          "what it does",
          "of arm",
          "trouble",
          "stage",
          "file",
          "user",
          "request",
          "field",
          "found",
          "expected");

  private final Results results;
  private final RunManifest manifest;
  private final List<WorstRequests.Bad> worst;
  private final DeadLetterTally deadLetters;
  private final ReportCharts reportCharts;
  private final List<Chart> charts;
  private final String level;
  private final Html html = new Html();
  private final Footnotes footnotes = new Footnotes(html);

  /**
   * @param charts receives every chart of the page
   */
  ReportPage(
      Results results,
      List<WorstRequests.Bad> worst,
      DeadLetterTally deadLetters,
      List<Chart> charts) {
    this.results = results;
    this.manifest = results.manifest();
    this.worst = worst;
    this.deadLetters = deadLetters;
    this.charts = charts;
    this.reportCharts = new ReportCharts(results);
    this.level = Numbers.percent(manifest.evaluation().level());
  }

  /** The whole page. */
  String document() throws IOException {
    Page.open(html, manifest.runId());
    header();
    html.open("main");
    summary();
    arms();
    recall();
    slices();
    calibration();
    worstRequests();
    deadLetters();
    stageTimes();
    provenance();
    glossary();
    footnotes.section();
    html.close("main");
    Page.close(html);
    return html.document();
  }

  private void header() {
    html.open("header");
    html.element("p", "SEMINAR Eval", "class", "kicker");
    html.element("h1", manifest.runId());
    RunManifest.Execution execution = manifest.execution();
    html.element(
        "p",
        manifest.command().name()
            + " of "
            + manifest.data().path()
            + ", "
            + Numbers.time(execution.started())
            + ", "
            + Numbers.seconds(Duration.between(execution.started(), execution.finished()))
            + " on "
            + manifest.machine().cores()
            + " cores",
        "class",
        "lead");
    html.open("nav", "aria-label", "Sections").open("ul");
    for (String[] section :
        new String[][] {
          {"summary", "Summary"},
          {"arms", "Arms side by side"},
          {"recall", "Recall"},
          {"slices", "Slices"},
          {"calibration", "Calibration"},
          {"worst", "Worst requests"},
          {"dead-letters", "Dead letters"},
          {"times", "Stage times"},
          {"provenance", "Provenance"},
          {"glossary", "Glossary"}
        }) {
      html.open("li").element("a", section[1], "href", "#" + section[0]).close("li");
    }
    html.close("ul").close("nav").close("header");
  }

  private void summary() {
    section("summary", "Summary");
    RunManifest.Counts counts = manifest.counts();
    html.open("dl", "class", "tiles");
    tile("users", counts.users());
    tile("requests", counts.requests());
    tile("impressions", counts.impressions());
    tile("behaviours in histories", counts.behaviours());
    tile("dead letters", counts.deadLetters());
    html.close("dl");
    html.element(
        "p",
        "Each request of each user was replayed against the history before it, by every arm, on the"
            + " same users; all differences are paired. Intervals hold at "
            + level
            + " and come from "
            + Numbers.count(manifest.evaluation().replicates())
            + " bootstrap replicates over users.");
    html.open("p", "class", "callout");
    html.element("strong", "What a score is. ");
    html.text(
        (manifest.models().isEmpty()
                ? "The score of an impression is its attention-pooled similarity to the user's"
                    + " history."
                : "The score of an impression is the logit of the arm's network; of arms without"
                    + " one it is the attention-pooled similarity to the user's history.")
            + " It is mapped to a click probability by a logistic regression that was fitted, arm by"
            + " arm, on the earlier requests ("
            + (manifest.calibration().from() == null
                ? ""
                : "from "
                    + Numbers.time(Instant.ofEpochMilli(manifest.calibration().from()))
                    + ", when the last training ended, and ")
            + "before "
            + Numbers.time(Instant.ofEpochMilli(manifest.calibration().splitTime()))
            + ") and evaluated on the later ones. Ranking and calibration metrics are those of the"
            + " later requests; attention fidelity is measured on all.");
    html.close("p");
    models();
    html.element("h3", "Arms");
    table("arms-list");
    head("arm", "what it does", "kept (K)", "bytes a behaviour");
    for (RunManifest.Arm arm : results.arms()) {
      html.open("tr");
      armHeader(arm.name());
      html.element("td", arm.description(), "class", "words");
      html.element("td", arm.kept() == 0 ? Numbers.NONE : Numbers.count(arm.kept()));
      html.element(
          "td",
          arm.bytesPerBehaviour() == 0 ? Numbers.NONE : Numbers.count(arm.bytesPerBehaviour()));
      html.close("tr");
    }
    endTable();
    html.element("h3", "Main numbers, over everything");
    matrix(results.headline(), List.of(Results.ALL));
    if (!manifest.notes().isEmpty()) {
      html.element("h3", "To know when reading the numbers");
      html.open("ul");
      manifest.notes().forEach(note -> html.element("li", note));
      html.close("ul");
    }
    end();
  }

  private void models() {
    if (manifest.models().isEmpty()) {
      return;
    }
    html.element("h3", "Networks");
    table("models-list");
    head("network", "architecture", "stage", "trained before", "validated before", "SHA-256");
    for (RunManifest.Model model : manifest.models()) {
      html.open("tr");
      html.element("th", model.name().isEmpty() ? model.path() : model.name(), "scope", "row");
      html.element("td", model.architecture());
      html.element("td", model.stage());
      html.element("td", Numbers.time(Instant.ofEpochMilli(model.trainUntil())));
      html.element("td", Numbers.time(Instant.ofEpochMilli(model.validateUntil())));
      html.element("td", model.digest().substring(0, 12));
      html.close("tr");
    }
    endTable();
  }

  private void tile(String name, long count) {
    html.open("div").element("dt", name).element("dd", Numbers.count(count)).close("div");
  }

  private void arms() {
    section("arms", "Arms side by side");
    html.element(
        "p",
        "Value and "
            + level
            + " interval; below them the difference to "
            + results.baseline()
            + " (Δ) with its interval. n is what a value rests on.");
    matrix(results.metrics(), List.of(Results.ALL));
    details("Every number, one row an arm and metric");
    numbers(Results.ALL);
    html.close("details");
    html.open("div", "class", "charts");
    for (Metric metric : results.headline()) {
      reportCharts.byArm(metric).forEach(this::figure);
    }
    html.close("div");
    end();
  }

  private void recall() {
    section("recall", "Recall of the exact top K");
    html.element(
        "p",
        "How much of what full attention weighs most an arm finds. Ties at the K-th exact score"
            + " count as found.");
    html.open("div", "class", "charts");
    reportCharts.recallCurves().forEach(this::figure);
    html.close("div");
    end();
  }

  private void slices() {
    section("slices", "Slices");
    html.element(
        "p",
        "The same numbers over parts of the data. A slice selects impressions; names with a"
            + " semicolon are crosses of two.");
    if (!results.emptySlices().isEmpty()) {
      html.element("p", "Nothing fell into: " + String.join(", ", results.emptySlices()) + ".");
    }
    html.open("div", "class", "charts");
    for (Metric metric : results.headline()) {
      if (!metric.key().equals("output_rel_l2") && !metric.key().equals("auc")) {
        figure(reportCharts.bySlice(metric));
      }
    }
    html.close("div");
    for (Metric metric : results.headline()) {
      details(metric.title() + " in every slice");
      matrix(List.of(metric), results.slices());
      html.close("details");
    }
    details("All metrics, slice by slice");
    for (String slice : results.slices()) {
      if (!slice.equals(Results.ALL)) {
        details(slice);
        matrix(results.metrics(), List.of(slice));
        html.close("details");
      }
    }
    html.close("details");
    end();
  }

  private void calibration() {
    section("calibration", "Calibration");
    html.element(
        "p",
        "The map from score to probability, fitted on requests before "
            + Numbers.time(Instant.ofEpochMilli(manifest.calibration().splitTime()))
            + ", and how well it held on those after.");
    table("calibration-table");
    head("arm", "slope", "intercept", "fitted on", "trouble", "PCOC", "NE");
    for (RunManifest.ArmCalibration map : manifest.calibration().arms()) {
      html.open("tr");
      armHeader(map.arm());
      number(map.slope(), map.problem());
      number(map.intercept(), map.problem());
      html.element("td", Numbers.count(map.impressions()) + " impressions");
      html.element("td", map.problem() == null ? Numbers.NONE : map.problem(), "class", "words");
      valueOnly(results.cell(map.arm(), Results.ALL, "pcoc"));
      valueOnly(results.cell(map.arm(), Results.ALL, "ne"));
      html.close("tr");
    }
    endTable();
    html.open("div", "class", "charts");
    reportCharts.reliability().forEach(this::figure);
    html.close("div");
    details("Bins");
    table("bins");
    head("arm", "bin", "from", "to", "n", "mean predicted", "share of clicks", level + " interval");
    for (var bin : results.reliability()) {
      html.open("tr");
      armHeader(bin.arm());
      html.element("td", Integer.toString(bin.bin()));
      html.element("td", Numbers.value(bin.lower()));
      html.element("td", Numbers.value(bin.upper()));
      html.element("td", Numbers.count(bin.n()));
      number(bin.meanPredicted(), "empty bin");
      number(bin.observed(), "empty bin");
      if (Double.isNaN(bin.low()) || Double.isNaN(bin.high())) {
        footnotes.missing("no interval");
      } else {
        html.element("td", Numbers.interval(bin.low(), bin.high()));
      }
      html.close("tr");
    }
    endTable();
    html.close("details");
    end();
  }

  private void worstRequests() {
    section("worst", "Worst requests");
    int k = results.largestRetrievalK();
    html.element(
        "p",
        "Where to look first: the requests with the lowest recall@"
            + k
            + " and, among those evaluated, the highest log loss, as means over the page. Requests"
            + " without fault are not listed.");
    for (RunManifest.Arm arm : results.arms()) {
      details(arm.name());
      boolean any = false;
      for (WorstRequests.By by : WorstRequests.By.values()) {
        List<WorstRequests.Bad> bad =
            worst.stream().filter(b -> b.arm().equals(arm.name()) && b.by() == by).toList();
        if (bad.isEmpty()) {
          continue;
        }
        any = true;
        String what = by == WorstRequests.By.RECALL ? "recall@" + k : "log loss";
        html.element("h3", by == WorstRequests.By.RECALL ? "Lowest " + what : "Highest " + what);
        table("worst-table");
        head(what, "user", "request", "time", "history length", "impressions", "clicks", "query");
        for (WorstRequests.Bad b : bad) {
          html.open("tr");
          html.element("td", Numbers.value(b.shown()));
          html.element("td", b.user(), "class", "id");
          html.element("td", Long.toString(b.request()), "class", "id");
          html.element("td", Numbers.time(Instant.ofEpochMilli(b.time())));
          html.element("td", Numbers.count(b.historyLength()));
          html.element("td", Numbers.count(b.impressions()));
          html.element("td", Numbers.count(b.clicks()));
          html.element("td", b.query() == 0 ? "browse" : "query " + b.query());
          html.close("tr");
        }
        endTable();
      }
      if (!any) {
        html.element("p", "No request with a fault.");
      }
      html.close("details");
    }
    end();
  }

  private void deadLetters() {
    section("dead-letters", "Dead letters");
    if (deadLetters.count() == 0) {
      html.element("p", "No record was refused.");
    } else {
      html.element(
          "p",
          Numbers.count(deadLetters.count())
              + (deadLetters.count() == 1 ? " record was" : " records were")
              + " refused and left out of every number.");
      table("reasons");
      head("reason", "records");
      for (Map.Entry<String, Long> reason : deadLetters.byReason()) {
        html.open("tr");
        html.element("th", reason.getKey(), "scope", "row", "class", "words");
        html.element("td", Numbers.count(reason.getValue()));
        html.close("tr");
      }
      endTable();
      details("The first " + deadLetters.first().size());
      table("letters");
      head("file", "row", "user", "field", "found", "expected");
      for (DeadLetter letter : deadLetters.first()) {
        html.open("tr");
        html.element("td", letter.file(), "class", "id");
        html.element("td", letter.row() < 0 ? Numbers.NONE : Numbers.count(letter.row()));
        html.element("td", letter.user() == null ? Numbers.NONE : letter.user(), "class", "id");
        html.element("td", letter.field().isEmpty() ? Numbers.NONE : letter.field(), "class", "id");
        html.element("td", letter.found(), "class", "words");
        html.element("td", letter.expected(), "class", "words");
        html.close("tr");
      }
      endTable();
      html.close("details");
    }
    end();
  }

  private void stageTimes() {
    section("times", "Stage times");
    html.element(
        "p",
        "For orientation: taken in passing, one request (a whole page) at a time, while other threads"
            + " worked. They are no latency benchmark.");
    html.open("div", "class", "charts");
    reportCharts.stageTimes().forEach(this::figure);
    html.close("div");
    table("times-table");
    head("arm", "stage", "requests", "mean", "p50", "p90", "p99", "longest");
    for (RunManifest.Arm arm : results.arms()) {
      for (TimingsFile.Timing t : results.timings()) {
        if (t.arm().equals(arm.name())) {
          html.open("tr");
          armHeader(t.arm());
          html.element("td", t.stage(), "class", "words");
          html.element("td", Numbers.count(t.n()));
          for (double nanos : new double[] {t.mean(), t.p50(), t.p90(), t.p99(), t.max()}) {
            html.element("td", Numbers.nanos(nanos));
          }
          html.close("tr");
        }
      }
    }
    endTable();
    end();
  }

  private void provenance() {
    section("provenance", "Provenance");
    RunManifest.Execution execution = manifest.execution();
    ProvenanceFacts facts =
        new ProvenanceFacts()
            .command(manifest.command())
            .data(manifest.data())
            .models(manifest.models())
            .codebooks(manifest.codebooks())
            .code(manifest.code())
            .add("runner", execution.runner() + ", parallelism " + execution.parallelism())
            .add("kernels", execution.kernel())
            .add("seed", Long.toString(execution.seed()))
            .add("started", Numbers.time(execution.started()))
            .add("finished", Numbers.time(execution.finished()))
            .machine(manifest.machine())
            .libraries(manifest.libraries());
    Page.facts(html, facts.facts());
    details("All of run.json");
    html.open("pre").text(manifest.toJson()).close("pre");
    html.close("details");
    end();
  }

  private void glossary() {
    section("glossary", "Glossary");
    html.open("dl", "class", "glossary");
    for (Metric metric : results.metrics()) {
      html.open("dt").text(metric.title() + " ");
      html.element("code", metric.key()).close("dt");
      html.element(
          "dd",
          metric.doc()
              + " Range "
              + Numbers.value(metric.lowest())
              + " to "
              + Numbers.value(metric.highest())
              + "; "
              + switch (metric.direction()) {
                case HIGHER -> "higher is better";
                case LOWER -> "lower is better";
                case NEAR_ONE -> "best at 1";
              }
              + "; n counts "
              + unit(metric)
              + ".");
    }
    html.element("dt", "Interval");
    html.element(
        "dd",
        switch (manifest.evaluation().interval()) {
              case "bca" ->
                  "Percentiles of the bootstrap replicates over users, corrected for bias and"
                      + " skewness (BCa), at ";
              case "jackknife" ->
                  "Student's t with the standard error of the jackknife that leaves out groups of"
                      + " users, at ";
              default -> "Percentiles of the bootstrap replicates over users, at ";
            }
            + level
            + ". The weights of a replicate come from a hash of seed, replicate and user, so they do"
            + " not depend on how the work was spread.");
    html.element("dt", "p");
    html.element(
        "dd",
        "How often a difference at least this large, either way, would come about if the two arms"
            + " were alike: by "
            + Numbers.count(manifest.evaluation().flips())
            + " random exchanges of the arms, user by user; for AUC by Student's t with the standard"
            + " error of the jackknife. Holm: adjusted so that among all tests of the run one false"
            + " alarm at all is as rare as that; BH (Benjamini and Hochberg): adjusted so that among"
            + " the alarms false ones are.");
    html.element("dt", "Left out");
    html.element(
        "dd",
        "Users or units of a slice for which a metric is not defined, such as pages without a click."
            + " They are counted, never taken as 0.");
    html.close("dl");
    end();
  }

  private static String unit(Metric metric) {
    return metric.unit().name().toLowerCase(Locale.ROOT);
  }

  /**
   * Arms across; down go the metrics of one slice, or the slices of one metric. Value, interval and
   * difference stand in each cell.
   */
  private void matrix(List<Metric> metrics, List<String> slices) {
    boolean bySlice = slices.size() > 1;
    table("matrix");
    List<String> titles = new ArrayList<>(List.of(bySlice ? "slice" : "metric"));
    results.arms().forEach(arm -> titles.add(arm.name()));
    titles.add("n");
    head(titles.toArray(new String[0]));
    for (Metric metric : metrics) {
      for (String slice : slices) {
        if (results.arms().stream()
            .allMatch(arm -> results.cell(arm.name(), slice, metric.key()) == null)) {
          continue; // of an arm as a whole only
        }
        html.open("tr");
        html.open("th", "scope", "row").text(bySlice ? slice : metric.title());
        if (!bySlice) {
          html.element("span", direction(metric), "class", "way");
        }
        html.close("th");
        List<Cell> row = new ArrayList<>();
        for (RunManifest.Arm arm : results.arms()) {
          row.add(results.cell(arm.name(), slice, metric.key()));
        }
        row.forEach(this::full);
        html.open("td", "class", "n").text(range(row));
        html.element("span", unit(metric), "class", "sub");
        html.close("td").close("tr");
      }
    }
    endTable();
  }

  /** What the cells of a row rest on: one number where they agree, and they mostly do. */
  private static String range(List<Cell> row) {
    LongSummaryStatistics n =
        row.stream().filter(Objects::nonNull).mapToLong(Cell::n).summaryStatistics();
    if (n.getCount() == 0) {
      return Numbers.NONE;
    }
    return n.getMin() == n.getMax()
        ? Numbers.count(n.getMax())
        : Numbers.count(n.getMin()) + " to " + Numbers.count(n.getMax());
  }

  private static String direction(Metric metric) {
    return switch (metric.direction()) {
      case HIGHER -> "higher is better";
      case LOWER -> "lower is better";
      case NEAR_ONE -> "best at 1";
    };
  }

  private void full(Cell cell) {
    if (cell == null || Double.isNaN(cell.value())) {
      footnotes.missing(cell == null ? "not computed" : cell.reason());
      return;
    }
    html.open("td");
    html.element("span", Numbers.value(cell.value()), "class", "value");
    html.open("span", "class", "sub");
    if (Double.isNaN(cell.low()) || Double.isNaN(cell.high())) {
      footnotes.none(cell.reason() == null ? "no interval" : cell.reason());
    } else {
      html.text(Numbers.interval(cell.low(), cell.high()));
    }
    html.close("span");
    if (cell.baseline() != null) {
      html.open("span", "class", "sub delta");
      html.text("Δ ");
      difference(cell);
      html.close("span");
    }
    html.close("td");
  }

  private void difference(Cell cell) {
    if (Double.isNaN(cell.difference())) {
      footnotes.none(cell.reason() == null ? "the difference is not defined" : cell.reason());
    } else {
      html.text(Numbers.signed(cell.difference()));
      if (!Double.isNaN(cell.differenceLow()) && !Double.isNaN(cell.differenceHigh())) {
        html.element(
            "span",
            " " + Numbers.signedInterval(cell.differenceLow(), cell.differenceHigh()),
            "class",
            "range");
      }
      if (!Double.isNaN(cell.p())) {
        html.element("span", chance(cell), "class", "way");
      }
    }
  }

  /** p behind the effect, as it is and adjusted for all the tests beside it. */
  private static String chance(Cell cell) {
    return "p "
        + Numbers.p(cell.p())
        + (Double.isNaN(cell.pHolm()) ? "" : " (Holm " + Numbers.p(cell.pHolm()) + ")");
  }

  /** One row an arm and metric, with everything a cell holds. */
  private void numbers(String slice) {
    table("numbers");
    head(
        "metric",
        "of arm",
        "value",
        level + " interval",
        "difference and interval",
        "p",
        "p, Holm",
        "p, BH",
        "n",
        "users",
        "left out",
        "users left out");
    for (Metric metric : results.metrics()) {
      for (RunManifest.Arm arm : results.arms()) {
        Cell cell = results.cell(arm.name(), slice, metric.key());
        if (cell == null) {
          continue;
        }
        html.open("tr");
        html.element("th", metric.title(), "scope", "row");
        html.element("td", arm.name(), "class", "words");
        number(cell.value(), cell.reason());
        if (Double.isNaN(cell.low()) || Double.isNaN(cell.high())) {
          footnotes.missing(cell.reason() == null ? "no interval" : cell.reason());
        } else {
          html.element("td", Numbers.interval(cell.low(), cell.high()));
        }
        if (cell.baseline() == null) {
          html.element("td", "baseline");
        } else {
          html.open("td");
          difference(cell);
          html.close("td");
        }
        for (double p : new double[] {cell.p(), cell.pHolm(), cell.pBh()}) {
          html.element("td", Double.isNaN(p) ? Numbers.NONE : Numbers.p(p));
        }
        html.element("td", Numbers.count(cell.n()));
        html.element("td", Numbers.count(cell.users()));
        html.element("td", Numbers.count(cell.leftOut()));
        html.element("td", Numbers.count(cell.leftOutUsers()));
        html.close("tr");
      }
    }
    endTable();
  }

  private void valueOnly(Cell cell) {
    if (cell == null) {
      footnotes.missing("not computed");
    } else {
      number(cell.value(), cell.reason());
    }
  }

  private void number(double value, String reason) {
    if (Double.isNaN(value)) {
      footnotes.missing(reason == null ? "not defined" : reason);
    } else {
      html.element("td", Numbers.value(value));
    }
  }

  private void figure(Chart chart) {
    charts.add(chart);
    Page.figure(html, chart);
  }

  private void section(String id, String title) {
    html.open("section", "id", id).element("h2", title);
  }

  private void end() {
    html.close("section");
  }

  private void details(String summary) {
    html.open("details").element("summary", summary);
  }

  private void table(String kind) {
    Page.table(html, kind);
  }

  private void head(String... titles) {
    html.open("thead").open("tr");
    for (String title : titles) {
      html.element(
          "th", title, "scope", "col", "class", WORDS.contains(title) ? "words" : "figures");
    }
    html.close("tr").close("thead").open("tbody");
  }

  private void endTable() {
    Page.endTable(html);
  }

  private void armHeader(String name) {
    html.element("th", name, "scope", "row");
  }
}
