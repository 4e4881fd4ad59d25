package io.seminar.pipelines.runner;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of finished work that pipeline stages add to and the terminal reads, by name of the work.
 * It reaches as far as the JVM: the Direct runner and embedded Flink.
 */
public final class WorkDone {
  private static final Map<String, LongAdder> COUNTS = new ConcurrentHashMap<>();

  private WorkDone() {}

  /** Adds to the count of a piece of work. */
  public static void add(String work, long count) {
    COUNTS.computeIfAbsent(work, w -> new LongAdder()).add(count);
  }

  /** The count so far. */
  public static long of(String work) {
    LongAdder count = COUNTS.get(work);
    return count == null ? 0 : count.sum();
  }

  /** Forgets a piece of work. */
  public static void clear(String work) {
    COUNTS.remove(work);
  }
}
