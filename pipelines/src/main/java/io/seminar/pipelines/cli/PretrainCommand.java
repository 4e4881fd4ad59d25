package io.seminar.pipelines.cli;

import io.seminar.network.model.Architecture;
import io.seminar.network.training.NetworkOptions;
import io.seminar.network.training.Objectives;
import io.seminar.network.training.Pretraining;
import io.seminar.network.training.PretrainingOptions;
import io.seminar.network.training.TrainingOptions;
import io.seminar.pipelines.training.Kind;
import io.seminar.pipelines.training.TrainingRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "pretrain",
    description =
        "Trains the embeddings and the attention of a SEMINAR network on behaviours, before it is"
            + " finetuned on requests.")
final class PretrainCommand implements Callable<Integer> {
  @Mixin CommonOptions common;
  @Mixin TrainingFlags training;
  @Mixin NetworkFlags network;
  @Spec CommandSpec spec;

  @Option(
      names = "--weight-next",
      defaultValue = "1",
      paramLabel = "W",
      description = "Weight of the next query-item pair's prediction, 0: off (1).")
  double weightNext;

  @Option(
      names = "--weight-align",
      defaultValue = "0.1",
      paramLabel = "W",
      description = "Weight of the alignment of the modalities, 0: off (0.1).")
  double weightAlign;

  @Option(
      names = "--weight-relevance",
      defaultValue = "1",
      paramLabel = "W",
      description = "Weight of the relevance of a query to its item, 0: off (1).")
  double weightRelevance;

  @Option(
      names = "--temperature",
      defaultValue = "0.07",
      paramLabel = "T",
      description = "Temperature of alignment and relevance (0.07).")
  double temperature;

  @Option(
      names = "--positions",
      defaultValue = "16",
      paramLabel = "N",
      description = "Behaviours of a user that are predicted in an epoch (16).")
  int positions;

  @Option(
      names = "--window",
      defaultValue = "100",
      paramLabel = "L",
      description = "Behaviours before one of these that are read, the most recent ones (100).")
  int window;

  @Option(
      names = "--negatives",
      defaultValue = "32",
      paramLabel = "N",
      description =
          "Items sampled by popularity that a next pair is told from, beside those of the batch"
              + " (32).")
  int negatives;

  @Option(names = "--epochs", defaultValue = "5", paramLabel = "N", description = "Epochs (5).")
  int epochs;

  @Option(
      names = "--batch",
      defaultValue = "64",
      paramLabel = "N",
      description = "Behaviours predicted in a step, at most (64).")
  int batch;

  @Option(
      names = "--rate",
      defaultValue = "0.001",
      paramLabel = "R",
      description = "Learning rate of Adam (0.001).")
  float rate;

  @Override
  public Integer call() {
    TrainingOptions options = training.options(common, rate, epochs, epochs, batch);
    Objectives objectives = new Objectives(weightNext, weightAlign, weightRelevance, temperature);
    PretrainingOptions own = new PretrainingOptions(objectives, positions, window, negatives);
    NetworkOptions wanted = network.fresh(Architecture.SEMINAR);
    TrainingRun run =
        new TrainingRun(Kind.PRETRAINING, options, common.quiet, spec.commandLine().getErr());
    return TrainingSummary.print(
        run.run((stop, listener) -> Pretraining.run(stop, options, own, wanted, listener)),
        spec.commandLine());
  }
}
