package io.seminar.pipelines.arms;

import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;

/**
 * An arm: what it is called in every table, how it retrieves, for which model, and from which
 * codebook.
 *
 * @param name as selected and as reported, for example {@code pq@16+refine} or {@code twin/exact}
 * @param kind how it retrieves
 * @param size what {@link Size} says; 0 where the kind has none, or one that follows from K
 * @param group bits of a group where the size is {@link Size#GROUPS}, else 0
 * @param refine R: the R·K best are scored exactly and the K best of these kept; 0: the K best as
 *     they are
 * @param model name of the trained network; null: the similarity of the data set's own vectors, or
 *     no model at all
 * @param codebook folder of its codebook; null where the kind needs none
 */
public record ArmSpec(
    String name, Kind kind, int size, int group, int refine, String model, String codebook)
    implements Serializable {

  /** R where {@code +refine} does not say it. */
  public static final int DEFAULT_REFINE = 4;

  /** What an arm is about. */
  private enum Needs {
    /** An attention to retrieve for. */
    ATTENTION,
    /** A trained network. */
    NETWORK,
    /** The truth of a simulated data set. */
    TRUTH
  }

  /** What stands behind the {@code @} of an arm. */
  public enum Size {
    /** Nothing. */
    NONE(""),
    /** Bytes of a behaviour's code: which codebook. */
    BYTES("BYTES"),
    /** Bits of a signature, 1 to 64; 64 where it is not said. */
    SIGNATURE("BITS"),
    /** Bits of a signature and of a group of them, as in 48x3, which it is where it is not said. */
    GROUPS("MxT"),
    /** Bits of a dimension, 1 to 8; 1 where it is not said. */
    DIMENSION_BITS("BITS"),
    /** Behaviours that the first of two stages leaves; a multiple of K where it is not said. */
    CANDIDATES("N");

    private final String placeholder;

    Size(String placeholder) {
      this.placeholder = placeholder;
    }

    /** What a usage text calls it; empty for {@link #NONE}. */
    public String placeholder() {
      return placeholder;
    }
  }

  /** The ways to retrieve, and those to score without. */
  public enum Kind {
    /** Exact scores of all behaviours. */
    EXACT("exact", Size.NONE, false, "Exact scores of all behaviours, the K best kept."),
    /** The most recent behaviours. */
    RECENT("recent", Size.NONE, true, "The K most recent behaviours."),
    /** SIM's hard search. */
    SIM_HARD(
        "sim-hard",
        Size.NONE,
        true,
        "The K most recent behaviours of the target's category, fewer where there are fewer.",
        View.CATEGORIES),
    /** SIM's soft search. */
    SIM_SOFT(
        "sim-soft",
        Size.NONE,
        true,
        "The K best by the inner product of the embedded pairs, one set for all heads.",
        View.PAIRS),
    /** ETA. */
    ETA(
        "eta",
        Size.SIGNATURE,
        true,
        "The K smallest Hamming distances of SimHash signatures of query and keys, a set a head."),
    /** SDIM. */
    SDIM(
        "sdim",
        Size.GROUPS,
        false,
        "Normalised sums of the values whose signature collides with the target's, averaged over"
            + " groups of bits; nothing is kept, so there is no recall and no mass."),
    /** TWIN. */
    TWIN(
        "twin",
        Size.NONE,
        false,
        "The K best by the attention's own scores over cached projections and biases for cross"
            + " features, of which this model has none: what exact keeps."),
    /** QIN. */
    QIN(
        "qin",
        Size.CANDIDATES,
        false,
        "The behaviours whose query is nearest to the request's, among them the K best by exact"
            + " scores; of a request without a query the K best of all."),
    /** Two-stage retrieval by nearest neighbours a modality. */
    TWO_STAGE_ANN(
        "two-stage-ann",
        Size.CANDIDATES,
        false,
        "Nearest neighbours a modality from an HNSW graph each, the K best of all of them by exact"
            + " scores.",
        View.FIELDS),
    /** Product quantisation, asymmetric distance computation. */
    PQ(
        "pq",
        Size.BYTES,
        true,
        "Product quantisation, the target exact (ADC), the K best kept.",
        View.SCALES),
    /** Product quantisation, symmetric distance computation. */
    PQ_SDC(
        "pq-sdc",
        Size.BYTES,
        true,
        "Product quantisation, the target quantised too (SDC), the K best kept.",
        View.SCALES),
    /** Optimised product quantisation. */
    OPQ(
        "opq",
        Size.BYTES,
        true,
        "Product quantisation after a learned rotation, the target exact (ADC), the K best kept.",
        View.SCALES),
    /** Quantisation to 4 bits. */
    PQ4(
        "pq4",
        Size.BYTES,
        true,
        "Codes of 4 bits, looked up in registers (fast scan), the K best kept.",
        View.SCALES),
    /** Residual quantisation. */
    RQ(
        "rq",
        Size.BYTES,
        true,
        "Residual quantisation, the target exact (ADC), the K best kept.",
        View.SCALES),
    /** RaBitQ. */
    RABITQ(
        "rabitq",
        Size.DIMENSION_BITS,
        true,
        "Codes of a few bits a dimension after a random rotation (RaBitQ), made of the user's keys;"
            + " the K best estimates kept."),
    /** Certified top-K. */
    CERTIFIED(
        "certified",
        Size.NONE,
        false,
        "The K best by exact scores, proven by bounds from RaBitQ's codes, few behaviours scored"
            + " exactly."),
    /** A network's own forward pass. */
    NETWORK("network", Needs.NETWORK, "The network's own forward pass, as trained."),
    /** No attention: the click probability that the simulator knows. */
    ORACLE(
        "oracle",
        Needs.TRUTH,
        "The simulator's own click probability, which knows the position: what no model can beat."),
    /** No attention: the probability of a click, given that the position is looked at. */
    ORACLE_RELEVANCE(
        "oracle-relevance",
        Needs.TRUTH,
        "The simulator's own probability of a click on an impression that is looked at: what no"
            + " model that ignores the position can beat.");

    private final String key;
    private final Needs needs;
    private final Size size;
    private final boolean refinable;
    private final String description;
    private final Set<View> views;

    Kind(String key, Size size, boolean refinable, String description, View... views) {
      this.key = key;
      this.needs = Needs.ATTENTION;
      this.size = size;
      this.refinable = refinable;
      this.description = description;
      this.views = EnumSet.noneOf(View.class);
      this.views.addAll(Set.of(views));
    }

    Kind(String key, Needs needs, String description) {
      this.key = key;
      this.needs = needs;
      this.size = Size.NONE;
      this.refinable = false;
      this.description = description;
      this.views = EnumSet.noneOf(View.class);
    }

    /** One sentence for a reader of a report. */
    public String description() {
      return description;
    }

    /** Whether the arm attends to the history by a model's attention, or to something like it. */
    public boolean attends() {
      return needs == Needs.ATTENTION;
    }

    /** What stands behind the {@code @}. */
    public Size size() {
      return size;
    }

    /** Whether an exact step after it makes sense. */
    public boolean refinable() {
      return refinable;
    }

    /** Whether the arm retrieves from codes. */
    public boolean needsCodebook() {
      return size == Size.BYTES;
    }

    /** Whether the arm can retrieve from a codebook. */
    public boolean reads(CodebookSpec codebook) {
      return switch (this) {
        case PQ, OPQ, RQ -> codebook.bits() == 8 && codebook.method().equals(key);
        case PQ_SDC ->
            codebook.bits() == 8 && codebook.method().equals(PQ.key) && !codebook.perHead();
        case PQ4 -> codebook.bits() == 4;
        default -> false;
      };
    }

    /** Whether retrieval allocates memory by its method, however often it has run. */
    public boolean allocates() {
      return this == TWO_STAGE_ANN;
    }

    /** Whether the arm reads the truth of a simulated data set, and attends to nothing. */
    public boolean consultsTruth() {
      return needs == Needs.TRUTH;
    }

    /** What the arm reads of a history besides keys, values, ordinals and times. */
    public Set<View> views() {
      return EnumSet.copyOf(views);
    }

    /** The name that selects this kind. */
    public String key() {
      return key;
    }

    /** How it is written, with a placeholder for what may stand behind the {@code @}. */
    String usage() {
      return key
          + (size == Size.NONE ? "" : "@" + size.placeholder())
          + (refinable ? "[+refine[R]]" : "");
    }
  }

  /** One sentence for a reader of a report. */
  public String description() {
    return kind.description()
        + (refine == 0
            ? ""
            : " Refined: the "
                + refine
                + " K best are scored exactly and the K best of these kept.");
  }

  /**
   * Refuses an arm that makes no sense at this K.
   *
   * @throws IllegalArgumentException naming the arm
   */
  public void check(int keep) {
    if (kind.size() == Size.CANDIDATES && size > 0 && size < keep) {
      throw new IllegalArgumentException(
          "arm '" + name + "' finds " + size + " behaviours, expected at least K, " + keep);
    }
  }

  /** What arms read of a history. */
  public static Set<View> views(Iterable<ArmSpec> arms) {
    Set<View> views = EnumSet.noneOf(View.class);
    for (ArmSpec arm : arms) {
      views.addAll(arm.kind().views());
    }
    return views;
  }
}
