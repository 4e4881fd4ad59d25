package io.seminar.attention.retrieval;

/**
 * What an arm keeps of the history for some targets: up to K rows a head and target, and their
 * exact scores where the arm has computed them anyway.
 */
public final class Kept {
  private final int heads;
  private final int keep;
  private final int[][] rows; // (B, H), of K
  private final int[] counts; // (B, H)
  private final float[][] scores; // (B, H), of K
  private final boolean[] scored; // (B, H)

  /**
   * Room for {@link Targets#MAXIMUM} targets.
   *
   * @param heads H
   * @param keep K
   */
  public Kept(int heads, int keep) {
    if (heads < 1 || keep < 1) {
      throw new IllegalArgumentException(
          heads + " heads keep " + keep + " behaviours: expected at least 1 of each");
    }
    this.heads = heads;
    this.keep = keep;
    this.rows = new int[Targets.MAXIMUM * heads][keep];
    this.counts = new int[Targets.MAXIMUM * heads];
    this.scores = new float[Targets.MAXIMUM * heads][keep];
    this.scored = new boolean[Targets.MAXIMUM * heads];
  }

  /** H. */
  public int heads() {
    return heads;
  }

  /** K. */
  public int keep() {
    return keep;
  }

  /** Row indices into the history, best first; as many count as {@link #count} says. */
  public int[] rows(int head, int target) {
    return rows[target * heads + head];
  }

  /** How many are kept, at most K. */
  public int count(int head, int target) {
    return counts[target * heads + head];
  }

  /** Says how many of {@link #rows} count, and that their exact scores are not known. */
  public void setCount(int head, int target, int count) {
    counts[target * heads + head] = count;
    scored[target * heads + head] = false;
  }

  /** Has all heads of a target keep what the first one keeps, unscored. */
  void share(int target) {
    int n = count(0, target);
    for (int h = 1; h < heads; h++) {
      System.arraycopy(rows(0, target), 0, rows(h, target), 0, n);
      setCount(h, target, n);
    }
  }

  /** Exact scores of {@link #rows}, in their order; to be read only if {@link #scored}. */
  public float[] scores(int head, int target) {
    return scores[target * heads + head];
  }

  /** Whether the arm has left the exact scores of what it keeps in {@link #scores}. */
  public boolean scored(int head, int target) {
    return scored[target * heads + head];
  }

  /** Says how many of {@link #rows} count, and that {@link #scores} holds their exact scores. */
  public void setScored(int head, int target, int count) {
    counts[target * heads + head] = count;
    scored[target * heads + head] = true;
  }
}
