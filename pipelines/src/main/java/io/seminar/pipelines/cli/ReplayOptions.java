package io.seminar.pipelines.cli;

import io.seminar.pipelines.replay.Scoring;
import java.util.List;
import picocli.CommandLine.Option;

/** How a replay attends and measures: shared by the commands that replay. */
final class ReplayOptions {
  @Option(
      names = "--recall-at",
      split = ",",
      defaultValue = "10,20,50",
      paramLabel = "K",
      description = "K of recall@K; an arm keeps as many behaviours as the largest (10,20,50).")
  List<Integer> recallAt;

  @Option(
      names = "--page-at",
      split = ",",
      defaultValue = "5,10",
      paramLabel = "K",
      description = "K of NDCG@K and HR@K over a page (5,10).")
  List<Integer> pageAt;

  @Option(
      names = "--temperature",
      defaultValue = "0.1",
      paramLabel = "T",
      description = "Softmax temperature (0.1).")
  float temperature;

  @Option(
      names = "--query-weight",
      defaultValue = "0.5",
      paramLabel = "A",
      description = "Share of the query in a query-item pair (0.5).")
  float queryWeight;

  @Option(
      names = "--cold-below",
      defaultValue = "5",
      paramLabel = "N",
      description = "An item with fewer history events in the data set is cold (5).")
  int coldBelow;

  @Option(
      names = "--split-time",
      paramLabel = "MS",
      description =
          "Requests before this time, in ms since 1970, fit the score's calibration; the others are"
              + " evaluated (the median request's time).")
  Long splitTime;

  Scoring scoring() {
    return new Scoring(ascending("--recall-at", recallAt), temperature, queryWeight);
  }

  int[] pageAt() {
    return ascending("--page-at", pageAt);
  }

  private static int[] ascending(String option, List<Integer> values) {
    int[] sorted = values.stream().mapToInt(Integer::intValue).sorted().distinct().toArray();
    if (sorted.length == 0 || sorted[0] < 1) {
      throw new BadInputException(option + " is " + values + ", expected K of at least 1");
    }
    return sorted;
  }
}
