package io.seminar.network.training;

import io.seminar.network.examples.ExampleCounts;
import io.seminar.sessions.Problem;
import java.util.SortedMap;

/** Is told how training goes, from the training's thread. */
public interface TrainingListener {
  /** A record that is left out. */
  void rejected(Problem problem);

  /** What there is to train on, before the first epoch. */
  void counted(ExampleCounts counts);

  /**
   * An interrupted training goes on.
   *
   * @param epoch the last one that is done, from 1
   */
  void resumed(int epoch);

  /**
   * A step is done.
   *
   * @param epoch from 1
   * @param examples done in this epoch
   * @param expected examples of the epoch, about
   * @param losses means of the epoch so far, by name
   */
  void step(int epoch, long examples, long expected, SortedMap<String, Double> losses);

  /** The training steps of an epoch are done, validation begins. */
  void validating(int epoch);

  /**
   * An epoch is done and saved.
   *
   * @param measures losses and validation measures by name
   * @param best whether it is the best so far
   */
  void epoch(int epoch, SortedMap<String, Double> measures, boolean best);
}
