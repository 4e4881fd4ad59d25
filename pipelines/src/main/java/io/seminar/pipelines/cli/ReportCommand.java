package io.seminar.pipelines.cli;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.pipelines.training.TrainingReports;
import io.seminar.reports.html.ReportWriter;
import io.seminar.reports.store.RunFolder;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "report",
    description =
        "Writes RUN/report or MODEL/report: one HTML page, its charts as SVG and PNG, all numbers as"
            + " CSV.")
final class ReportCommand implements Callable<Integer> {
  @Mixin HelpOption help;
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN|MODEL",
      description = "Folder of a finished run, or checkpoint of a network.")
  Path folder;

  @Override
  public Integer call() {
    Path html =
        Checkpoint.isAt(folder)
            ? TrainingReports.write(Checkpoint.open(folder))
            : ReportWriter.write(RunFolder.open(folder));
    spec.commandLine().getOut().println(html);
    return 0;
  }
}
