package io.seminar.reports.html;

import io.seminar.reports.charts.Chart;
import io.seminar.reports.compare.Cause;
import io.seminar.reports.compare.CauseFinder;
import io.seminar.reports.gate.Verdict;
import java.io.IOException;
import java.util.List;

/** The page of a night: verdict, what did not pass, what probably caused it, every rule. */
final class NightPage {
  private final NightReport night;
  private final Html html = new Html();
  private final Footnotes footnotes = new Footnotes(html);
  private final GateSection gate;

  /**
   * @param charts receives every chart of the page
   */
  NightPage(NightReport night, List<Chart> charts) {
    this.night = night;
    this.gate = new GateSection(night.gate(), html, footnotes, charts::add);
  }

  String document() throws IOException {
    Page.open(html, night.title());
    header();
    html.open("main");
    html.open("section", "id", "verdict");
    gate.banner();
    if (!night.notes().isEmpty()) {
      html.open("ul");
      night.notes().forEach(note -> html.element("li", note));
      html.close("ul");
    }
    html.close("section");
    gate.open();
    if (causes()) {
      causesSection();
    }
    gate.rules();
    footnotes.section();
    html.close("main");
    Page.close(html);
    return html.document();
  }

  private boolean causes() {
    return night.lastGoodRun() != null && night.gate().verdict() != Verdict.PASS;
  }

  private void header() {
    html.open("header");
    html.element("p", "SEMINAR Eval", "class", "kicker");
    html.element("h1", night.title());
    html.element("p", night.lead(), "class", "lead");
    html.open("nav", "aria-label", "Sections").open("ul");
    link("#verdict", "Verdict");
    link("#open", "What did not pass");
    if (causes()) {
      link("#causes", "Likely causes");
    }
    link("#rules", "Rules");
    html.close("ul");
    if (!night.links().isEmpty()) {
      html.open("ul");
      night.links().forEach(link -> link(link.href(), link.text()));
      html.close("ul");
    }
    html.close("nav").close("header");
  }

  private void link(String href, String text) {
    html.open("li").element("a", text, "href", href).close("li");
  }

  private void causesSection() {
    html.open("section", "id", "causes").element("h2", "Likely causes");
    html.element(
        "p",
        "What differs from the last good run, "
            + night.lastGoodRun()
            + ", ordered by how likely it explains what did not pass. It is an order of where to"
            + " look, not a proof.");
    if (night.causes().isEmpty()) {
      html.element("p", CauseFinder.NOTHING);
    } else {
      Page.table(html, "causes");
      DifferenceTable.head(html, "likeliest first", night.lastGoodRun(), "this run");
      for (Cause cause : night.causes()) {
        DifferenceTable.row(html, cause.difference(), cause.why());
      }
      Page.endTable(html);
    }
    html.close("section");
  }
}
