package io.seminar.reports.gate;

import io.seminar.reports.gate.Tolerances.LatencyTolerance;
import io.seminar.reports.gate.Tolerances.RuleTolerance;
import io.seminar.reports.store.ManifestJson;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The rules that an A/A study proposes, as YAML to be copied into a night's configuration. */
public final class ProposedRules {
  private ProposedRules() {}

  /** The lines of the {@code rules} of a {@code gate}; what has no proposal is a comment. */
  public static List<String> yaml(Tolerances tolerances) {
    List<String> lines = new ArrayList<>();
    lines.add("  rules:");
    for (RuleTolerance rule : tolerances.rules()) {
      lines.add(rule(rule));
    }
    for (LatencyTolerance latency : tolerances.latencies()) {
      lines.add(
          latency.reason() != null
              ? "    # " + latency.metric() + " of " + latency.arm() + ": " + latency.reason()
              : "    - {metric: "
                  + latency.metric()
                  + ", arms: "
                  + ManifestJson.text(latency.arm())
                  + ", margin: "
                  + number(latency.proposed())
                  + "}  # timings of one system");
    }
    return lines;
  }

  private static String rule(RuleTolerance rule) {
    StringBuilder text = new StringBuilder();
    boolean proposal = !Double.isNaN(rule.proposed());
    text.append(proposal ? "    - {" : "    # - {");
    if (rule.given() != null) {
      text.append("name: ").append(ManifestJson.text(rule.given())).append(", ");
    }
    text.append("metric: ").append(rule.metric());
    text.append(", arms: ").append(ManifestJson.text(rule.arms()));
    text.append(", slices: ").append(ManifestJson.text(rule.slices()));
    boolean limit = rule.against() == null;
    if (!limit && !rule.against().equals(NonInferiority.BASELINE_RUN)) {
      text.append(", against: ").append(ManifestJson.text(rule.against()));
    }
    text.append(
        limit ? (rule.bound() == Bound.AT_LEAST ? ", at-least: " : ", at-most: ") : ", margin: ");
    double shown = proposal ? rule.proposed() : rule.configured();
    text.append(rule.relative() ? percent(shown) : number(shown)).append('}');
    return text.append("  # ").append(basis(rule)).toString();
  }

  private static String basis(RuleTolerance rule) {
    return switch (rule.basis()) {
      case PAIRED -> "by the paired difference of tonight's systems";
      case OTHER_USERS ->
          rule.against() != null && rule.against().equals(NonInferiority.BASELINE_RUN)
              ? "by other users: an upper bound for paired comparisons"
              : "by other users";
      case NOTHING -> "no proposal: too few splits could be judged";
    };
  }

  private static String number(double x) {
    return BigDecimal.valueOf(x).stripTrailingZeros().toPlainString();
  }

  private static String percent(double share) {
    return number(BigDecimal.valueOf(share).movePointRight(2).doubleValue()) + " %";
  }
}
