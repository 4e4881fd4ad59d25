package io.seminar.pipelines.replay;

import java.io.Serializable;

/**
 * An arm of a replay: what it is called in every table, how it retrieves, for which model, and from
 * which codebook.
 *
 * @param name as selected and as reported, for example {@code pq@16} or {@code twin/exact}
 * @param kind how it retrieves
 * @param model name of the trained network; null: the similarity of the data set's own vectors, or
 *     no model at all
 * @param codebook folder of its codebook; null where the kind needs none
 */
public record ArmSpec(String name, Kind kind, String model, String codebook)
    implements Serializable {

  /** What an arm is about. */
  private enum Needs {
    /** An attention to retrieve for. */
    ATTENTION,
    /** An attention, and a codebook. */
    CODEBOOK,
    /** A trained network. */
    NETWORK,
    /** The truth of a simulated data set. */
    TRUTH
  }

  /** The ways to retrieve, and those to score without. */
  public enum Kind {
    /** Exact scores of all behaviours. */
    EXACT("exact", Needs.ATTENTION, "Exact scores of all behaviours, the K best kept."),
    /** The most recent behaviours. */
    RECENT("recent", Needs.ATTENTION, "The K most recent behaviours."),
    /** Product quantisation, asymmetric distance computation. */
    PQ("pq", Needs.CODEBOOK, "Product quantisation, the target exact (ADC), the K best kept."),
    /** Product quantisation, symmetric distance computation. */
    PQ_SDC(
        "pq-sdc",
        Needs.CODEBOOK,
        "Product quantisation, the target quantised too (SDC), the K best kept."),
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
    private final String description;

    Kind(String key, Needs needs, String description) {
      this.key = key;
      this.needs = needs;
      this.description = description;
    }

    /** One sentence for a reader of a report. */
    public String description() {
      return description;
    }

    /** Whether the arm retrieves, and so has a fidelity. */
    public boolean retrieves() {
      return needs == Needs.ATTENTION || needs == Needs.CODEBOOK;
    }

    /** Whether the arm retrieves from codes. */
    public boolean needsCodebook() {
      return needs == Needs.CODEBOOK;
    }

    /** Whether the arm reads the truth of a simulated data set, and attends to nothing. */
    public boolean consultsTruth() {
      return needs == Needs.TRUTH;
    }

    /** The name that selects this kind. */
    public String key() {
      return key;
    }
  }
}
