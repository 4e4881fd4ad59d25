package io.seminar.pipelines.cli;

import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.pipelines.evaluation.Inference;
import picocli.CommandLine.Option;

/** Intervals and tests: shared by the commands that evaluate. */
final class InferenceOptions {
  @Option(
      names = "--replicates",
      defaultValue = "400",
      paramLabel = "N",
      description = "Bootstrap replicates over users, 0 for neither intervals nor tests (400).")
  int replicates;

  @Option(
      names = "--groups",
      defaultValue = "50",
      paramLabel = "N",
      description = "Groups of users that the jackknife leaves out in turn, 0 for none (50).")
  int groups;

  @Option(
      names = "--flips",
      defaultValue = "4999",
      paramLabel = "N",
      description =
          "Sign flips behind a p-value, 0 for none (4999): the smallest p-value is 1 / (N + 1).")
  int flips;

  @Option(
      names = "--interval",
      defaultValue = "percentile",
      paramLabel = "METHOD",
      description =
          "percentile, bca (both of the bootstrap) or jackknife, the cheap one: it needs no"
              + " replicates (percentile).")
  String interval;

  @Option(
      names = "--level",
      defaultValue = "0.95",
      paramLabel = "L",
      description = "Level of every interval (0.95).")
  double level;

  Inference inference() {
    IntervalMethod method;
    try {
      method = IntervalMethod.of(interval);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "--interval is " + interval + ", expected percentile, bca or jackknife", e);
    }
    atLeast0("--replicates", replicates);
    atLeast0("--flips", flips);
    if (groups < 0 || groups == 1) {
      throw new BadInputException("--groups is " + groups + ", expected 0 or at least 2");
    }
    if (!(level > 0 && level < 1)) {
      throw new BadInputException("--level is " + level + ", expected between 0 and 1");
    }
    if (replicates == 0 && method != IntervalMethod.JACKKNIFE) {
      return Inference.none();
    }
    return new Inference(replicates, groups, flips, method, level);
  }

  private static void atLeast0(String option, int value) {
    if (value < 0) {
      throw new BadInputException(option + " is " + value + ", expected at least 0");
    }
  }
}
