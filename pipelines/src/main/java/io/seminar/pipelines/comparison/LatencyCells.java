package io.seminar.pipelines.comparison;

import io.seminar.metrics.PairedTest;
import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.MultipleTesting;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserHash;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.metrics.inference.Value;
import io.seminar.pipelines.evaluation.EstimatedCell;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.evaluation.SliceSet;
import io.seminar.reports.gate.Measure;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How long a page takes in two runs of the same requests, as cells: the mean over pages, and the
 * difference paired over users. A user weighs the same in both runs, so slow users (long histories)
 * cancel; what remains is machine and system.
 *
 * <pre>
 * service_ms    retrieving and attending for a page, ms
 * retrieve_ms   retrieving alone
 * </pre>
 *
 * <p>These numbers depend on the clock and stand in no {@code cells.arrow}. They are the replay's
 * times for orientation: pages of all arms interleave on shared cores, without a warm-up. The
 * interval covers which users there were, not what else the machine did; how far two replays of one
 * system lie apart is what an A/A run measures.
 */
public final class LatencyCells {
  /** Name of the file beside a comparison, of the form of {@code cells.arrow}. */
  public static final String FILE_NAME = "latency.arrow";

  /** Key of the time for retrieving and attending, ms a page. */
  public static final String SERVICE = "service_ms";

  /** Key of the time for retrieving alone, ms a page. */
  public static final String RETRIEVE = "retrieve_ms";

  private static final List<String> METRICS = List.of(SERVICE, RETRIEVE);
  private static final double NANOS_A_MS = 1e6;

  // What a user adds to the sums of an arm: times by the order of METRICS, then pages.
  private static final int PAGES = 2;
  private static final int STATISTICS = 3;
  private static final int USERS = 0;

  private LatencyCells() {}

  /** What the gate must know of these numbers. */
  static List<Measure> measures() {
    return METRICS.stream().map(Measure::latency).toList();
  }

  /** Whether a key is that of a time. */
  public static boolean isTime(String metric) {
    return METRICS.contains(metric);
  }

  /**
   * The cells of the candidate's arms, over everything.
   *
   * @param baseline what they are compared with: every arm with the arm of the same name; null:
   *     with nothing
   * @param inference intervals; p-values are those of the jackknife
   * @param seed of the users' weights
   */
  public static List<Cell> of(
      RunFolder candidate, RunFolder baseline, Inference inference, long seed) {
    Resampling resampling = new Resampling(seed, inference.replicates(), inference.groups(), 0);
    Map<String, FixedPointSums> ours = sums(candidate, resampling);
    Map<String, FixedPointSums> theirs = baseline == null ? Map.of() : sums(baseline, resampling);
    List<Cell> cells = new ArrayList<>();
    for (RunManifest.Arm arm : candidate.manifest().evaluation().arms()) {
      for (int metric = 0; metric < METRICS.size(); metric++) {
        cells.add(
            cell(
                arm.name(),
                metric,
                ours.get(arm.name()),
                theirs.get(arm.name()),
                resampling,
                inference));
      }
    }
    return adjusted(cells);
  }

  /** Times and pages by arm, plainly and under every column. */
  private static Map<String, FixedPointSums> sums(RunFolder run, Resampling resampling) {
    UserWeights weights = new UserWeights(resampling);
    long[] drawn = new long[resampling.columns()];
    Map<String, FixedPointSums> sums = new LinkedHashMap<>();
    Map<String, double[]> current = new LinkedHashMap<>(); // numbers of the user at hand
    for (RunManifest.Arm arm : run.manifest().evaluation().arms()) {
      sums.put(arm.name(), new FixedPointSums(STATISTICS, 1, resampling.columns()));
      current.put(arm.name(), new double[STATISTICS + 1]);
    }
    OutcomeRow row = new OutcomeRow(run.manifest().evaluation().retrievalKs().size());
    for (Path file : run.outcomesFiles()) {
      String user = null;
      try (OutcomesFile.Reader reader = OutcomesFile.read(file)) {
        while (reader.next(row)) {
          if (!row.user.equals(user)) {
            end(user, weights, drawn, current, sums);
            user = row.user;
          }
          double[] numbers = current.get(row.arm);
          if (numbers != null) {
            numbers[0] += (row.retrieveNanos + row.attendNanos) / NANOS_A_MS;
            numbers[1] += row.retrieveNanos / NANOS_A_MS;
            numbers[PAGES]++;
            numbers[STATISTICS + USERS] = 1;
          }
        }
      }
      end(user, weights, drawn, current, sums);
    }
    return sums;
  }

  private static void end(
      String user,
      UserWeights weights,
      long[] drawn,
      Map<String, double[]> current,
      Map<String, FixedPointSums> sums) {
    if (user == null) {
      return;
    }
    weights.fill(UserHash.of(user), drawn);
    current.forEach(
        (arm, numbers) -> {
          sums.get(arm).add(numbers, 0, drawn);
          Arrays.fill(numbers, 0);
        });
  }

  private static Cell cell(
      String arm,
      int metric,
      FixedPointSums ours,
      FixedPointSums theirs,
      Resampling resampling,
      Inference inference) {
    Estimate estimate = estimate(metric, ours, resampling);
    Interval interval = estimate.interval(inference.interval(), inference.level());
    Estimate paired = theirs == null ? null : estimate.minus(estimate(metric, theirs, resampling));
    Interval ofDifference =
        paired == null
            ? Interval.undefined("no baseline has an arm " + arm)
            : paired.interval(inference.interval(), inference.level());
    PairedTest.Test test = paired == null ? null : PairedTest.jackknifeT(paired);
    return EstimatedCell.of(
        arm,
        SliceSet.ALL,
        METRICS.get(metric),
        estimate,
        interval,
        interval.reason() != null ? interval.reason() : ofDifference.reason(),
        theirs == null ? null : arm,
        paired,
        ofDifference,
        test);
  }

  private static Estimate estimate(int metric, FixedPointSums sums, Resampling resampling) {
    double[] weighed = new double[resampling.columns()];
    Arrays.setAll(weighed, r -> mean(sums.sum(metric, r), sums.sum(PAGES, r)));
    double mean = mean(sums.sum(metric), sums.sum(PAGES));
    return new Estimate(
        new Value(
            mean,
            Double.isNaN(mean) ? "no page was replayed" : null,
            Math.round(sums.sum(PAGES)),
            sums.count(USERS),
            0,
            0),
        Arrays.copyOf(weighed, resampling.bootstraps()),
        Arrays.copyOfRange(weighed, resampling.bootstraps(), weighed.length));
  }

  private static double mean(double sum, double n) {
    return n == 0 ? Double.NaN : sum / n;
  }

  private static List<Cell> adjusted(List<Cell> cells) {
    double[] p = cells.stream().mapToDouble(Cell::p).toArray();
    double[] holm = MultipleTesting.holm(p);
    double[] bh = MultipleTesting.benjaminiHochberg(p);
    List<Cell> adjusted = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      adjusted.add(cells.get(i).withAdjusted(holm[i], bh[i]));
    }
    return adjusted;
  }
}
