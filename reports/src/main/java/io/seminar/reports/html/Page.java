package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.text.Numbers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What all pages look alike in: head and style, tables, figures, lists of facts. */
final class Page {
  private Page() {}

  /** Begins a page up to its body. */
  static void open(Html html, String title) throws IOException {
    html.markup("<!DOCTYPE html>");
    html.open("html", "lang", "en");
    html.open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.element("title", "SEMINAR Eval: " + title);
    html.open("style").markup(css()).close("style");
    html.close("head");
    html.open("body");
  }

  static void close(Html html) {
    html.close("body").close("html");
  }

  private static String css() throws IOException {
    try (InputStream in = Page.class.getResourceAsStream("page.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Begins a table in a frame of its own, so that a wide table scrolls and the page does not. */
  static void table(Html html, String kind) {
    html.open("div", "class", "scroll", "tabindex", "0").open("table", "class", kind);
  }

  /** Ends a table, in whose body the rows stand. */
  static void endTable(Html html) {
    html.close("tbody").close("table").close("div");
  }

  static void figure(Html html, Chart chart) {
    html.open("figure");
    html.markup(chart.svg());
    html.element("figcaption", chart.description());
    html.close("figure");
  }

  /** Names and values; a value that is null or empty is a dash. */
  static void facts(Html html, Map<String, String> facts) {
    html.open("dl", "class", "facts");
    facts.forEach(
        (name, fact) -> {
          html.element("dt", name);
          html.element("dd", fact == null || fact.isEmpty() ? Numbers.NONE : fact);
        });
    html.close("dl");
  }
}
