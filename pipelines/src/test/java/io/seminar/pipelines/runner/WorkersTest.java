package io.seminar.pipelines.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class WorkersTest {
  @Test
  void stoppingWaitsForTheWorkersAndRefusesMore() throws Exception {
    CountDownLatch began = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    CompletableFuture<Void> worker =
        CompletableFuture.runAsync(
            () -> {
              try (Workers.Turn turn = Workers.begin("run")) {
                began.countDown();
                try {
                  while (true) {
                    turn.check();
                    Thread.onSpinWait();
                  }
                } catch (IllegalStateException e) {
                  sleep(100); // slow to end
                  ended.set(true);
                }
              }
            });
    assertThat(began.await(10, TimeUnit.SECONDS)).isTrue();
    try (Workers.Turn other = Workers.begin("another run")) {
      Workers.stop("run");
      assertThat(ended).as("the worker has ended").isTrue();
      other.check();
    }
    worker.get(10, TimeUnit.SECONDS);
    assertThatThrownBy(() -> Workers.begin("run"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("stopped");
    // That refusal has left no turn behind: a second stop does not wait.
    CompletableFuture.runAsync(() -> Workers.stop("run")).get(10, TimeUnit.SECONDS);
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
