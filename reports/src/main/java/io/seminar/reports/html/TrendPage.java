package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.Measured;
import io.seminar.reports.charts.TrendChart;
import io.seminar.reports.gate.Finding;
import io.seminar.reports.gate.Verdict;
import io.seminar.reports.store.AnnotationsFile.Annotation;
import io.seminar.reports.store.AnnotationsFile.Annotations;
import io.seminar.reports.store.RunStore;
import io.seminar.reports.store.StoredRun;
import io.seminar.reports.text.Numbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** The page of the trend: what became of the nights, and every gated number over them. */
final class TrendPage {
  private record Key(String rule, String arm, String slice) {}

  private final RunStore store;
  private final Path folder;
  private final List<Night> nights;
  private final List<String> skipped;
  private final List<Annotation> annotations;
  private final List<Chart> charts;
  private final Html html = new Html();

  /**
   * @param folder where the page goes
   * @param charts receives every chart of the page
   */
  TrendPage(
      RunStore store,
      Path folder,
      Night.Nights nights,
      Annotations annotations,
      List<Chart> charts) {
    this.store = store;
    this.folder = folder;
    this.nights = nights.nights();
    this.skipped = new ArrayList<>(nights.skipped());
    this.skipped.addAll(annotations.skipped());
    this.annotations = annotations.annotations();
    this.charts = charts;
  }

  String document() throws IOException {
    Page.open(html, "trend");
    header();
    html.open("main");
    if (!skipped.isEmpty()) {
      html.open("section", "id", "skipped").element("h2", "Passed over");
      html.element("p", "These could not be read and are in none of the charts:");
      html.open("ul");
      skipped.forEach(reason -> html.element("li", reason));
      html.close("ul").close("section");
    }
    trends();
    annotations();
    table();
    html.close("main");
    Page.close(html);
    return html.document();
  }

  private void header() {
    html.open("header");
    html.element("p", "SEMINAR Eval, trend", "class", "kicker");
    html.element("h1", nights.size() == 1 ? "One night" : Numbers.count(nights.size()) + " nights");
    html.element(
        "p",
        nights.isEmpty()
            ? "There is no night in this store yet."
            : "From "
                + Numbers.time(nights.get(0).run().started())
                + " to "
                + Numbers.time(last().run().started())
                + "; the last: "
                + last().gate().verdict().title()
                + ".",
        "class",
        "lead");
    html.open("nav", "aria-label", "Sections").open("ul");
    for (String[] section :
        new String[][] {
          {"trends", "Numbers over the nights"}, {"annotations", "Notes"}, {"nights", "Nights"}
        }) {
      html.open("li").element("a", section[1], "href", "#" + section[0]).close("li");
    }
    html.close("ul").close("nav").close("header");
  }

  private Night last() {
    return nights.get(nights.size() - 1);
  }

  private void trends() {
    html.open("section", "id", "trends").element("h2", "Numbers over the nights");
    html.element(
        "p",
        "What each rule tests, with its intervals as a band and its limit as a dashed line. What did"
            + " not pass last night stands first. A hollow dot at the lower edge is a night without"
            + " the number; letters are the notes below. Each night's interval stands for itself:"
            + " among many nights some miss the truth.");
    html.open("div", "class", "charts");
    int number = 1;
    for (Key key : keys()) {
      Chart chart = chart("trend-" + number++, key);
      charts.add(chart);
      Page.figure(html, chart);
    }
    html.close("div").close("section");
  }

  /** Every rule, arm and slice that was ever judged; what is worst now first. */
  private List<Key> keys() {
    Set<Key> keys = new LinkedHashSet<>();
    // The latest night's order, then what there was before.
    for (int i = nights.size() - 1; i >= 0; i--) {
      for (Finding f : nights.get(i).gate().findings()) {
        if (!Double.isNaN(f.tested())) {
          keys.add(new Key(f.rule(), f.arm(), f.slice()));
        }
      }
    }
    List<Key> sorted = new ArrayList<>(keys);
    sorted.sort(Comparator.comparing(this::now, Comparator.reverseOrder()));
    return sorted;
  }

  private Verdict now(Key key) {
    Finding finding = last().finding(key.rule(), key.arm(), key.slice());
    return finding == null ? Verdict.PASS : finding.verdict();
  }

