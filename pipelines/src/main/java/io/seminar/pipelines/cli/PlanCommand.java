package io.seminar.pipelines.cli;

import io.seminar.metrics.inference.Power;
import io.seminar.reports.plan.PowerPlan;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.ComparisonFolder;
import io.seminar.reports.store.RunFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "plan",
    description = {
      "Says what difference a log's users can show, by arm, slice and metric, from a run over it;"
          + " and how many users it would take to show a wished one.",
      "The standard errors are those of the run's arms against its baseline: choose arms that"
          + " differ as much as what is planned."
    })
final class PlanCommand implements Callable<Integer> {
  private static final String ALL = "all";

  @Mixin HelpOption help;
  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN|COMPARISON",
      description = "A finished run, or a comparison of two.")
  Path folder;

  @Option(
      names = "--metrics",
      split = ",",
      paramLabel = "METRIC",
      description = "Metrics to plan for (all that have differences).")
  List<String> metrics = List.of();

  @Option(
      names = "--slices",
      split = ",",
      paramLabel = "SLICE",
      description = "Slices to plan for (all: everything together); * for every slice.")
  List<String> slices = List.of(ALL);

  @Option(
      names = "--difference",
      paramLabel = "X",
      description = "The difference to be found, in units of the metric: how many users it takes.")
  Double difference;

  @Option(
      names = "--power",
      defaultValue = "0.8",
      paramLabel = "P",
      description = "Probability of finding it (0.8).")
  double power;

  @Option(
      names = "--level",
      defaultValue = "0.95",
      paramLabel = "L",
      description = "Level of the intervals (0.95).")
  double level;

  @Override
  public Integer call() {
    if (difference != null && !(difference > 0)) {
      throw new BadInputException("--difference is " + difference + ", expected more than 0");
    }
    Path cells =
        ComparisonFolder.isAt(folder)
            ? ComparisonFolder.open(folder).cellsFile()
            : RunFolder.open(folder).cellsFile();
    List<PowerPlan.Line> lines =
        PowerPlan.of(
                CellsFile.read(cells),
                new Power(level, power),
                difference == null ? Double.NaN : difference)
            .stream()
            .filter(line -> metrics.isEmpty() || metrics.contains(line.metric()))
            .filter(line -> slices.contains("*") || slices.contains(line.slice()))
            .toList();
    if (lines.isEmpty()) {
      throw new BadInputException(
          folder
              + ": no difference of metrics "
              + (metrics.isEmpty() ? "*" : metrics)
              + " in slices "
              + slices
              + " has a standard error, expected a run of two arms with replicates");
    }
    print(lines);
    return 0;
  }

  private void print(List<PowerPlan.Line> lines) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("metric", "slice", "arm", "baseline", "users", "detectable", needed()));
    for (PowerPlan.Line line : lines) {
      rows.add(
          List.of(
              line.metric(),
              line.slice(),
              line.arm(),
              line.baseline(),
              String.format(Locale.ROOT, "%,d", line.users()),
              String.format(Locale.ROOT, "%.3g", line.detectable()),
              difference == null ? "" : String.format(Locale.ROOT, "%,d", line.usersNeeded())));
    }
    TextTable.print(rows, spec.commandLine().getOut());
    spec.commandLine()
        .getOut()
        .printf(
            Locale.ROOT,
            "A true difference as large as 'detectable' is found with probability %s at level %s.%n",
            power,
            level);
  }

  private String needed() {
    return difference == null ? "" : "users for " + String.format(Locale.ROOT, "%.3g", difference);
  }
}
