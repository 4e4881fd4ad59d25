package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.IntervalChart;
import io.seminar.reports.charts.Measured;
import io.seminar.reports.gate.Bound;
import io.seminar.reports.gate.ProposedRules;
import io.seminar.reports.gate.Tolerances;
import io.seminar.reports.gate.Tolerances.Alarms;
import io.seminar.reports.gate.Tolerances.CellTolerance;
import io.seminar.reports.gate.Tolerances.LatencyTolerance;
import io.seminar.reports.gate.Tolerances.RuleTolerance;
import io.seminar.reports.text.Numbers;
import java.io.IOException;
import java.util.List;

/** The page of an A/A study: how often the gate alarms for nothing, and what would be enough. */
final class TolerancePage {
  private static final int MOST_ROWS = 24;

  private final Tolerances tolerances;
  private final List<Chart> charts;
  private final Html html = new Html();

  /**
   * @param charts receives every chart of the page
   */
  TolerancePage(Tolerances tolerances, List<Chart> charts) {
    this.tolerances = tolerances;
    this.charts = charts;
  }

  String document() throws IOException {
    Page.open(html, "tolerances " + tolerances.id());
    header();
    html.open("main");
    alarms();
    proposals();
    rules();
    latencies();
    html.close("main");
    Page.close(html);
    return html.document();
  }

  private void header() {
    html.open("header");
    html.element("p", "SEMINAR Eval, tolerances", "class", "kicker");
    html.element("h1", "A/A of " + tolerances.id());
    html.element(
        "p",
        Numbers.count(tolerances.users())
            + " users, split into halves "
            + Numbers.count(tolerances.gate().splits())
            + " times; nothing differs between the halves but who is in them.",
        "class",
        "lead");
    html.open("nav", "aria-label", "Sections").open("ul");
    for (String[] section :
        new String[][] {
          {"alarms", "False alarms"},
          {"proposals", "Proposed rules"},
          {"rules", "Rules"},
          {"latencies", "Timings"}
        }) {
      html.open("li").element("a", section[1], "href", "#" + section[0]).close("li");
    }
    html.close("ul").close("nav").close("header");
  }

  private void alarms() {
    Alarms gate = tolerances.gate();
    html.open("section", "id", "alarms").element("h2", "False alarms");
    html.element(
        "p",
        "How often tonight's gate, as configured, would have alarmed over two logs of other users on"
            + " which the same system ran. Rules against the baseline run are judged as if the two"
            + " logs had no user in common: on the same users the same system differs in nothing,"
            + " and never alarms.");
    html.open("dl", "class", "tiles");
    tile("failed", gate.failed(), gate.splits(), gate.failedLow(), gate.failedHigh());
    tile("not passed", gate.notPassed(), gate.splits(), gate.notPassedLow(), gate.notPassedHigh());
    html.close("dl");
    tolerances.notes().forEach(note -> html.element("p", note));
    html.close("section");
  }

  private void tile(String name, int times, int of, double low, double high) {
    html.open("div");
    html.element("dt", name);
    html.element("dd", rate(times, of, low, high));
    html.close("div");
  }

  private static String rate(int times, int of, double low, double high) {
    return of == 0
        ? Numbers.NONE
        : Numbers.percent((double) times / of)
            + " ["
            + Numbers.percent(low)
            + ", "
            + Numbers.percent(high)
            + "]";
  }

  private void proposals() {
    html.open("section", "id", "proposals").element("h2", "Proposed rules");
    html.element(
        "p",
        "With these each rule does not pass on at most "
            + Numbers.percent(tolerances.rate())
            + " of the nights on which nothing has changed.");
    html.open("pre").element("code", String.join("\n", ProposedRules.yaml(tolerances)));
    html.close("pre").close("section");
  }

