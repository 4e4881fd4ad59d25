package io.seminar.pipelines.runner;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The workers of this JVM that are writing to a run. A runner reports a failure while other workers
 * still go on; they would write, and make again, what is being removed. {@link #stop} keeps new
 * work from beginning, asks what goes on to end, and waits for it.
 */
public final class Workers {
  private static final Map<String, Workers> RUNS = new ConcurrentHashMap<>();

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile boolean stopped;

  private Workers() {}

  /** A worker's turn at a run; closed by the thread that began it. */
  public static final class Turn implements AutoCloseable {
    private final Workers workers;

    private Turn(Workers workers) {
      this.workers = workers;
    }

    /**
     * To be called now and then.
     *
     * @throws IllegalStateException if the run has been stopped
     */
    public void check() {
      if (workers.stopped) {
        throw new IllegalStateException("the run has been stopped");
      }
    }

    @Override
    public void close() {
      workers.lock.readLock().unlock();
    }
  }

  /**
   * Begins a turn.
   *
   * @param run that is written to
   * @throws IllegalStateException if the run has been stopped
   */
  public static Turn begin(String run) {
    Workers workers = RUNS.computeIfAbsent(run, r -> new Workers());
    workers.lock.readLock().lock();
    Turn turn = new Turn(workers);
    try {
      turn.check();
    } catch (IllegalStateException e) {
      turn.close();
      throw e;
    }
    return turn;
  }

  /** Stops a run for good; returns when no worker of this JVM is at it any more. */
  public static void stop(String run) {
    Workers workers = RUNS.computeIfAbsent(run, r -> new Workers());
    workers.stopped = true;
    workers.lock.writeLock().lock();
    workers.lock.writeLock().unlock();
  }

  /** Forgets a run that is complete. */
  public static void clear(String run) {
    RUNS.remove(run);
  }
}
