package io.seminar.pipelines.cli;

import io.seminar.pipelines.comparison.Comparison;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.compare.RunComparison;
import io.seminar.reports.html.ComparisonWriter;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.ComparisonFolder;
import io.seminar.reports.store.ComparisonManifest;
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
    name = "compare",
    description =
        "Compares run B with run A over the same requests, user by user: every arm with the arm of"
            + " the same name, and what differs in where the runs come from.")
final class CompareCommand implements Callable<Integer> {
  @Mixin CommonOptions common;
  @Mixin InferenceOptions inference;
  @Spec CommandSpec spec;

  @Parameters(index = "0", paramLabel = "RUN_A", description = "The run that is compared with.")
  Path baseline;

  @Parameters(index = "1", paramLabel = "RUN_B", description = "The run that is judged.")
  Path candidate;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder of the comparison to make (beside RUN_B, RUN_B-vs-RUN_A).")
  Path out;

  @Option(
      names = "--runner",
      defaultValue = "direct",
      paramLabel = "direct|flink",
      description = "Beam runner (direct).")
  Runner runner;

  @Override
  public Integer call() {
    List<String> command = new ArrayList<>();
    command.add("compare");
    command.addAll(spec.commandLine().getParseResult().originalArgs());
    ComparisonFolder comparison =
        Comparison.run(
            new Comparison.Options(
                candidate,
                baseline,
                out == null ? beside() : out,
                common.overwrite,
                inference.inference(),
                common.seed,
                runner,
                common.threads(),
                List.of(),
                command));
    ComparisonManifest manifest = comparison.manifest();
    spec.commandLine().getOut().println(comparison.path());
    spec.commandLine()
        .getOut()
        .println(
            ComparisonWriter.write(
                comparison.reportFolder(),
                new RunComparison(
                    manifest.baseline(),
                    manifest.candidate(),
                    CellsFile.read(comparison.cellsFile()).stream()
                        .filter(cell -> !cell.arm().startsWith(ComparisonManifest.BASELINE))
                        .toList(),
                    Comparison.suite(manifest.candidate()).all())));
    return 0;
  }

  private Path beside() {
    Path run = candidate.toAbsolutePath().normalize();
    return run.resolveSibling(
        run.getFileName() + "-vs-" + baseline.toAbsolutePath().normalize().getFileName());
  }
}