  private Chart chart(String id, Key key) {
    List<TrendChart.Night> points = new ArrayList<>();
    Finding latest = null;
    for (Night night : nights) {
      Finding f = night.finding(key.rule(), key.arm(), key.slice());
      if (f != null) {
        latest = f;
        points.add(
            new TrendChart.Night(
                night.run().started().toEpochMilli(),
                new Measured(f.tested(), f.low(), f.high()),
                f.limit(),
                VerdictLooks.ORDER.indexOf(f.verdict())));
      }
    }
    Objects.requireNonNull(latest, "a key comes from a night");
    List<TrendChart.Kind> kinds =
        VerdictLooks.ORDER.stream()
            .map(verdict -> new TrendChart.Kind(verdict.title(), VerdictLooks.style(verdict)))
            .toList();
    List<TrendChart.Mark> marks = new ArrayList<>();
    for (int i = 0; i < annotations.size(); i++) {
      marks.add(new TrendChart.Mark(time(annotations.get(i)), letter(i)));
    }
    return TrendChart.of(
        id,
        latest.where(),
        "\u201c"
            + key.rule()
            + "\u201d: "
            + latest.formula()
            + ". Over "
            + Numbers.count(points.size())
            + (points.size() == 1 ? " night" : " nights")
            + ", now "
            + (Double.isNaN(latest.tested())
                ? "not defined"
                : GateSection.shown(latest, latest.tested()))
            + ": "
            + latest.verdict().title()
            + ".",
        latest.against() == null ? latest.metric() : "difference of " + latest.metric(),
        points,
        kinds,
        marks);
  }

  private static long time(Annotation annotation) {
    return annotation.date().atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
  }

  /** A, B… Z, then A2, B2… */
  private static String letter(int index) {
    String letter = Character.toString('A' + index % 26);
    return index < 26 ? letter : letter + (1 + index / 26);
  }

  private void annotations() {
    html.open("section", "id", "annotations").element("h2", "Notes");
    if (annotations.isEmpty()) {
      html.element("p", "There is no note.");
    } else {
      Page.table(html, "annotations");
      head("", "from", "note");
      for (int i = 0; i < annotations.size(); i++) {
        html.open("tr").element("th", letter(i), "scope", "row");
        html.element("td", annotations.get(i).date().toString(), "class", "words");
        html.element("td", annotations.get(i).text(), "class", "words");
        html.close("tr");
      }
      Page.endTable(html);
    }
    html.close("section");
  }

  private void table() {
    html.open("section", "id", "nights").element("h2", "Nights");
    Page.table(html, "nights");
    head("night", "verdict", "started", "took", "users", "requests", "code", "processor", "JDK");
    for (int i = nights.size() - 1; i >= 0; i--) {
      row(nights.get(i));
    }
    Page.endTable(html);
    html.close("section");
  }

  private void row(Night night) {
    StoredRun run = night.run();
    html.open("tr").open("th", "scope", "row");
    Path report = store.runFolder(run.runId()).resolve("report").resolve("index.html");
    if (Files.exists(report)) {
      html.element("a", run.runId(), "href", link(report));
    } else {
      html.text(run.runId());
    }
    html.close("th");
    html.open("td", "class", "words");
    VerdictLooks.badge(html, night.gate().verdict());
    if (night.gate().firstRun()) {
      html.element("span", "first run", "class", "way");
    }
    html.close("td");
    html.element("td", Numbers.time(run.started()));
    Duration took = Duration.between(run.started(), run.finished());
    html.element("td", took.isNegative() ? "the clock went back" : Numbers.seconds(took));
    html.element("td", Numbers.count(run.users()));
    html.element("td", Numbers.count(run.requests()));
    html.element(
        "td",
        run.codeVersion() + (run.revision() == null ? "" : ", " + run.revision()),
        "class",
        "words");
    html.element("td", run.cpu(), "class", "words");
    html.element("td", run.jdk(), "class", "words");
    html.close("tr");
  }

  private String link(Path report) {
    return folder
        .toAbsolutePath()
        .normalize()
        .relativize(report.toAbsolutePath().normalize())
        .toString()
        .replace('\\', '/');
  }

  private void head(String... titles) {
    html.open("thead").open("tr");
    Set<String> words = Set.of("verdict", "from", "note", "code", "processor", "JDK");
    for (String title : titles) {
      html.element(
          "th", title, "scope", "col", "class", words.contains(title) ? "words" : "figures");
    }
    html.close("tr").close("thead").open("tbody");
  }
}
