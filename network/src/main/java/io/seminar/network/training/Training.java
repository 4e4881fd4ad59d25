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

/**
 * Runs a course epoch by epoch: saves the state after each, keeps the best, stops when nothing
 * improves, and publishes the best as a checkpoint. Because everything that an epoch draws follows
 * from the seed and the epoch's number, a training that is resumed ends with the same numbers as
 * one that was never interrupted.
 */
public final class Training {
  /** Name of the option that records which measure decides. */
  private static final String CHOSEN_BY = "chosen-by";

  private volatile boolean stop;
  private boolean begun; // guarded by this
  private boolean running; // guarded by this

  /** A training that can be stopped from another thread. */
  public Training() {}

  /**
   * Asks the training to stop after its current step, or before its first, and waits until no step
   * is under way; what is saved is whole then. For any thread but the training's own.
   *
   * @return whether the training had begun: false as long as data are only being read
   */
  public synchronized boolean stop() {
    stop = true;
    try {
      while (running) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return begun;
  }

  /**
   * The epoch whose parameters a checkpoint has: the first of those that validated best; the last
   * one where validation is undefined throughout.
   *
   * @param description of a checkpoint that a training has published
   * @return counted from 1; 0 if it was not trained in epochs
   */
  public static int chosenEpoch(Description description) {
    if (!(description.options().get(CHOSEN_BY) instanceof String measure)) {
      return 0;
    }
    int chosen = 0;
    double best = Double.NaN;
    for (int epoch = 1; epoch <= description.history().size(); epoch++) {
      double value = description.history().get(epoch - 1).getOrDefault(measure, Double.NaN);
      if (improves(value, best)) {
        chosen = epoch;
        best = value;
      }
    }
    return chosen;
  }

  /** Whether an epoch replaces the best so far; where that is undefined (NaN), any later one. */
  private static boolean improves(double value, double best) {
    return value > best || Double.isNaN(best);
  }

  private synchronized void running(boolean now) {
    begun = true;
    running = now;
    notifyAll();
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
    running(true);
    try {
      SortedMap<String, Object> record = new TreeMap<>(description.options());
      record.put(CHOSEN_BY, course.decides());
      return runEpochs(course, options, description.withOptions(record), parameters, listener);
    } finally {
      running(false);
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
      listener.resumed(epoch);
    } else {
      folder = TrainingFolder.begin(options.out(), options.overwrite());
    }
    while (epoch < options.epochs()
        && (best == null || epoch - best.epoch() < options.patience())) {
      if (stop) {
        throw new TrainingStopped(epoch);
      }
      int next = epoch + 1;
      SortedMap<String, Double> measures = new TreeMap<>();
      try {
        measures.putAll(
            course.train(
                next,
                parameters,
                adam,
                (examples, expected, losses) -> {
                  if (stop) {
                    throw new Course.StopRequest();
                  }
                  listener.step(next, examples, expected, losses);
                }));
        listener.validating(next);
        measures.putAll(validate(course, next, parameters));
      } catch (Course.StopRequest e) {
        throw new TrainingStopped(epoch);
      }
      epoch = next;
      history.add(measures);
      double value = measures.get(course.decides());
      boolean improved = improves(value, best == null ? Double.NaN : best.value());
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
    }
    return folder.publish(description.withHistory(history), best.parameters());
  }

  private static SortedMap<String, Double> validate(
      Course course, int epoch, Parameters parameters) {
    String where = "epoch " + epoch + ", after its last batch: ";
    for (Parameters.Tensor tensor : parameters.tensors()) {
      for (float value : tensor.values()) {
        if (!Float.isFinite(value)) {
          throw new TrainingException(where + "parameter " + tensor.name() + " holds " + value);
        }
      }
    }
    try {
      return course.validate(parameters);
    } catch (TrainingException e) {
      throw new TrainingException(where + e.getMessage(), e);
    }
  }
}
