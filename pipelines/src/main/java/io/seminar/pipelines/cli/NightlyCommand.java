package io.seminar.pipelines.cli;

import io.seminar.pipelines.nightly.LearnTolerances;
import io.seminar.pipelines.nightly.Night;
import io.seminar.pipelines.nightly.NightlyConfig;
import io.seminar.pipelines.nightly.NightlyConfigFile;
import io.seminar.pipelines.nightly.faults.SelfTest;
import io.seminar.pipelines.nightly.faults.SelfTestReport;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.gate.Gate;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.gate.JUnitFile;
import io.seminar.reports.gate.MarkdownFile;
import io.seminar.reports.gate.ProposedRules;
import io.seminar.reports.gate.Tolerances;
import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "nightly",
    description = {
      "Replays a night's log by the candidate and the baseline system, compares them user by user,"
          + " judges by the rules of the configuration, reports, and stores.",
      "Exit codes: 0 pass, 1 regression, 2 could not run, 3 not enough evidence."
    })
final class NightlyCommand implements Callable<Integer> {
  @Mixin HelpOption help;
  @Spec CommandSpec spec;

  @Parameters(paramLabel = "CONFIG", description = "YAML file of the night.")
  Path config;

  @Option(
      names = "--store",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the stored nights; made where there is none.")
  Path store;

  @Option(names = "--data", paramLabel = "DATA", description = "The night's log, a data set.")
  String data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A key of the file, as YAML; repeat for several.")
  Map<String, String> set = new LinkedHashMap<>();

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      description = "Write the verdict as JUnit XML, also when the night could not run.")
  Path junit;

  @Option(
      names = "--summary",
      paramLabel = "FILE",
      description = "Write the verdict as Markdown, also when the night could not run.")
  Path summary;

  @Option(names = "--dry-run", description = "Check everything, say what would be done, and stop.")
  boolean dryRun;

  @Option(
      names = "--self-test",
      description =
          "Plant faults into the candidate, and report which of them the gate catches, how surely,"
              + " and how often it alarms where nothing is wrong. No night is stored.")
  boolean selfTest;

  @Option(
      names = "--halves",
      defaultValue = "20",
      paramLabel = "N",
      description = "Random halves of the users that a self-test judges each fault on (20).")
  int halves;

  @Option(
      names = "--calibrate",
      description =
          "Run no night: replay the baseline twice, tell how often the gate alarms although nothing"
              + " has changed, and propose rules.")
  boolean calibrate;

  @Option(
      names = "--runner",
      defaultValue = "direct",
      paramLabel = "direct|flink",
      description = "Beam runner (direct).")
  Runner runner;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Parallelism of the runner (all processors).")
  Integer threads;

  @Option(names = "--quiet", description = "No progress on the terminal.")
  boolean quiet;

  @Override
  public Integer call() {
    Map<String, String> overrides = new LinkedHashMap<>(set);
    if (data != null) {
      overrides.put("data", data);
    }
    NightlyConfig read = null;
    try {
      read = NightlyConfigFile.read(config, overrides);
      return call(read);
    } catch (RuntimeException e) {
      if (!dryRun) {
        writeCopies(didNotRun(read, e), e);
      }
      throw e;
    }
  }

  private int call(NightlyConfig read) {
    int workers = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (workers < 1) {
      throw new BadInputException("--threads is " + workers + ", expected at least 1");
    }
    List<String> command = new ArrayList<>();
    command.add("nightly");
    command.addAll(spec.commandLine().getParseResult().originalArgs());
    PrintWriter terminal = spec.commandLine().getOut();
    Night.Options options =
        new Night.Options(
            read,
            store,
            runner,
            workers,
            List.of(),
            quiet,
            command,
            line -> spec.commandLine().getErr().println("nightly: " + line));
    if (calibrate && dryRun) {
      throw new BadInputException("found --calibrate and --dry-run, expected one of them");
    }
    if (calibrate) {
      return calibrate(options, terminal);
    }
    if (dryRun) {
      Night.describe(options).forEach(terminal::println);
      return 0;
    }
    if (selfTest) {
      return selfTest(options, terminal);
    }
    Night.Outcome outcome = Night.run(options);
    copy(outcome.folder().resolve(Night.JUNIT), junit);
    copy(outcome.folder().resolve(Night.SUMMARY), summary);
    terminal.println(outcome.report().verdict().title());
    terminal.println(outcome.page());
    terminal.println(outcome.trend());
    return outcome.report().exitCode();
  }

  private int selfTest(Night.Options options, PrintWriter terminal) {
    SelfTest.Outcome outcome = SelfTest.run(options, halves);
    TextTable.print(outcome.report().table(), terminal);
    outcome.report().missing().forEach(terminal::println);
    terminal.println(outcome.folder().resolve(SelfTestReport.MARKDOWN_FILE));
    return 0;
  }

  private static int calibrate(Night.Options options, PrintWriter terminal) {
    LearnTolerances.Outcome outcome = LearnTolerances.run(options);
    Tolerances.Alarms gate = outcome.tolerances().gate();
    terminal.printf(
        Locale.ROOT,
        "# of %d unchanged nights the gate as configured fails %d and does not pass %d%n",
        gate.splits(),
        gate.failed(),
        gate.notPassed());
    ProposedRules.yaml(outcome.tolerances()).forEach(terminal::println);
    terminal.println(outcome.page());
    return 0;
  }

  /** What CI systems are shown where there is no night: that it did not run, and why. */
  private static GateReport didNotRun(NightlyConfig read, RuntimeException why) {
    String reason = why.getMessage() == null ? why.toString() : why.getMessage();
    return read == null ? Gate.unreadable(reason) : read.gate().didNotRun(reason);
  }

  private void writeCopies(GateReport report, RuntimeException why) {
    try {
      if (junit != null) {
        JUnitFile.write(junit, report);
      }
      if (summary != null) {
        MarkdownFile.write(summary, report, List.of());
      }
    } catch (RuntimeException e) {
      why.addSuppressed(e); // the night's own failure is the one to be told
    }
  }

  private static void copy(Path from, Path to) {
    if (to == null) {
      return;
    }
    try {
      Path folder = to.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new DatasetException("cannot write " + to + ": " + e, e);
    }
  }
}
