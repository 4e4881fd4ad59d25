package io.seminar.network.training;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.checkpoint.OptimizerState;
import io.seminar.network.checkpoint.TrainingFolder;
import io.seminar.network.checkpoint.TrainingState;
import io.seminar.network.model.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/**
 * Runs a course epoch by epoch: saves the state after each, keeps the best, stops when nothing
 * improves, and publishes the best as a checkpoint. Because everything that an epoch draws follows
 * from the seed and the epoch's number, a training that is resumed ends with the same numbers as
 * one that was never interrupted.
 */
public final class Training {
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean stop;

  /** A training that can be stopped from another thread. */
  public Training() {}

  /**
   * Asks the training to stop after its current step, and waits until it has; what is saved is
   * whole then.
   */
  public void stop() {
    stop = true;
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Trains.
   *
   * @param description of what is trained, without its history
   * @param parameters at their start; trained in place
   * @return the published checkpoint, with the best epoch's parameters
   * @throws TrainingStopped if it was asked to stop
   */
  Checkpoint run(
      Course course,
      TrainingOptions options,
      Description description,
      Parameters parameters,
      TrainingListener listener) {
    try {
      return runEpochs(course, options, description, parameters, listener);
    } finally {
      ended.countDown();
    }
  }

  private Checkpoint runEpochs(
      Course course,
      TrainingOptions options,
      Description description,
      Parameters start,
      TrainingListener listener) {
    Parameters parameters = start;
    Adam adam = new Adam(parameters, options.rate());
    List<SortedMap<String, Double>> history = new ArrayList<>();
    TrainingState.Best best = null;
    int epoch = 0;
    TrainingFolder folder;
    if (options.resume()) {
      folder = TrainingFolder.resume(options.out(), options.overwrite());
      TrainingState state = folder.read(description);
      parameters = state.parameters();
      adam = new Adam(parameters, options.rate(), state.optimizer());
      history.addAll(state.description().history());
      best = state.best();
      epoch = state.epoch();
    } else {
      folder = TrainingFolder.begin(options.out(), options.overwrite());
    }
    while (epoch < options.epochs()
        && (best == null || epoch - best.epoch() < options.patience())) {
      int next = epoch + 1;
      SortedMap<String, Double> measures = new TreeMap<>();
      try {
        measures.putAll(
            course.train(
                next,
                parameters,
                adam,
                (examples, expected, loss) -> {
                  if (stop) {
                    throw new Course.StopRequest();
                  }
                  listener.step(next, examples, expected, loss);
                }));
        listener.validating(next);
        measures.putAll(course.validate(parameters));
      } catch (Course.StopRequest e) {
        throw new TrainingStopped(epoch);
      }
      epoch = next;
      history.add(measures);
      double value = measures.get(course.decides());
      // A first epoch counts even if its measure is undefined: there is nothing better.
      boolean improved = best == null || value > best.value();
      if (improved) {
        best = new TrainingState.Best(epoch, value, parameters.copy());
      }
      folder.save(
          new TrainingState(
              description.withHistory(history),
              epoch,
              parameters,
              new OptimizerState(adam.steps(), adam.first(), adam.second()),
              best));
      listener.epoch(epoch, measures, improved);
      if (stop) {
        throw new TrainingStopped(epoch);
      }
    }
    return folder.publish(description.withHistory(history), best.parameters());
  }
}
