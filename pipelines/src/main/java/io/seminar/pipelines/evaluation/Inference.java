package io.seminar.pipelines.evaluation;

import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.metrics.inference.Resampling;
import java.io.Serializable;

/**
 * How sure we are of a number, and how we know.
 *
 * @param replicates of the bootstrap over users, at least 0
 * @param groups of the jackknife, 0 or at least 2
 * @param flips sign flips behind a p-value, at least 0
 * @param interval method of every interval
 * @param level of every interval, between 0 and 1
 */
public record Inference(
    int replicates, int groups, int flips, IntervalMethod interval, double level)
    implements Serializable {

  /** What is drawn unless something else is asked for. */
  public static final Inference USUAL =
      new Inference(400, 50, 4999, IntervalMethod.PERCENTILE, 0.95);

  public Inference {
    new Resampling(0, replicates, groups, flips); // checks them
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level is " + level + ", expected between 0 and 1");
    }
  }

  /** Values alone. */
  public static Inference none() {
    return new Inference(0, 0, 0, IntervalMethod.PERCENTILE, USUAL.level);
  }

  /** The same with another number of bootstrap replicates; without any, nothing else is drawn. */
  public Inference withReplicates(int others) {
    return others == 0 ? none() : new Inference(others, groups, flips, interval, level);
  }

  /** The columns of a user's weights. */
  public Resampling resampling(long seed) {
    return new Resampling(seed, replicates, groups, flips);
  }
}
