package io.seminar.reports.html;

import io.seminar.reports.text.Numbers;
import java.util.LinkedHashMap;
import java.util.Map;

/** Why numbers of a page are missing: a dash where each would stand, and a list of reasons. */
final class Footnotes {
  private final Html html;
  // Reason to the number of its footnote.
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  Footnotes(Html html) {
    this.html = html;
  }

  /** A dash with its reason: under the pointer, and as a footnote for print and touch. */
  void none(String reason) {
    int number = numbers.computeIfAbsent(reason, r -> numbers.size() + 1);
    html.element("span", Numbers.NONE, "title", reason);
    html.open("sup").element("a", Integer.toString(number), "href", "#note-" + number).close("sup");
  }

  /** A cell that holds such a dash. */
  void missing(String reason) {
    html.open("td", "class", "none");
    none(reason);
    html.close("td");
  }

  /** The reasons, as a section; nothing if nothing was missing. */
  void section() {
    if (!numbers.isEmpty()) {
      html.open("section", "id", "missing").element("h2", "Why numbers are missing");
      html.open("ol", "class", "notes");
      numbers.forEach((reason, number) -> html.element("li", reason, "id", "note-" + number));
      html.close("ol").close("section");
    }
  }
}
