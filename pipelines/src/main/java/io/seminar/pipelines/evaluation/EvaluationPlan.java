package io.seminar.pipelines.evaluation;

import io.seminar.metrics.MetricSuite;
import io.seminar.metrics.inference.Resampling;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;

/**
 * What is evaluated of outcomes, and where to: a pure function of this and the outcomes.
 *
 * @param arms in report order
 * @param suite of metrics
 * @param recallAts how many K the outcomes hold recall of
 * @param inference intervals and tests
 * @param seed of everything that is drawn
 * @param dataset folder of the data set, whose item counts make an item novel or not; null: not
 *     known, and novelty, coverage and exposure are undefined
 * @param groups of shards that are evaluated by themselves, at least 1: each makes a table of sums
 * @param folder that cells and reliability bins are written to; its path is the name under which
 *     the work can be stopped, see {@link io.seminar.pipelines.runner.Workers}
 */
public record EvaluationPlan(
    List<EvaluatedArm> arms,
    MetricSuite suite,
    int recallAts,
    Inference inference,
    long seed,
    String dataset,
    int groups,
    String folder)
    implements Serializable {

  public EvaluationPlan {
    arms = List.copyOf(arms);
  }

  /** What the users' weights are drawn by. */
  Resampling resampling() {
    return inference.resampling(seed);
  }

  /** Folder for what the steps hand to one another; to be removed when all is done. */
  public Path work() {
    return Path.of(folder, ".work");
  }

  /** Index of the arm that an outcome is of; -1: of none that is evaluated. */
  int armOf(int source, String outcomesName) {
    for (int a = 0; a < arms.size(); a++) {
      if (arms.get(a).source() == source && arms.get(a).outcomesName().equals(outcomesName)) {
        return a;
      }
    }
    return -1;
  }
}
