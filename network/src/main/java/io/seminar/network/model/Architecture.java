package io.seminar.network.model;

import java.util.Arrays;
import java.util.List;

/**
 * The networks that can be trained, chosen by {@link #key()}. They share embeddings, prediction
 * head, data and training, and differ in two things: which behaviours a target attends to (the
 * general search unit) and how those become one vector (the exact search unit).
 */
public enum Architecture {
  /** SEMINAR: one attention retrieves and attends; the only one whose retrieval PQ approximates. */
  SEMINAR("seminar", Search.ATTENTION, Interest.TARGET_ATTENTION),
  /** TWIN (arXiv 2302.02352): the same with a scalar bias for every cross feature. */
  TWIN("twin", Search.BIASED_ATTENTION, Interest.TARGET_ATTENTION),
  /** DIN (arXiv 1706.06978): an activation unit over the recent behaviours. */
  DIN("din", Search.RECENT, Interest.ACTIVATION_UNIT),
  /** SIM (arXiv 2006.05639), hard search: the target's category, most recent first. */
  SIM_HARD("sim-hard", Search.CATEGORY, Interest.TARGET_ATTENTION),
  /** SIM, soft search: an inner product of its own, trained by an auxiliary loss. */
  SIM_SOFT("sim-soft", Search.INNER_PRODUCT, Interest.TARGET_ATTENTION),
  /** ETA (arXiv 2108.04468): SimHash, smallest Hamming distance, ties by recency. */
  ETA("eta", Search.SIM_HASH, Interest.TARGET_ATTENTION),
  /** SDIM (arXiv 2205.10249): behaviours whose hash signatures collide with the target's. */
  SDIM("sdim", Search.ALL, Interest.HASH_COLLISIONS),
  /** QIN (arXiv 2310.06444): the query finds behaviours, among which the target finds its own. */
  QIN("qin", Search.CASCADE, Interest.TARGET_ATTENTION),
  /** The mean of all behaviours. */
  AVERAGE("average", Search.ALL, Interest.MEAN),
  /** No interest at all: how often the item occurred before the end of training. */
  POPULARITY("popularity", Search.NONE, Interest.NONE);

  /** How behaviours are found. */
  public enum Search {
    /** The K best by the attention's own scores, a set a head. */
    ATTENTION,
    /** The same with biases added to the scores. */
    BIASED_ATTENTION,
    /** The last K. */
    RECENT,
    /** The last K of the target's category. */
    CATEGORY,
    /** The K best by an inner product of projections of their own. */
    INNER_PRODUCT,
    /**
     * The K of smallest Hamming distance between signatures, the more recent first among equals.
     */
    SIM_HASH,
    /** The K1 best for the request's query, among them the K best by attention. */
    CASCADE,
    /** Every behaviour. */
    ALL,
    /** None. */
    NONE
  }

  /** How the behaviours found become the interest u. */
  public enum Interest {
    /** Multi-head softmax attention of the target. */
    TARGET_ATTENTION,
    /** A weighted sum, the weights by a small MLP, not normalised. */
    ACTIVATION_UNIT,
    /** Normalised sums of the behaviours that share a signature with the target, averaged. */
    HASH_COLLISIONS,
    /** The plain mean. */
    MEAN,
    /** Nothing. */
    NONE
  }

  private final String key;
  private final Search search;
  private final Interest interest;

  Architecture(String key, Search search, Interest interest) {
    this.key = key;
    this.search = search;
    this.interest = interest;
  }

  /** The name that selects it. */
  public String key() {
    return key;
  }

  /** How it finds behaviours. */
  public Search search() {
    return search;
  }

  /** How it makes an interest of them. */
  public Interest interest() {
    return interest;
  }

  /** All names that select one. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(Architecture::key).toList();
  }

  /**
   * The architecture with this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists them
   */
  public static Architecture of(String key) {
    for (Architecture architecture : values()) {
      if (architecture.key.equals(key)) {
        return architecture;
      }
    }
    throw new IllegalArgumentException(
        "network \"" + key + "\" is unknown: expected one of " + keys());
  }
}
