package io.seminar.pipelines.cli;

import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.arms.ModelFolder;
import io.seminar.pipelines.replay.Replay;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.store.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "replay",
    description = "Replays the logged requests of a data set by several arms and measures them.")
final class ReplayCommand implements Callable<Integer> {
  @Mixin CommonOptions common;
  @Mixin ReplayOptions replay;
  @Mixin InferenceOptions inference;
  @Spec CommandSpec spec;

  @Option(names = "--data", required = true, paramLabel = "DATA", description = "The data set.")
  Path data;

  @Option(names = "--out", required = true, paramLabel = "RUN", description = "Run folder to make.")
  Path out;

  @Option(
      names = "--model",
      split = ",",
      paramLabel = "[NAME=]MODEL",
      description = {
        "Checkpoints of trained networks (none: the data set's own vectors are compared).",
        "One without a name: the arms are its own, and 'network' is its forward pass. With names,"
            + " repeated: NAME is a network's forward pass, NAME/exact, NAME/pq@16 and so on its"
            + " arms."
      })
  List<String> models = new ArrayList<>();

  @Option(
      names = "--arms",
      split = ",",
      paramLabel = "ARM",
      description = {
        "Arms to compare (exact,recent; with networks that have names, these): exact, recent,"
            + " sim-hard, sim-soft, eta, sdim, twin, qin, two-stage-ann, pq, pq-sdc, opq, rq, pq4,"
            + " rabitq, certified; oracle, oracle-relevance (simulated data only).",
        "Written [NAME/]KIND[@SIZE][+refine[R]]: pq@16 is pq with the codebook of 16 bytes a"
            + " behaviour, plain pq where there is only one; +refine scores R K (4 K) exactly."
      })
  List<String> arms;

  @Option(
      names = "--baseline",
      paramLabel = "ARM",
      description = "Arm that the others are compared with (the first).")
  String baseline;

  @Option(
      names = "--codebook",
      split = ",",
      paramLabel = "CODEBOOK",
      description = "Codebook folders of the arms; repeat for several sizes.")
  List<Path> codebooks = new ArrayList<>();

  @Option(
      names = "--runner",
      defaultValue = "direct",
      paramLabel = "direct|flink",
      description = "Beam runner (direct).")
  Runner runner;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Parallelism of the runner (as --threads).")
  Integer parallelism;

  @Option(
      names = "--device",
      defaultValue = Arms.CPU,
      paramLabel = "DEVICE",
      description = "cpu, or gpu:N for the arms that can retrieve on a GPU (cpu).")
  String device;

  @Parameters(
      arity = "0..*",
      paramLabel = "BEAM_OPTION",
      description = "After --: Beam's own options.")
  List<String> beamOptions = new ArrayList<>();

  @Override
  public Integer call() {
    RunFolder run = Replay.run(options());
    MainNumbers.print(run, spec.commandLine().getOut());
    spec.commandLine().getOut().println(run.path());
    return 0;
  }

  private Replay.Options options() {
    if (parallelism != null && parallelism < 1) {
      throw new BadInputException("--parallelism is " + parallelism + ", expected at least 1");
    }
    if (!device.matches("cpu|gpu:[0-9]{1,3}")) {
      throw new BadInputException("--device is " + device + ", expected cpu or gpu:N");
    }
    List<ModelFolder> folders = models.stream().map(ModelFolder::parse).toList();
    if (arms == null) {
      arms = folders.stream().map(ModelFolder::name).filter(name -> !name.isEmpty()).toList();
      arms = arms.isEmpty() ? List.of("exact", "recent") : arms;
    }
    List<String> command = new ArrayList<>();
    command.add("replay");
    command.addAll(spec.commandLine().getParseResult().originalArgs());
    return new Replay.Options(
        data,
        out,
        common.overwrite,
        folders,
        arms,
        codebooks,
        baseline == null ? arms.get(0) : baseline,
        replay.scoring(),
        replay.pageAt(),
        replay.coldBelow,
        replay.splitTime,
        inference.inference(),
        common.seed,
        common.strict,
        device,
        runner,
        parallelism == null ? common.threads() : parallelism,
        beamOptions,
        common.quiet,
        command);
  }
}
