package io.seminar.metrics.inference;

/** What weights a user carries: a pure function of the user's hash, the same for every arm. */
public interface UserDraws {
  /** How many columns of each kind there are. */
  Resampling resampling();

  /**
   * Writes the weights of one user.
   *
   * @param userHash {@link UserHash#of(String)}
   * @param weights ({@link Resampling#columns} of {@link #resampling}) receives the weight in each
   *     column; its length must be that
   */
  void fill(long userHash, long[] weights);
}
