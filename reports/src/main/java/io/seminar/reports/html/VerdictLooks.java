package io.seminar.reports.html;

import io.seminar.reports.gate.Verdict;
import java.util.List;
import java.util.Locale;

/** How verdicts look, on pages and in charts: never told apart by colour alone. */
final class VerdictLooks {
  /** In the order in which legends and tables have them. */
  static final List<Verdict> ORDER =
      List.of(Verdict.FAIL, Verdict.DID_NOT_RUN, Verdict.NOT_ENOUGH_EVIDENCE, Verdict.PASS);

  private VerdictLooks() {}

  /** Index into the common styles of charts. */
  static int style(Verdict verdict) {
    return switch (verdict) {
      case PASS -> 3;
      case FAIL -> 2;
      case NOT_ENOUGH_EVIDENCE -> 5;
      case DID_NOT_RUN -> 0;
    };
  }

  /** The class of the style sheet. */
  static String css(Verdict verdict) {
    return "verdict " + verdict.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The verdict as a badge. */
  static void badge(Html html, Verdict verdict) {
    html.element("span", verdict.title(), "class", css(verdict));
  }
}
