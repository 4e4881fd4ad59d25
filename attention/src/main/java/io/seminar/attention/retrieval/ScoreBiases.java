package io.seminar.attention.retrieval;

/**
 * What a model adds to its scores for cross features of target and behaviour, such as one category
 * or the behaviour's age. Not thread-safe: one a thread; {@link #add} does not allocate once it has
 * seen its largest sizes.
 */
public interface ScoreBiases {
  /** Turns to a user. */
  void open(Behaviours history);

  /**
   * Adds a head's biases to the scores of targets.
   *
   * @param scores (B, stride), the first {@code targets.length()} of each row
   */
  void add(int head, Targets targets, float[] scores, int stride);
}
