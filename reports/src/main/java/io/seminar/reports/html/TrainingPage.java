package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.charts.EpochChart;
import io.seminar.reports.text.Numbers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The page of a training, section by section, from top to bottom. */
final class TrainingPage {
  private final TrainingReport report;
  private final List<Chart> charts;
  private final Html html = new Html();

  /**
   * @param charts receives every chart of the page
   */
  TrainingPage(TrainingReport report, List<Chart> charts) {
    this.report = report;
    this.charts = charts;
  }

  /** The whole page. */
  String document() throws IOException {
    Page.open(html, report.title());
    header();
    html.open("main");
    summary();
    curves();
    learned();
    report.facts().forEach(this::facts);
    parameters();
    glossary();
    html.close("main");
    Page.close(html);
    return html.document();
  }

  private void header() {
    html.open("header");
    html.element("p", "SEMINAR Eval", "class", "kicker");
    html.element("h1", report.title());
    html.element("p", report.lead(), "class", "lead");
    html.open("nav", "aria-label", "Sections").open("ul");
    link("summary", "Summary");
    link("curves", "Curves");
    link("learned", "What was learned");
    report.facts().forEach(facts -> link(facts.id(), facts.title()));
    link("parameters", "Parameters");
    link("glossary", "Glossary");
    html.close("ul").close("nav").close("header");
  }

  private void link(String section, String title) {
    html.open("li").element("a", title, "href", "#" + section).close("li");
  }

  private void summary() {
    section("summary", "Summary");
    html.open("dl", "class", "tiles");
    for (TrainingReport.Tile tile : report.tiles()) {
      html.open("div").element("dt", tile.name()).element("dd", tile.value()).close("div");
    }
    html.close("dl");
    if (!report.notes().isEmpty()) {
      html.open("ul");
      report.notes().forEach(note -> html.element("li", note));
      html.close("ul");
    }
    html.element("h3", "Epochs");
    if (report.epochs().isEmpty()) {
      html.element("p", "There were none.");
    } else {
      epochs();
    }
    html.close("section");
  }

  private void epochs() {
    Page.table(html, "epochs");
    html.open("thead").open("tr");
    html.element("th", "epoch", "scope", "col");
    report.measures().forEach(measure -> html.element("th", measure.title(), "scope", "col"));
    html.close("tr").close("thead").open("tbody");
    for (int epoch = 1; epoch <= report.epochs().size(); epoch++) {
      boolean chosen = epoch == report.chosen();
      html.open("tr");
      html.element("th", epoch + (chosen ? " (chosen)" : ""), "scope", "row");
      for (TrainingReport.Measure measure : report.measures()) {
        number(report.value(epoch, measure.key()), chosen);
      }
      html.close("tr");
    }
    Page.endTable(html);
  }

  private void number(double value, boolean strong) {
    if (Double.isNaN(value)) {
      html.element("td", Numbers.NONE, "class", "none", "title", "not measured");
    } else if (strong) {
      html.open("td").element("strong", Numbers.value(value)).close("td");
    } else {
      html.element("td", Numbers.value(value));
    }
  }

  private void curves() {
    section("curves", "Curves");
    html.open("div", "class", "charts");
    report.panels().forEach(panel -> figure(chart(panel)));
    html.close("div").close("section");
  }

  private Chart chart(TrainingReport.Panel panel) {
    List<EpochChart.Curve> curves = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (String key : panel.keys()) {
      List<Double> values = new ArrayList<>();
      for (int epoch = 1; epoch <= report.epochs().size(); epoch++) {
        values.add(report.value(epoch, key));
      }
      String title = report.measure(key).title();
      curves.add(new EpochChart.Curve(title, curves.size() + 1, values));
      words.add(title + " from " + text(values.get(0)) + " to " + text(last(values)));
    }
    return EpochChart.of(
        panel.id(),
        panel.title(),
        panel.title()
            + " by epoch: "
            + String.join("; ", words)
            + (report.chosen() == 0
                ? "."
                : ". The dashed line is epoch " + report.chosen() + ", which was chosen."),
        panel.yLabel(),
        curves,
        report.chosen());
  }

  private static double last(List<Double> values) {
    return values.get(values.size() - 1);
  }

  private static String text(double value) {
    return Double.isNaN(value) ? "nothing" : Numbers.value(value);
  }

  private void figure(Chart chart) {
    charts.add(chart);
    Page.figure(html, chart);
  }

  private void facts(TrainingReport.Facts facts) {
    section(facts.id(), facts.title());
    Page.facts(html, facts.values());
    html.close("section");
  }

  private void learned() {
    section("learned", "What was learned");
    if (report.scalars().isEmpty()) {
      html.element("p", "This network has no parameter that can be read as one number.");
    } else {
      Page.table(html, "scalars");
      html.open("thead").open("tr");
      html.element("th", "number", "scope", "col");
      html.element("th", "value", "scope", "col");
      html.element("th", "how to read it", "scope", "col", "class", "words");
      html.close("tr").close("thead").open("tbody");
      for (TrainingReport.Scalar scalar : report.scalars()) {
        html.open("tr");
        html.element("th", scalar.name(), "scope", "row");
        number(scalar.value(), false);
        html.element("td", scalar.meaning(), "class", "words");
        html.close("tr");
      }
      Page.endTable(html);
    }
    html.close("section");
  }

  private void parameters() {
    section("parameters", "Parameters");
    long all = report.parameters().stream().mapToLong(TrainingReport.Parameter::values).sum();
    html.element(
        "p",
        Numbers.count(report.parameters().size())
            + " parameters of "
            + Numbers.count(all)
            + " numbers, "
            + Numbers.bytes(Float.BYTES * all)
            + ".");
    Page.table(html, "parameters");
    html.open("thead").open("tr");
    html.element("th", "parameter", "scope", "col");
    html.element("th", "updated", "scope", "col", "class", "words");
    html.element("th", "shape", "scope", "col");
    html.element("th", "numbers", "scope", "col");
    html.element("th", "bytes", "scope", "col");
    html.close("tr").close("thead").open("tbody");
    for (TrainingReport.Parameter parameter : report.parameters()) {
      html.open("tr");
      html.open("th", "scope", "row").element("code", parameter.name()).close("th");
      html.element("td", parameter.kind(), "class", "words");
      html.element("td", shape(parameter.shape()));
      html.element("td", Numbers.count(parameter.values()));
      html.element("td", Numbers.bytes(Float.BYTES * parameter.values()));
      html.close("tr");
    }
    Page.endTable(html);
    html.close("section");
  }

  private static String shape(List<Integer> dimensions) {
    return dimensions.stream().map(Numbers::count).collect(Collectors.joining(" × "));
  }

  private void glossary() {
    section("glossary", "Glossary");
    html.open("dl", "class", "glossary");
    for (TrainingReport.Measure measure : report.measures()) {
      html.open("dt").text(measure.title() + " ");
      html.element("code", measure.key()).close("dt");
      html.element("dd", measure.doc());
    }
    html.close("dl").close("section");
  }

  private void section(String id, String title) {
    html.open("section", "id", id).element("h2", title);
  }
}
