package io.seminar.pipelines.cli;

import io.seminar.pipelines.sweep.Sweep;
import io.seminar.pipelines.sweep.SweepConfig;
import io.seminar.pipelines.sweep.SweepConfigFile;
import io.seminar.pipelines.sweep.SweepPlan;
import io.seminar.reports.html.SweepReportWriter;
import io.seminar.reports.store.SweepFolder;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "sweep",
    description = {
      "Measures recall against latency of arms at several history lengths, and reports it.",
      "docs/sweep.md describes the file; options win over it."
    })
final class SweepCommand implements Callable<Integer> {
  @Mixin HelpOption help;
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "CONFIG", description = "YAML file with data set, grid and measuring.")
  Path config;

  @Option(names = "--out", paramLabel = "SWEEP", description = "Sweep folder to make.")
  Path out;

  @Option(
      names = "--dry-run",
      description = "Check everything, list the points and an estimate of the time, and stop.")
  boolean dryRun;

  @Option(names = "--data", paramLabel = "DATA", description = "The data set.")
  String data;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Checkpoint of the network whose attention is measured.")
  String model;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, or gpu:N for the arms that can retrieve on a GPU.")
  String device;

  @Option(
      names = "--codebook",
      split = ",",
      paramLabel = "CODEBOOK",
      description = "Codebook folders; those that arms need beside these are trained.")
  List<String> codebooks;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "A key of the file, as YAML; repeat for several.",
        "For example --set grid.history=[1000,10000] --set measure.forks=1"
      })
  Map<String, String> set = new LinkedHashMap<>();

  @Option(names = "--seed", description = "Seed of every random choice.")
  Long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to train codebooks on (all processors); measuring has one.")
  Integer threads;

  @Option(names = "--quiet", description = "No progress on the terminal.")
  boolean quiet;

  @Option(names = "--overwrite", description = "Replace what stands at --out.")
  boolean overwrite;

  @Override
  public Integer call() {
    SweepConfig read = SweepConfigFile.read(config, overrides());
    SweepPlan plan = new SweepPlan(read);
    PrintWriter terminal = spec.commandLine().getOut();
    if (dryRun) {
      plan.describe().forEach(terminal::println);
      return 0;
    }
    if (out == null) {
      throw new BadInputException("--out is missing, expected the sweep folder to make");
    }
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (workers < 1) {
      throw new BadInputException("--threads is " + workers + ", expected at least 1");
    }
    List<String> command = new ArrayList<>();
    command.add("sweep");
    command.addAll(spec.commandLine().getParseResult().originalArgs());
    SweepFolder sweep = Sweep.run(plan, new Sweep.Options(out, overwrite, quiet, workers, command));
    SweepNumbers.print(sweep, terminal);
    terminal.println(sweep.path());
    terminal.println(SweepReportWriter.write(sweep, null));
    return 0;
  }

  private Map<String, String> overrides() {
    Map<String, String> overrides = new LinkedHashMap<>(set);
    put(overrides, "data", data);
    put(overrides, "model", model);
    put(overrides, "device", device);
    put(overrides, "codebooks", codebooks == null ? null : codebooks.toString());
    put(overrides, "seed", seed);
    return overrides;
  }

  private static void put(Map<String, String> overrides, String key, Object value) {
    if (value != null) {
      overrides.put(key, value.toString());
    }
  }
}
