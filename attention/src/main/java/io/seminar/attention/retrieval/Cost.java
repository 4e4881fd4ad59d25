package io.seminar.attention.retrieval;

import java.util.Arrays;

/**
 * What retrieval costs, added up over calls: bytes of the history that were read, behaviours whose
 * exact score was computed after an approximate one, and, if asked for, the time of each stage.
 *
 * <p>Clocks are read only where {@code timed}: reading them takes a few per cent of a short scan,
 * so a latency is never measured with a timed instance.
 */
public final class Cost {
  /** The stages of a retrieval. */
  public enum Stage {
    /** What is made of a target before any behaviour is looked at: tables, hashes, roundings. */
    PREPARE,
    /** Scores, approximate or exact, of all behaviours. */
    SCAN,
    /** The choice of the best among them. */
    SELECT,
    /** Exact scores of the chosen, and the choice among these. */
    RERANK,
    /** Copies between the host and a device; nothing on the CPU. */
    COPY,
    /** Handing work to a device, before it is done; nothing on the CPU. */
    QUEUE
  }

  private static final int STAGES = Stage.values().length;

  private final boolean timed;
  private final long[] nanos = new long[STAGES];
  private long bytesRead;
  private long scanned;
  private long reranked;
  private long mark;

  /**
   * A cost of nothing yet.
   *
   * @param timed whether stages are timed
   */
  public Cost(boolean timed) {
    this.timed = timed;
  }

  /** Whether stages are timed, so that a device has to be waited for at the end of each. */
  public boolean timed() {
    return timed;
  }

  /** Starts the clock of the next {@link #lap}. */
  public void start() {
    if (timed) {
      mark = System.nanoTime();
    }
  }

  /** Adds the time since the last {@link #start} or lap to a stage. */
  public void lap(Stage stage) {
    if (timed) {
      long now = System.nanoTime();
      nanos[stage.ordinal()] += now - mark;
      mark = now;
    }
  }

  /**
   * Adds behaviours that a head and target were scored against, and the bytes read for that: of
   * rows, codes and factors, once a pass over them, whatever caches do.
   */
  public void scanned(long behaviours, long bytes) {
    scanned += behaviours;
    bytesRead += bytes;
  }

  /** Adds behaviours whose exact score was computed after an approximate one, and their bytes. */
  public void reranked(long behaviours, long bytes) {
    reranked += behaviours;
    bytesRead += bytes;
  }

  /** Forgets all. */
  public void reset() {
    Arrays.fill(nanos, 0);
    bytesRead = 0;
    scanned = 0;
    reranked = 0;
  }

  /** Nanoseconds of a stage; 0 unless timed. */
  public long nanos(Stage stage) {
    return nanos[stage.ordinal()];
  }

  /** Bytes of the history that were read. */
  public long bytesRead() {
    return bytesRead;
  }

  /** Behaviours scored, counted once a head and target. */
  public long scanned() {
    return scanned;
  }

  /** Behaviours scored exactly after an approximate score. */
  public long reranked() {
    return reranked;
  }
}
