package io.seminar.pipelines.cli;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.training.Finetuning;
import io.seminar.network.training.FinetuningOptions;
import io.seminar.network.training.NetworkOptions;
import io.seminar.network.training.TrainingOptions;
import io.seminar.pipelines.training.Kind;
import io.seminar.pipelines.training.TrainingRun;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "finetune",
    description =
        "Trains a network, SEMINAR's or a baseline's, to predict the clicks of a data set's requests.")
final class FinetuneCommand implements Callable<Integer> {
  @Mixin CommonOptions common;
  @Mixin TrainingFlags training;
  @Mixin NetworkFlags network;
  @Spec CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "MODEL",
      description =
          "Checkpoint to start from (none). It decides --hidden, --heads, --fields and --queries, and"
              + " is the default of the network's other options.")
  Path from;

  /** The names that select a network, for the help. */
  static final class Networks implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Architecture.keys().iterator();
    }
  }

  @Option(
      names = "--network",
      paramLabel = "NAME",
      completionCandidates = Networks.class,
      description = "Which network: ${COMPLETION-CANDIDATES} (that of --from, or else seminar).")
  String architecture;

  @Option(
      names = "--longest",
      defaultValue = "1000",
      paramLabel = "L",
      description =
          "Behaviours before a request that training reads, the most recent ones; validation reads"
              + " all (1000).")
  int longest;

  @Option(
      names = "--epochs",
      defaultValue = "20",
      paramLabel = "N",
      description = "Epochs at most (20).")
  int epochs;

  @Option(
      names = "--patience",
      defaultValue = "2",
      paramLabel = "N",
      description = "Epochs without a better validation GAUC after which it ends (2).")
  int patience;

  @Option(
      names = "--batch",
      defaultValue = "32",
      paramLabel = "N",
      description = "Requests in a step, at most (32).")
  int batch;

  @Option(
      names = "--rate",
      defaultValue = "0.0003",
      paramLabel = "R",
      description = "Learning rate of Adam (0.0003).")
  float rate;

  @Override
  public Integer call() {
    Architecture named = architecture == null ? null : Architecture.of(architecture);
    TrainingOptions options = training.options(common, rate, epochs, patience, batch);
    FinetuningOptions own = new FinetuningOptions(from, longest);
    NetworkOptions wanted = network(named);
    TrainingRun run =
        new TrainingRun(Kind.FINETUNING, options, common.quiet, spec.commandLine().getErr());
    return TrainingSummary.print(
        run.run((stop, listener) -> Finetuning.run(stop, options, own, wanted, listener)),
        spec.commandLine());
  }

  private NetworkOptions network(Architecture named) {
    if (from == null) {
      return network.fresh(named == null ? Architecture.SEMINAR : named);
    }
    NetworkSpec start = Checkpoint.open(from).description().spec();
    return network.from(start, named == null ? start.architecture() : named, from);
  }
}
