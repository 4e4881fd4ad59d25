package io.seminar.network.scoring;

/** Finds behaviours for a target by something else than its attention. Not thread-safe. */
interface BehaviourSearch {
  /** Whether {@link #open} reads {@link Behaviours#pairs()}. */
  boolean readsPairs();

  /** Turns to a user. */
  void open(Behaviours behaviours);

  /** Turns to targets. */
  void prepare(TargetPage page);

  /**
   * Writes the behaviours, of the {@code page.length()} first, that a target attends to: at most K.
   *
   * @param target of the page prepared
   * @param kept room for {@code min(K, L)}
   * @return how many they are
   */
  int find(TargetPage page, int target, int[] kept);
}
