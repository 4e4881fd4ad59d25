package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.IntervalChart;
import io.seminar.reports.charts.Measured;
import io.seminar.reports.gate.Bound;
import io.seminar.reports.gate.Finding;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.gate.Measure;
import io.seminar.reports.gate.Verdict;
import io.seminar.reports.text.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** What the gate came to: banner, what did not pass, and every rule with its chart and table. */
final class GateSection {
  /** Rows of a chart; a taller one cannot be taken in. */
  private static final int MOST_ROWS = 24;

  private final GateReport gate;
  private final Html html;
  private final Footnotes footnotes;
  private final Consumer<Chart> charts;

  /**
   * @param charts receives every chart of the section
   */
  GateSection(GateReport gate, Html html, Footnotes footnotes, Consumer<Chart> charts) {
    this.gate = gate;
    this.html = html;
    this.footnotes = footnotes;
    this.charts = charts;
  }

  /** The verdict, how many findings have which, and what a reader must know. */
  void banner() {
    html.open("div", "class", "banner " + VerdictLooks.css(gate.verdict()));
    html.element("p", gate.verdict().title(), "class", "title");
    html.element("p", meaning() + " Exit code " + gate.exitCode() + ".");
    html.close("div");
    html.open("dl", "class", "tiles");
    Map<Verdict, Long> counts = gate.counts();
    for (Verdict verdict : VerdictLooks.ORDER) {
      html.open("div");
      html.element("dt", verdict.title().toLowerCase(Locale.ROOT));
      html.element("dd", Numbers.count(counts.getOrDefault(verdict, 0L)));
      html.close("div");
    }
    html.close("dl");
    gate.notes().forEach(note -> html.element("p", note, "class", "callout warning"));
  }

  private String meaning() {
    return switch (gate.verdict()) {
      case PASS ->
          gate.findings().stream().anyMatch(Finding::unseen)
              ? "What could be judged is within its limit; the rest had nothing to be compared with."
              : "Every interval is within its limit as a whole.";
      case FAIL -> "At least one interval is beyond its limit as a whole: a regression was shown.";
      case NOT_ENOUGH_EVIDENCE ->
          "At least one interval reaches over its limit: with these users nobody can say which side"
              + " is true.";
      case DID_NOT_RUN ->
          "At least one rule could not be judged, and what was not judged passes not.";
    };
  }

  /** What did not pass, worst first; a sentence where there is nothing. */
  void open() {
    html.open("section", "id", "open").element("h2", "What did not pass");
    List<Finding> open = new ArrayList<>();
    for (Verdict verdict : VerdictLooks.ORDER) {
      if (verdict != Verdict.PASS) {
        open.addAll(gate.findings(verdict));
      }
    }
    if (open.isEmpty()) {
      html.element("p", "Everything passed.");
    } else {
      table(open, true);
    }
    html.close("section");
  }

  /** Every rule, with a chart of its intervals against its limit. */
  void rules() {
    html.open("section", "id", "rules").element("h2", "Rules");
    html.element(
        "p",
        (Double.isNaN(gate.level())
                ? "Nothing was measured. "
                : "Intervals hold at "
                    + Numbers.percent(gate.level())
                    + " and come from resampling users. ")
            + "The smallest margin is what an interval as wide as tonight's decides where there is no"
            + " difference: a rule with a narrower one will mostly end in not enough evidence. The"
            + " tightest limit is what tonight's interval keeps as a whole.");
    Map<String, List<Finding>> byRule = new LinkedHashMap<>();
    List<Finding> counted = new ArrayList<>();
    for (Finding finding : gate.findings()) {
      if (finding.kind() == Measure.Kind.COUNT) {
        counted.add(finding);
      } else {
        byRule.computeIfAbsent(finding.rule(), rule -> new ArrayList<>()).add(finding);
      }
    }
    if (!counted.isEmpty()) {
      html.element("h3", "Expected counts");
      counts(counted);
    }
    int number = 1;
    for (Map.Entry<String, List<Finding>> rule : byRule.entrySet()) {
      html.element("h3", rule.getKey());
      chart("rule-" + number++, rule.getKey(), rule.getValue());
      table(rule.getValue(), false);
    }
    html.close("section");
  }

  private void counts(List<Finding> counted) {
    Page.table(html, "counts");
    head("expected", "verdict", "found");
    for (Finding finding : counted) {
      html.open("tr").element("th", finding.formula(), "scope", "row");
      html.open("td", "class", "words");
      VerdictLooks.badge(html, finding.verdict());
      html.close("td");
      number(finding.tested(), finding.reason(), Numbers.count((long) finding.tested()));
      html.close("tr");
    }
    Page.endTable(html);
  }

