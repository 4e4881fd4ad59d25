package io.seminar.reports.gate;

import io.seminar.reports.text.Numbers;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The gate's report as a short Markdown text, as CI systems show beside a build: the verdict first,
 * then a table of what did not pass, worst first, then what probably caused it.
 */
public final class MarkdownFile {
  /** Rows of the table: a summary that must be scrolled is none. */
  private static final int MOST = 20;

  private MarkdownFile() {}

  /**
   * Writes {@code file}: under a temporary name, then renamed.
   *
   * @param causes what probably caused it, the likeliest first, a sentence each; may be empty
   */
  public static void write(Path file, GateReport report, List<String> causes) {
    SmallFile.write(file, text(report, causes));
  }

  static String text(GateReport report, List<String> causes) {
    StringBuilder out = new StringBuilder();
    out.append("# ").append(report.verdict().title()).append("\n\n");
    out.append(tally(report.counts()));
    if (report.run() != null) {
      out.append(" Run ").append(code(report.run()));
      out.append(
          report.baseline() == null
              ? ", compared with no other run."
              : " against " + code(report.baseline()) + ".");
    }
    out.append('\n');
    report.notes().forEach(note -> out.append('\n').append(escape(note)).append('\n'));
    List<Finding> open =
        report.findings().stream()
            .filter(finding -> finding.verdict() != Verdict.PASS)
            .sorted(Comparator.comparing(Finding::verdict).reversed())
            .toList();
    if (!open.isEmpty()) {
      out.append("\n| verdict | what | must hold | found | smallest margin |\n");
      out.append("| --- | --- | --- | --- | --- |\n");
      open.stream().limit(MOST).forEach(finding -> row(out, finding));
      if (open.size() > MOST) {
        out.append('\n').append(open.size() - MOST).append(" more are in gate.json.\n");
      }
      out.append(
          "\nSmallest margin: what an interval as wide as tonight's decides where there is no"
              + " difference.\n");
    }
    if (!causes.isEmpty()) {
      out.append("\n## What differs from the last good run, the likeliest cause first\n\n");
      int number = 1;
      for (String cause : causes) {
        out.append(number++).append(". ").append(escape(cause)).append('\n');
      }
    }
    return out.toString();
  }

  private static String tally(Map<Verdict, Long> counts) {
    return counts.entrySet().stream()
            .sorted(Map.Entry.<Verdict, Long>comparingByKey().reversed())
            .map(e -> e.getValue() + " " + e.getKey().title().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "))
        + ".";
  }

  private static void row(StringBuilder out, Finding finding) {
    String found =
        finding.reason() != null
            ? escape(finding.reason())
            : Numbers.value(finding.tested())
                + " "
                + Numbers.interval(finding.low(), finding.high())
                + ", "
                + Numbers.count(finding.users())
                + " users";
    out.append("| ")
        .append(finding.verdict() == Verdict.FAIL ? "**FAIL**" : finding.verdict().title())
        .append(" | ")
        .append(escape(finding.where()))
        .append(" | ")
        .append(code(finding.formula()))
        .append(" | ")
        .append(found)
        .append(" | ")
        .append(
            Double.isNaN(finding.smallestMargin())
                ? Numbers.NONE
                : Numbers.value(finding.smallestMargin()))
        .append(" |\n");
  }

  /** Names are data: within a code span nothing but the fence and, in a table, the bar counts. */
  private static String code(String text) {
    String line = text.replaceAll("\\s+", " ").replace("|", "\\|").replace('`', '\'');
    return "`" + line + "`";
  }

  private static String escape(String text) {
    return text.replaceAll("\\s+", " ").replaceAll("([\\\\`*_\\[\\]<>|#])", "\\\\$1");
  }
}
