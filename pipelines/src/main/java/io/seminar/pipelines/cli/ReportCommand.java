package io.seminar.pipelines.cli;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.pipelines.training.TrainingReports;
import io.seminar.reports.html.ReportWriter;
import io.seminar.reports.html.SweepReportWriter;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.SweepFolder;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "report",
    description =
        "Writes RUN/report, SWEEP/report or MODEL/report: HTML, its charts as SVG and PNG, all numbers"
            + " as CSV.")
final class ReportCommand implements Callable<Integer> {
  @Mixin HelpOption help;
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN|SWEEP|MODEL",
      description = "Folder of a finished run or sweep, or checkpoint of a network.")
  Path folder;

  @Option(
      names = "--overlay",
      paramLabel = "SWEEP",
      description = "Another sweep to show beside this one, of another machine or version.")
  Path overlay;

  @Override
  public Integer call() {
    spec.commandLine().getOut().println(write());
    return 0;
  }

  private Path write() {
    if (SweepFolder.isAt(folder)) {
      return SweepReportWriter.write(
          SweepFolder.open(folder), overlay == null ? null : SweepFolder.open(overlay));
    }
    if (overlay != null) {
      throw new ParameterException(
          spec.commandLine(), "--overlay: found " + folder + ", expected the folder of a sweep");
    }
    return Checkpoint.isAt(folder)
        ? TrainingReports.write(Checkpoint.open(folder))
        : ReportWriter.write(RunFolder.open(folder));
  }
}
