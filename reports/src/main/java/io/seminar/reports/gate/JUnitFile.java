package io.seminar.reports.gate;

import io.seminar.reports.text.Numbers;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * The gate's report as JUnit XML, which CI systems show: one test case a count, and one a rule, arm
 * and slice, with the rule as its class.
 *
 * <pre>
 * PASS                 passed
 * FAIL                 failure: a regression was shown
 * DID NOT RUN          error: nothing could be said, which is never a pass
 * NOT ENOUGH EVIDENCE  skipped: nobody is at fault, more users are needed; the exit code says it
 * passed unseen        skipped: a first run that may pass
 * </pre>
 *
 * <p>The format has no schema of its own; these are the elements that Jenkins, GitLab and GitHub's
 * reporters read.
 */
public final class JUnitFile {
  private JUnitFile() {}

  /** Writes {@code file}: under a temporary name, then renamed. */
  public static void write(Path file, GateReport report) {
    SmallFile.write(file, text(report));
  }

  static String text(GateReport report) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuites");
      xml.writeCharacters("\n");
      suite(xml, report);
      xml.writeEndElement();
      xml.writeCharacters("\n");
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("writing XML into memory failed", e);
    }
    return text.toString();
  }

  private static void suite(XMLStreamWriter xml, GateReport report) throws XMLStreamException {
    List<Finding> findings = report.findings();
    xml.writeStartElement("testsuite");
    attribute(xml, "name", "gate" + (report.run() == null ? "" : " of " + report.run()));
    attribute(xml, "tests", Integer.toString(findings.size()));
    attribute(xml, "failures", count(findings, "failure"));
    attribute(xml, "errors", count(findings, "error"));
    attribute(xml, "skipped", count(findings, "skipped"));
    xml.writeCharacters("\n");
    for (Finding finding : findings) {
      xml.writeStartElement("testcase");
      attribute(xml, "classname", finding.rule());
      attribute(xml, "name", finding.where());
      String outcome = outcome(finding);
      if (outcome.isEmpty()) {
        xml.writeEndElement();
      } else {
        xml.writeStartElement(outcome);
        attribute(xml, "message", message(finding));
        if (!outcome.equals("skipped")) {
          attribute(xml, "type", finding.verdict().name().toLowerCase(Locale.ROOT));
        }
        xml.writeEndElement();
        xml.writeEndElement();
      }
      xml.writeCharacters("\n");
    }
    xml.writeStartElement("system-out");
    xml.writeCharacters(
        clean(
            report.verdict().title()
                + "\n"
                + report.notes().stream().map(note -> note + "\n").collect(Collectors.joining())));
    xml.writeEndElement();
    xml.writeCharacters("\n");
    xml.writeEndElement();
    xml.writeCharacters("\n");
  }

  private static String count(List<Finding> findings, String outcome) {
    return Long.toString(findings.stream().filter(f -> outcome(f).equals(outcome)).count());
  }

  /** Name of the element within the test case; empty: it passed. */
  private static String outcome(Finding finding) {
    return switch (finding.verdict()) {
      case PASS -> finding.unseen() ? "skipped" : "";
      case FAIL -> "failure";
      case DID_NOT_RUN -> "error";
      case NOT_ENOUGH_EVIDENCE -> "skipped";
    };
  }

  private static String message(Finding finding) {
    String what = finding.verdict().title() + ": " + finding.formula();
    if (finding.reason() != null) {
      return what + "; " + finding.reason();
    }
    return what
        + "; found "
        + Numbers.value(finding.tested())
        + " "
        + Numbers.interval(finding.low(), finding.high())
        + " from "
        + Numbers.count(finding.users())
        + " users";
  }

  private static void attribute(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeAttribute(name, clean(value));
  }

  /** XML cannot hold control characters at all, escaped or not. */
  private static String clean(String text) {
    return text.replaceAll(
        "[^\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "\uFFFD");
  }
}
