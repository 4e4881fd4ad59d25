package io.seminar.network.training;

import io.seminar.network.model.Parameters;
import java.util.SortedMap;

/** One kind of training: what an epoch does, and how it is judged. */
interface Course {
  /**
   * Trains for an epoch.
   *
   * @param epoch from 1; with the seed it decides everything that is drawn
   * @return mean losses by name
   * @throws TrainingException if it cannot go on
   */
  SortedMap<String, Double> train(int epoch, Parameters parameters, Adam adam, StepReport report);

  /** Measures on the validation period, by name. */
  SortedMap<String, Double> validate(Parameters parameters);

  /** Name of the measure that decides which epoch is best: the larger, the better. */
  String decides();

  /** Is told of every step. */
  interface StepReport {
    /**
     * A step is done.
     *
     * @param losses means of the epoch so far, by name
     * @throws StopRequest to end the epoch here
     */
    void step(long examples, long expected, SortedMap<String, Double> losses);
  }

  /** Ends an epoch early; nothing of it is kept. */
  final class StopRequest extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StopRequest() {
      super(null, null, false, false);
    }
  }
}
