package io.seminar.pipelines.cli;

import io.seminar.attention.quantization.CodebookException;
import io.seminar.network.training.TrainingException;
import io.seminar.pipelines.sweep.SweepException;
import io.seminar.sessions.DatasetException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/**
 * The command line. Exit codes: 0 done, or a gate passed; 1 a regression; 2 could not run (bad
 * input or failure); 3 not enough evidence.
 */
@Command(
    name = "seminar",
    description =
        "Offline evaluation of search-enhanced interest networks over lifelong user histories.",
    mixinStandardHelpOptions = true,
    version = "SEMINAR Eval 0.1.0",
    subcommands = {
      DemoCommand.class,
      SimulateCommand.class,
      InspectCommand.class,
      PretrainCommand.class,
      FinetuneCommand.class,
      QuantizeCommand.class,
      ReplayCommand.class,
      CompareCommand.class,
      PlanCommand.class,
      NightlyCommand.class,
      SweepCommand.class,
      ReportCommand.class
    })
public final class Seminar {
  /** Could not run: bad input or failure. */
  static final int COULD_NOT_RUN = 2;

  private Seminar() {}

  /** Runs a command and ends the JVM with its exit code. */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  /** Runs a command; the exit code. */
  static int run(String... arguments) {
    CommandLine commandLine = new CommandLine(new Seminar());
    commandLine.addSubcommand(ImportCommand.commandLine());
    commandLine.setExecutionExceptionHandler(failures());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(true);
    try {
      useConfigurationFile(commandLine, arguments);
    } catch (BadInputException e) {
      commandLine.getErr().println("seminar: " + e.getMessage());
      return COULD_NOT_RUN;
    }
    return commandLine.execute(arguments);
  }

  /** {@code --config FILE} gives a command its defaults, so it is looked for before the parsing. */
  private static void useConfigurationFile(CommandLine commandLine, String... arguments) {
    CommandLine command = commandLine;
    int first = 0;
    while (first < arguments.length && command.getSubcommands().containsKey(arguments[first])) {
      command = command.getSubcommands().get(arguments[first++]);
    }
    for (int i = first; i < arguments.length && !arguments[i].equals("--"); i++) {
      String file = null;
      if (arguments[i].equals("--config") && i + 1 < arguments.length) {
        file = arguments[i + 1];
      } else if (arguments[i].startsWith("--config=")) {
        file = arguments[i].substring("--config=".length());
      }
      if (file != null) {
        command.setDefaultValueProvider(new YamlDefaults(Path.of(file), command.getCommandSpec()));
      }
    }
  }

  private static IExecutionExceptionHandler failures() {
    return (Exception e, CommandLine command, ParseResult parsed) -> {
      PrintWriter err = command.getErr();
      Throwable known = known(e);
      if (known != null) {
        err.println(command.getCommandName() + ": " + known.getMessage());
      } else {
        err.println(command.getCommandName() + ": failed unexpectedly");
        e.printStackTrace(err);
      }
      err.flush();
      return COULD_NOT_RUN;
    };
  }

  /**
   * The cause whose message is meant for the user; null where there is none. A bad argument counts
   * only if the command itself was given it: deep inside a pipeline it is a fault of ours.
   */
  private static Throwable known(Throwable e) {
    if (e instanceof BadInputException || e instanceof IllegalArgumentException) {
      return e;
    }
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof DatasetException
          || t instanceof CodebookException
          || t instanceof TrainingException
          || t instanceof SweepException) {
        return t;
      }
    }
    return null;
  }
}