  private void rules() {
    html.open("section", "id", "rules").element("h2", "Rules");
    html.element(
        "p",
        "Dots are medians over the splits, whiskers hold "
            + Numbers.percent(tolerances.level())
            + " of them, on the scale of logs as large as this one: a metric of half of the users as"
            + " it is, a difference of two halves divided by the square root of 2. Beyond the"
            + " configured limit is shaded.");
    Page.table(html, "gate");
    head(
        "rule",
        "configured",
        "failed",
        "not passed",
        "by other users",
        "paired: decidable",
        "paired: enough",
        "proposed");
    for (RuleTolerance rule : tolerances.rules()) {
      Alarms alarms = rule.alarms();
      html.open("tr", "class", "numbers").element("th", rule.rule(), "scope", "row");
      cell(rule, rule.configured());
      html.element(
          "td", rate(alarms.failed(), alarms.splits(), alarms.failedLow(), alarms.failedHigh()));
      html.element(
          "td",
          rate(alarms.notPassed(), alarms.splits(), alarms.notPassedLow(), alarms.notPassedHigh()));
      cell(rule, rule.otherUsers());
      cell(rule, rule.decidable());
      cell(rule, rule.paired());
      cell(rule, rule.proposed());
      html.close("tr");
    }
    Page.endTable(html);
    html.open("div", "class", "charts");
    int number = 1;
    for (RuleTolerance rule : tolerances.rules()) {
      chart("rule-" + number++, rule);
    }
    html.close("div").close("section");
  }

  private void cell(RuleTolerance rule, double number) {
    html.element(
        "td",
        Double.isNaN(number)
            ? Numbers.NONE
            : Numbers.value(number) + (rule.relative() ? " of the value" : ""));
  }

  private void chart(String id, RuleTolerance rule) {
    List<CellTolerance> judged =
        rule.cells().stream().filter(cell -> cell.judged() > 0).limit(MOST_ROWS).toList();
    if (judged.isEmpty()) {
      return;
    }
    Chart chart =
        IntervalChart.of(
            id,
            rule.metric() + (rule.against() == null ? "" : " against " + rule.against()),
            "What the rule \u201c"
                + rule.rule()
                + "\u201d tests on unchanged systems, against its limit"
                + (judged.size() < rule.cells().size() ? "; the others are in the CSV." : "."),
            rule.against() == null ? rule.metric() : "difference of " + rule.metric(),
            judged.stream().map(cell -> cell.arm() + ", " + cell.slice()).toList(),
            List.of(
                new IntervalChart.Series(
                    "unchanged",
                    1,
                    judged.stream()
                        .map(cell -> new Measured(cell.median(), cell.low(), cell.high()))
                        .toList())),
            rule.against() == null ? Double.NaN : 0,
            new IntervalChart.Limit(judged.get(0).limit(), rule.bound() == Bound.AT_LEAST),
            false);
    charts.add(chart);
    Page.figure(html, chart);
  }

  private void latencies() {
    html.open("section", "id", "latencies").element("h2", "Timings");
    html.element(
        "p",
        "The same system, replayed twice: mean time a page, and the difference paired over users."
            + " The first replay also meets a colder machine. A proposal is whichever end of the"
            + " interval is further from 0; it is two timings' word, so give it room.");
    Page.table(html, "gate");
    head("arm", "time", "second replay, ms", "second minus first, ms", "interval", "proposed, ms");
    for (LatencyTolerance latency : tolerances.latencies()) {
      html.open("tr", "class", "numbers").element("th", latency.arm(), "scope", "row");
      html.element("td", latency.metric(), "class", "words");
      html.element("td", number(latency.value()));
      html.element(
          "td",
          Double.isNaN(latency.difference()) ? Numbers.NONE : Numbers.signed(latency.difference()));
      html.element(
          "td",
          Double.isNaN(latency.low())
              ? Numbers.NONE
              : Numbers.signedInterval(latency.low(), latency.high()));
      html.element("td", number(latency.proposed()));
      html.close("tr");
    }
    Page.endTable(html);
    html.close("section");
  }

  private static String number(double x) {
    return Double.isNaN(x) ? Numbers.NONE : Numbers.value(x);
  }

  private void head(String... titles) {
    html.open("thead").open("tr");
    for (String title : titles) {
      html.element("th", title, "scope", "col");
    }
    html.close("tr").close("thead").open("tbody");
  }
}
