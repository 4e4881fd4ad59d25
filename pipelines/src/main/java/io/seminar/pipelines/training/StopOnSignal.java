package io.seminar.pipelines.training;

import io.seminar.network.training.Training;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, a JVM that is told to end (SIGTERM, Ctrl-C) waits for the training to stop
 * after its current step: what is saved is whole then, and the engine, which does not bear an exit
 * in the middle of a step, is at rest.
 */
final class StopOnSignal implements AutoCloseable {
  /** How long a JVM that ends waits at most for what follows a training, such as its report. */
  private static final long WAIT_SECONDS = 60;

  private final Training training;
  private final Runnable notBegun;
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop-training");

  /**
   * Begins to listen.
   *
   * @param notBegun is run where the training has not begun yet: it does not begin any more
   */
  StopOnSignal(Training training, Runnable notBegun) {
    this.training = training;
    this.notBegun = notBegun;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** What the JVM runs when it is told to end. */
  void stop() {
    if (!training.stop()) {
      notBegun.run();
      return;
    }
    try {
      if (!done.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("what followed the training took too long and is not waited for");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** All is done and said. */
  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending already.
    }
  }
}
