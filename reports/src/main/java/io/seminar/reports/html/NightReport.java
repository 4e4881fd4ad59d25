package io.seminar.reports.html;

import io.seminar.reports.compare.Cause;
import io.seminar.reports.gate.GateReport;
import java.util.List;
import java.util.Objects;

/**
 * What the page of a night shows.
 *
 * @param title heading, such as the night's id
 * @param lead a line below it: what ran when and where
 * @param gate what the gate came to
 * @param lastGoodRun id of the run that differences are told from; null: there is none, and no
 *     causes are shown
 * @param causes what differs from it, the likeliest cause first
 * @param links other pages of the night, such as the reports of its runs
 * @param notes facts that a reader must know, one sentence each
 */
public record NightReport(
    String title,
    String lead,
    GateReport gate,
    String lastGoodRun,
    List<Cause> causes,
    List<Link> links,
    List<String> notes) {

  /**
   * A link.
   *
   * @param text what is read
   * @param href where it leads, relative to the page
   */
  public record Link(String text, String href) {
    public Link {
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(href, "href");
    }
  }

  public NightReport {
    Objects.requireNonNull(title, "title");
    Objects.requireNonNull(lead, "lead");
    Objects.requireNonNull(gate, "gate");
    causes = List.copyOf(causes);
    links = List.copyOf(links);
    notes = List.copyOf(notes);
  }
}
