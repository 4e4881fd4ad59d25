package io.seminar.attention.quantization;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/** The threads of a training; with one, everything runs on the caller's. */
final class TrainingThreads implements AutoCloseable {

  private final ExecutorService pool; // null: the caller's thread

  TrainingThreads(int threads) {
    this.pool = threads == 1 ? null : Executors.newFixedThreadPool(threads);
  }

  /** Does {@code part} for 0 to {@code n - 1}, in any order, and returns when all are done. */
  void forEach(int n, IntConsumer part) {
    if (pool == null || n == 1) {
      for (int i = 0; i < n; i++) {
        part.accept(i);
      }
      return;
    }
    List<Future<?>> parts = new ArrayList<>(n);
    for (int i = 0; i < n; i++) {
      int number = i;
      parts.add(pool.submit(() -> part.accept(number)));
    }
    try {
      for (Future<?> done : parts) {
        done.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("training a part failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("training was interrupted", e);
    }
  }

  @Override
  public void close() {
    if (pool != null) {
      pool.shutdownNow();
    }
  }
}
