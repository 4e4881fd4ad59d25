package io.seminar.pipelines.cli;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.SweepFolder;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.DatasetValidator;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "inspect", description = "Says what is in a data set, a network, a run or a sweep.")
final class InspectCommand implements Callable<Integer> {
  private static final int SHOWN = 20;

  @Mixin HelpOption help;
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "DATA|MODEL|RUN|SWEEP",
      description = "A data set, a checkpoint, a run or a sweep.")
  Path folder;

  @Option(
      names = "--validate",
      description = "Also read all of a data set: digests of its files and every row.")
  boolean validate;

  @Override
  public Integer call() {
    if (Files.exists(folder.resolve(RunManifest.FILE_NAME))) {
      inspectRun();
    } else if (SweepFolder.isAt(folder)) {
      inspectSweep();
    } else if (Checkpoint.isAt(folder)) {
      TrainingSummary.print(Checkpoint.open(folder), spec.commandLine().getOut());
    } else {
      inspectDataset();
    }
    return 0;
  }

  private void inspectRun() {
    RunFolder run = RunFolder.open(folder);
    PrintWriter out = spec.commandLine().getOut();
    MainNumbers.print(run, out);
    out.print(run.manifest().toJson());
    out.flush(); // only a line end flushes by itself
  }

  private void inspectSweep() {
    SweepFolder sweep = SweepFolder.open(folder);
    PrintWriter out = spec.commandLine().getOut();
    SweepNumbers.print(sweep, out);
    out.print(sweep.manifest().toJson());
    out.flush();
  }

  private void inspectDataset() {
    Dataset dataset = Dataset.open(folder);
    PrintWriter out = spec.commandLine().getOut();
    DatasetSummary.print(dataset.descriptor(), out);
    if (validate) {
      dataset.verifyDigests();
      long[] problems = {0};
      DatasetValidator.check(
          dataset,
          problem -> {
            if (problems[0]++ < SHOWN) {
              out.println("bad: " + problem);
            }
          });
      if (problems[0] > 0) {
        throw new DatasetException(folder + ": " + problems[0] + " bad rows, expected none");
      }
      out.println("valid        every file has its digest and every row is sound");
    }
  }
}