  private void chart(String id, String rule, List<Finding> findings) {
    List<Finding> judged =
        findings.stream().filter(f -> !Double.isNaN(f.tested())).limit(MOST_ROWS).toList();
    if (judged.isEmpty()) {
      return;
    }
    Finding first = judged.get(0);
    boolean oneArm = judged.stream().allMatch(f -> f.arm().equals(first.arm()));
    boolean oneSlice = judged.stream().allMatch(f -> f.slice().equals(first.slice()));
    List<String> rows =
        judged.stream()
            .map(f -> oneSlice ? f.arm() : oneArm ? f.slice() : f.arm() + ", " + f.slice())
            .toList();
    List<IntervalChart.Series> series = new ArrayList<>();
    for (Verdict verdict : VerdictLooks.ORDER) {
      if (judged.stream().anyMatch(f -> f.verdict() == verdict)) {
        List<Measured> values = new ArrayList<>();
        for (Finding f : judged) {
          values.add(f.verdict() == verdict ? new Measured(f.tested(), f.low(), f.high()) : null);
        }
        series.add(new IntervalChart.Series(verdict.title(), VerdictLooks.style(verdict), values));
      }
    }
    String limit = Numbers.plain(first.limit());
    Chart chart =
        IntervalChart.of(
            id,
            first.metric() + (first.against() == null ? "" : " against " + first.against()),
            "The numbers of the rule \u201c"
                + rule
                + "\u201d with their intervals against its limit "
                + limit
                + "; beyond it is shaded."
                + (judged.size() < findings.size() ? " The others are in the table below." : ""),
            first.against() == null ? first.metric() : "difference of " + first.metric(),
            rows,
            series,
            first.against() == null ? Double.NaN : 0,
            new IntervalChart.Limit(first.limit(), first.bound() == Bound.AT_LEAST),
            true);
    charts.accept(chart);
    html.open("div", "class", "charts");
    Page.figure(html, chart);
    html.close("div");
  }

  private void table(List<Finding> findings, boolean named) {
    Page.table(html, "gate");
    List<String> titles = new ArrayList<>();
    titles.add(named ? "what" : "arm");
    if (!named) {
      titles.add("slice");
    }
    titles.addAll(
        List.of(
            "verdict",
            "metric's value",
            "tested, with interval",
            "limit",
            "smallest margin",
            "tightest limit",
            "users",
            "p (Holm)"));
    head(titles.toArray(new String[0]));
    for (Finding finding : findings) {
      html.open("tr", "class", "numbers");
      html.element("th", named ? finding.where() : finding.arm(), "scope", "row");
      if (!named) {
        html.element("td", finding.slice(), "class", "words");
      }
      html.open("td", "class", "words");
      VerdictLooks.badge(html, finding.verdict());
      if (finding.unseen()) {
        html.element("span", "unseen", "class", "way");
      }
      html.close("td");
      number(finding.measured(), finding.reason(), shown(finding, finding.measured()));
      tested(finding);
      html.element(
          "td", Double.isNaN(finding.limit()) ? Numbers.NONE : Numbers.plain(finding.limit()));
      String why = finding.reason() == null ? "a count has none" : finding.reason();
      number(finding.smallestMargin(), why, Numbers.value(finding.smallestMargin()));
      number(finding.tightestLimit(), why, Numbers.value(finding.tightestLimit()));
      html.element("td", finding.users() == 0 ? Numbers.NONE : Numbers.count(finding.users()));
      html.element(
          "td",
          Double.isNaN(finding.p())
              ? Numbers.NONE
              : Numbers.p(finding.p())
                  + (Double.isNaN(finding.pHolm()) ? "" : " (" + Numbers.p(finding.pHolm()) + ")"));
      html.close("tr");
      formula(finding, titles.size());
    }
    Page.endTable(html);
  }

  /** What had to hold, and why it was not judged, below the numbers: sentences need room. */
  private void formula(Finding finding, int columns) {
    html.open("tr").open("td", "class", "formula", "colspan", Integer.toString(columns));
    html.element("code", finding.formula());
    if (finding.reason() != null) {
      html.element("span", finding.reason(), "class", "why");
    }
    html.close("td").close("tr");
  }

  private void tested(Finding finding) {
    if (Double.isNaN(finding.tested())) {
      footnotes.missing(finding.reason());
      return;
    }
    boolean difference = finding.against() != null;
    html.open("td");
    html.element(
        "span",
        difference ? Numbers.signed(finding.tested()) : shown(finding, finding.tested()),
        "class",
        "value");
    html.open("span", "class", "sub");
    if (Double.isNaN(finding.low())) {
      footnotes.none(finding.reason() == null ? "a count has no interval" : finding.reason());
    } else {
      html.text(
          difference
              ? Numbers.signedInterval(finding.low(), finding.high())
              : Numbers.interval(finding.low(), finding.high()));
    }
    html.close("span").close("td");
  }

  /** A finding's number: a count has no decimals. */
  static String shown(Finding finding, double number) {
    return finding.kind() == Measure.Kind.COUNT
        ? Numbers.count((long) number)
        : Numbers.value(number);
  }

  private void number(double number, String reason, String text) {
    if (Double.isNaN(number)) {
      footnotes.missing(reason == null ? "not defined" : reason);
    } else {
      html.element("td", text);
    }
  }

  private void head(String... titles) {
    html.open("thead").open("tr");
    for (String title : titles) {
      boolean words = title.equals("verdict") || title.equals("slice");
      html.element("th", title, "scope", "col", "class", words ? "words" : "figures");
    }
    html.close("tr").close("thead").open("tbody");
  }

  /** Every finding, in full. */
  static Csv csv(GateReport gate) {
    Csv csv =
        new Csv(
            List.of(
                "rule",
                "kind",
                "metric",
                "arm",
                "slice",
                "against",
                "verdict",
                "formula",
                "measured",
                "tested",
                "low",
                "high",
                "limit",
                "smallest_margin",
                "tightest_limit",
                "n",
                "users",
                "p",
                "p_holm",
                "reason"));
    for (Finding f : gate.findings()) {
      csv.row(
          f.rule(),
          f.kind(),
          f.metric(),
          f.arm(),
          f.slice(),
          f.against(),
          f.verdict(),
          f.formula(),
          f.measured(),
          f.tested(),
          f.low(),
          f.high(),
          f.limit(),
          f.smallestMargin(),
          f.tightestLimit(),
          f.n(),
          f.users(),
          f.p(),
          f.pHolm(),
          f.reason());
    }
    return csv;
  }
}
