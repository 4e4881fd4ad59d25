package io.seminar.pipelines.replay;

/** What an arm keeps of the history for some targets: up to K rows a head and target. */
final class Kept {
  private final int[][] rows; // (B, H), of K
  private final int[] counts; // (B, H)
  private final int heads;

  /** Room for {@link Targets#MAXIMUM} targets of a model. */
  Kept(AttentionModel model) {
    this.heads = model.heads();
    this.rows = new int[Targets.MAXIMUM * heads][model.keep()];
    this.counts = new int[Targets.MAXIMUM * heads];
  }

  /** K. */
  int keep() {
    return rows[0].length;
  }

  /** Row indices into the history, best first; as many count as {@link #count} says. */
  int[] rows(int head, int target) {
    return rows[target * heads + head];
  }

  /** How many are kept, at most K. */
  int count(int head, int target) {
    return counts[target * heads + head];
  }

  void setCount(int head, int target, int count) {
    counts[target * heads + head] = count;
  }
}
