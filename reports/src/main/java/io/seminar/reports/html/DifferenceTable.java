package io.seminar.reports.html;

import io.seminar.reports.compare.Difference;

/** A table of differences of provenance. */
final class DifferenceTable {
  private DifferenceTable() {}

  static void head(Html html, String first, String before, String after) {
    html.open("thead").open("tr");
    html.element("th", first, "scope", "col");
    for (String title : new String[] {"kind", before, after, "what it does"}) {
      html.element("th", title, "scope", "col", "class", "words");
    }
    html.close("tr").close("thead").open("tbody");
  }

  static void row(Html html, Difference difference, String why) {
    html.open("tr").element("th", difference.what(), "scope", "row");
    for (String text :
        new String[] {difference.kind().title(), difference.before(), difference.after(), why}) {
      html.element("td", text, "class", "words");
    }
    html.close("tr");
  }
}
