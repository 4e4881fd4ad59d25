package io.seminar.reports.compare;

import io.seminar.reports.compare.Difference.Kind;
import io.seminar.reports.gate.Finding;
import io.seminar.reports.gate.Measure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Orders what differs from the last good run by how likely it explains what failed. The rules, the
 * first that tells two differences apart decides:
 *
 * <ol>
 *   <li>What concerns none of the arms that failed comes last: the codebook of another arm.
 *   <li>If numbers failed in slices only and nowhere over everything, differences of the data come
 *       first: a network, a codebook or the code would have moved the other slices too. For slices
 *       of items the catalogue comes before the log.
 *   <li>By kind. Metrics depend on network, codebooks, data, evaluation and configuration, in this
 *       order of how much a change usually moves them; then on the code; not at all on kernels,
 *       libraries, JDK, execution and machine, as long as these are sound. Times depend on machine,
 *       JDK and kernels first, then on execution and libraries, then on the code and on what is
 *       computed. Where both failed, the better of the two places counts.
 *   <li>What concerns all arms that failed comes before what concerns some of them.
 *   <li>As the manifests have them.
 * </ol>
 */
public final class CauseFinder {
  /** What a report says where nothing differs. */
  public static final String NOTHING =
      "Nothing that is recorded differs from the last good run: what failed is chance, or comes from"
          + " something that is not recorded, such as the load of the machine.";

  /** From the likeliest; those of metrics stand in the order of {@link Kind}. */
  private static final List<Kind> FOR_TIMES =
      List.of(
          Kind.MACHINE,
          Kind.JDK,
          Kind.KERNEL,
          Kind.EXECUTION,
          Kind.LIBRARY,
          Kind.CODE,
          Kind.CONFIGURATION,
          Kind.MODEL,
          Kind.CODEBOOK,
          Kind.DATA,
          Kind.EVALUATION);

  private static final String EVERYTHING = "all";

  private final Set<String> arms = new TreeSet<>();
  private final Set<String> slices = new TreeSet<>();
  private boolean metrics;
  private boolean times;

  private CauseFinder(List<Finding> failed) {
    for (Finding finding : failed) {
      if (finding.kind() != Measure.Kind.COUNT) {
        arms.add(finding.arm());
      }
      times |= finding.kind() == Measure.Kind.LATENCY;
      if (finding.kind() == Measure.Kind.QUALITY) {
        metrics = true;
        slices.add(finding.slice());
      }
    }
    metrics |= !times;
  }

  /**
   * The causes, the likeliest first.
   *
   * @param differences from the last good run to this one
   * @param failed what failed; empty: as if metrics of every arm had
   */
  public static List<Cause> find(List<Difference> differences, List<Finding> failed) {
    CauseFinder finder = new CauseFinder(failed);
    return differences.stream()
        .sorted(
            Comparator.comparingInt(finder::unconcerned)
                .thenComparingInt(finder::rank)
                .thenComparingInt(finder::partial))
        .map(difference -> new Cause(difference, finder.why(difference)))
        .toList();
  }

  /** The causes as sentences; where nothing differs, a single one that says so. */
  public static List<String> sentences(List<Cause> causes) {
    return causes.isEmpty() ? List.of(NOTHING) : causes.stream().map(Cause::toString).toList();
  }

  private boolean sliceOnly() {
    return !slices.isEmpty() && !slices.contains(EVERYTHING);
  }

  private int unconcerned(Difference difference) {
    return arms.isEmpty() || arms.stream().anyMatch(difference::concerns) ? 0 : 1;
  }

  private int partial(Difference difference) {
    return arms.stream().allMatch(difference::concerns) ? 0 : 1;
  }

  private int rank(Difference difference) {
    int rank = Integer.MAX_VALUE;
    if (metrics) {
      rank = difference.kind().ordinal();
      if (sliceOnly() && difference.kind() == Kind.DATA) {
        boolean catalogue = difference.what().equals("catalogue");
        rank = catalogue == aboutItems() ? -2 : -1;
      }
    }
    return times ? Math.min(rank, FOR_TIMES.indexOf(difference.kind())) : rank;
  }

  private boolean aboutItems() {
    return slices.stream().anyMatch(slice -> slice.contains("item="));
  }

  private String why(Difference difference) {
    List<String> reasons = new ArrayList<>();
    reasons.add(difference.kind().weight().title());
    if (metrics && sliceOnly() && difference.kind() == Kind.DATA) {
      reasons.add("only slices failed: " + String.join(", ", slices));
    }
    if (times && FOR_TIMES.indexOf(difference.kind()) <= FOR_TIMES.indexOf(Kind.LIBRARY)) {
      reasons.add("times failed");
    }
    if (difference.arms() != null && !arms.isEmpty()) {
      if (unconcerned(difference) == 1) {
        reasons.add("concerns none of the arms that failed");
      } else if (partial(difference) == 1) {
        reasons.add("concerns some of the arms that failed");
      } else {
        reasons.add("concerns every arm that failed");
      }
    }
    return String.join("; ", reasons);
  }
}
