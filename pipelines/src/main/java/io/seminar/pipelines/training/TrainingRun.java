package io.seminar.pipelines.training;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.TrainingFolder;
import io.seminar.network.training.Training;
import io.seminar.network.training.TrainingException;
import io.seminar.network.training.TrainingListener;
import io.seminar.network.training.TrainingOptions;
import io.seminar.network.training.TrainingStopped;
import io.seminar.pipelines.runner.StatusLine;
import io.seminar.sessions.DatasetException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Runs a training from the command line: shows its progress, stops it when the process is told to
 * end, writes its report when it is through.
 */
public final class TrainingRun {
  /** A training. */
  public interface Work {
    /** Trains; may be asked to stop by {@code training}, and tells {@code listener}. */
    Checkpoint train(Training training, TrainingListener listener);
  }

  /**
   * What came of it.
   *
   * @param checkpoint what was published
   * @param report its page; null: it could not be written
   * @param trouble why not; null where it could
   */
  public record Outcome(Checkpoint checkpoint, Path report, String trouble) {}

  private final Kind kind;
  private final TrainingOptions options;
  private final boolean quiet;
  private final PrintWriter err;

  /**
   * A training to run.
   *
   * @param quiet no progress
   * @param err where a training that is stopped says so
   */
  public TrainingRun(Kind kind, TrainingOptions options, boolean quiet, PrintWriter err) {
    this.kind = kind;
    this.options = options;
    this.quiet = quiet;
    this.err = err;
  }

  /**
   * Runs it.
   *
   * @return what came of it; nothing if it was stopped, which has been said then
   * @throws TrainingException if memory does not suffice, or as the work does
   */
  public Optional<Outcome> run(Work work) {
    Training training = new Training();
    StopOnSignal signal =
        new StopOnSignal(training, () -> say("stopped before the training began"));
    try {
      return runAndSay(training, work);
    } finally {
      signal.close(); // not before all is said
    }
  }

  private Optional<Outcome> runAndSay(Training training, Work work) {
    try {
      Checkpoint checkpoint = quiet ? quietly(training, work) : shown(training, work);
      return Optional.of(reported(checkpoint));
    } catch (TrainingStopped e) {
      say(
          e.epoch() == 0
              ? "stopped before the first epoch was whole; nothing is saved"
              : "stopped; epoch "
                  + e.epoch()
                  + " is saved in "
                  + TrainingFolder.beside(options.out())
                  + ", and the same command with --resume goes on from there");
      return Optional.empty();
    }
  }

  private void say(String what) {
    err.println(kind.command() + ": " + what);
    err.flush();
  }

  private Checkpoint quietly(Training training, Work work) {
    return train(training, progress(line -> {}), work);
  }

  private Checkpoint shown(Training training, Work work) {
    try (StatusLine line = StatusLine.onStandardError()) {
      TrainingProgress progress = progress(line::keep);
      line.show(progress::status);
      return train(training, progress, work);
    }
  }

  private TrainingProgress progress(Consumer<String> keep) {
    return new TrainingProgress(
        kind, options.epochs(), options.patience() < options.epochs(), keep, System::nanoTime);
  }

  private Checkpoint train(Training training, TrainingListener listener, Work work) {
    try {
      return work.train(training, listener);
    } catch (OutOfMemoryError | TrainingException e) {
      if (isOutOfMemory(e)) {
        throw outOfMemory(e);
      }
      throw e;
    }
  }

  private static boolean isOutOfMemory(Throwable e) {
    return e != null && (e instanceof OutOfMemoryError || isOutOfMemory(e.getCause()));
  }

  private TrainingException outOfMemory(Throwable e) {
    return new TrainingException(
        "the heap of "
            + mib(Runtime.getRuntime().maxMemory())
            + " MiB is full: lower --window-mib, now "
            + mib(options.windowBytes())
            + ", which bounds the users in memory, or --batch-mib, now "
            + mib(options.batchBytes())
            + ", which bounds a step; or allow more, such as SEMINAR_JAVA_OPTS=-Xmx8g",
        e);
  }

  private static long mib(long bytes) {
    return bytes >> 20;
  }

  /** The network is there and whole: a report that cannot be written takes nothing from it. */
  private static Outcome reported(Checkpoint checkpoint) {
    try {
      return new Outcome(checkpoint, TrainingReports.write(checkpoint), null);
    } catch (DatasetException | IllegalStateException e) {
      return new Outcome(checkpoint, null, e.getMessage());
    }
  }
}
