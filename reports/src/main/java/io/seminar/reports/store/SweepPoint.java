package io.seminar.reports.store;

import java.util.Comparator;
import java.util.Objects;

/**
 * A point of a sweep: an arm at one size of the problem, how faithful it is, and what it costs. A
 * request is all B targets and H heads of a page, retrieval and attention over what was kept.
 *
 * @param key which point it is, unique within a sweep
 * @param arm what the arm's name says, part by part
 * @param status whether it was measured
 * @param reason why it was pruned, or why a number of a measured point is NaN; null where neither
 *     holds
 * @param fidelity how near it comes to exact attention; {@link Fidelity#NONE} where it was not
 *     computed
 * @param latency closed-loop service times, stages untimed; {@link Latency#NONE} of a pruned point
 * @param warmup how the warm-up went
 * @param stages where the time goes, from a pass of its own; {@link Stages#NONE} if not timed
 * @param work what a request reads and allocates
 * @param index what the arm builds
 */
public record SweepPoint(
    Key key,
    Arm arm,
    Status status,
    String reason,
    Fidelity fidelity,
    Latency latency,
    Warmup warmup,
    Stages stages,
    Work work,
    Index index) {
  private static final double UNKNOWN = Double.NaN;

  /** Whether a point was measured. */
  public enum Status {
    /** It was. */
    MEASURED,
    /** It was not: it cannot reach the Pareto front, or cannot be built; the reason says which. */
    PRUNED
  }

  public SweepPoint {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(arm, "arm");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(fidelity, "fidelity");
    Objects.requireNonNull(latency, "latency");
    Objects.requireNonNull(warmup, "warmup");
    Objects.requireNonNull(stages, "stages");
    Objects.requireNonNull(work, "work");
    Objects.requireNonNull(index, "index");
    boolean measured = status == Status.MEASURED;
    if (measured && !(latency.samples() > 0 && latency.quantiles().p50() > 0)) {
      throw new IllegalArgumentException(
          key + " is measured: found " + latency + ", expected samples and a median");
    }
    if (!measured && latency.samples() > 0) {
      throw new IllegalArgumentException(
          key + " is pruned: found " + latency + ", expected no samples");
    }
    if (reason == null && (!measured || Double.isNaN(fidelity.recall()))) {
      throw new IllegalArgumentException(
          key + " is pruned or without a recall: found no reason, expected one");
    }
  }

  /** Whether it was measured. */
  public boolean measured() {
    return status == Status.MEASURED;
  }

  /**
   * Which point it is.
   *
   * @param historyLength L, behaviours
   * @param keep K, behaviours kept a head and target
   * @param targets B, targets a request
   * @param heads H
   * @param arm full name of the arm, e.g. {@code pq4@16+refine4}
   */
  public record Key(int historyLength, int keep, int targets, int heads, String arm)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparingInt(Key::historyLength)
            .thenComparingInt(Key::keep)
            .thenComparingInt(Key::targets)
            .thenComparingInt(Key::heads)
            .thenComparing(Key::arm);

    public Key {
      Objects.requireNonNull(arm, "arm");
      if (historyLength < 1 || keep < 1 || targets < 1 || heads < 1) {
        throw new IllegalArgumentException(
            arm
                + ": found history_length "
                + historyLength
                + ", keep "
                + keep
                + ", targets "
                + targets
                + ", heads "
                + heads
                + ", expected at least 1 of each");
      }
    }

    /** By size of the problem, then by name. */
    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * What the arm's name says.
   *
   * @param kind kind of the arm, e.g. {@code pq4}
   * @param size what stands behind the @, as written; empty if nothing does
   * @param bits bits of a code, of a dimension or of a signature, as the kind has it; 0: none
   * @param refine R of {@code +refineR}; 0: no refinement
   * @param bytesPerBehaviour bytes that the scan reads for a behaviour, all heads together
   */
  public record Arm(String kind, String size, int bits, int refine, double bytesPerBehaviour) {
    public Arm {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(size, "size");
    }
  }

  /**
   * How near the arm comes to exact attention, as means over requests.
   *
   * @param requests requests that the numbers rest on
   * @param recall recall@K, in [0, 1]; NaN where it is not defined
   * @param recallLow lower end of its interval, from a bootstrap over requests, those of a user
   *     drawn together; NaN: none
   * @param recallHigh upper end
   * @param massKept share of the exact softmax mass that the kept set covers
   * @param outputCosine cosine of the output and that of attention over all behaviours
   * @param outputRelL2 relative L2 error of the output, against the same
   */
  public record Fidelity(
      long requests,
      double recall,
      double recallLow,
      double recallHigh,
      double massKept,
      double outputCosine,
      double outputRelL2) {
    /** Not computed. */
    public static final Fidelity NONE =
        new Fidelity(0, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);

    public Fidelity {
      if (recall < 0 || recall > 1) {
        throw new IllegalArgumentException("recall: found " + recall + ", expected 0 to 1 or NaN");
      }
    }
  }

  /**
   * Quantiles of times in nanoseconds; NaN where fewer than ten samples lie beyond one.
   *
   * @param p50 median
   * @param p90 90th percentile
   * @param p99 99th percentile
   * @param p999 99.9th percentile
   */
  public record Quantiles(double p50, double p90, double p99, double p999) {
    /** None is known. */
    public static final Quantiles NONE = new Quantiles(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);

    public Quantiles {
      if (p50 > p90 || p90 > p99 || p50 > p99 || p99 > p999 || p90 > p999 || p50 > p999) {
        throw new IllegalArgumentException(
            "quantiles: found "
                + p50
                + ", "
                + p90
                + ", "
                + p99
                + ", "
                + p999
                + ", expected that they do not fall");
      }
    }
  }

  /**
   * Service times of single requests in a closed loop, over all forks.
   *
   * @param samples requests timed
   * @param forks JVMs that they come from
   * @param meanNanos arithmetic mean
   * @param quantiles of the service time
   * @param maxNanos longest
   * @param forkP50Low smallest median of a fork
   * @param forkP50High largest median of a fork
   */
  public record Latency(
      long samples,
      int forks,
      double meanNanos,
      Quantiles quantiles,
      double maxNanos,
      double forkP50Low,
      double forkP50High) {
    /** Not measured. */
    public static final Latency NONE =
        new Latency(0, 0, UNKNOWN, Quantiles.NONE, UNKNOWN, UNKNOWN, UNKNOWN);

    public Latency {
      Objects.requireNonNull(quantiles, "quantiles");
    }
  }

  /**
   * The warm-up before the samples.
   *
   * @param requests requests until it ended, the largest number of a fork
   * @param cv coefficient of variation of the last stretches' times, the largest of a fork
   * @param settled whether it fell below the bound in every fork; otherwise the warm-up ended at
   *     its limit and the times are to be mistrusted
   */
  public record Warmup(long requests, double cv, boolean settled) {
    /** There was none. */
    public static final Warmup NONE = new Warmup(0, UNKNOWN, false);
  }

  /**
   * Mean time of each stage, nanoseconds a request.
   *
   * @param prepareNanos what is made of the targets before any behaviour is looked at
   * @param scanNanos scores of all behaviours
   * @param selectNanos the choice of the best among them
   * @param rerankNanos exact scores of the chosen
   * @param copyNanos copies between host and device; 0 on the CPU
   * @param queueNanos handing work to the device; 0 on the CPU
   * @param attendNanos attention over what was kept
   */
  public record Stages(
      double prepareNanos,
      double scanNanos,
      double selectNanos,
      double rerankNanos,
      double copyNanos,
      double queueNanos,
      double attendNanos) {
    /** Not timed. */
    public static final Stages NONE =
        new Stages(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
  }

  /**
   * What a request costs beside time.
   *
   * @param bytesRead bytes of the history read
   * @param allocatedBytes bytes allocated on the heap after warm-up
   * @param rerankedShare share of the behaviours scored whose exact score was computed after an
   *     approximate one
   * @param scanned behaviours scored, counted once a head and target
   */
  public record Work(
      double bytesRead, double allocatedBytes, double rerankedShare, double scanned) {
    /** Not known. */
    public static final Work NONE = new Work(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
  }

  /**
   * What an arm builds.
   *
   * @param buildNanos time to index a user's history, nanoseconds a behaviour
   * @param bytes size of the user's index beside the keys, bytes a behaviour
   * @param sharedBytes size of what all users share, such as a codebook, bytes
   */
  public record Index(double buildNanos, double bytes, long sharedBytes) {
    /** Not known. */
    public static final Index NONE = new Index(UNKNOWN, UNKNOWN, 0);
  }
}
