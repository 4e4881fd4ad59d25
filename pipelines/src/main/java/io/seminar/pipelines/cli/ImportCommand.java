package io.seminar.pipelines.cli;

import io.seminar.sessions.Problem;
import io.seminar.testdata.importers.ImportFlag;
import io.seminar.testdata.importers.ImportFormat;
import io.seminar.testdata.importers.ImportReport;
import io.seminar.testdata.importers.ImportSettings;
import io.seminar.testdata.importers.Importers;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(name = "import", description = "Turns a log in a published format into a data set.")
final class ImportCommand implements Runnable {
  @Mixin HelpOption help;
  @Spec CommandSpec spec;

  /** The command with a sub-command for every format; each has the flags of its importer. */
  static CommandLine commandLine() {
    CommandLine command = new CommandLine(new ImportCommand());
    for (ImportFormat format : Importers.all()) {
      command.addSubcommand(format.name(), FormatCommand.commandLine(format));
    }
    return command;
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "no format is named, expected one of " + spec.subcommands().keySet());
  }

  @Command
  private static final class FormatCommand implements Callable<Integer> {
    private static final int SHOWN = 5;

    private final ImportFormat format;

    @Mixin HelpOption help;
    @Spec CommandSpec spec;

    @Option(
        names = "--config",
        paramLabel = "FILE",
        description = "YAML file with options of this command; a flag wins over the file.")
    Path config;

    @Option(
        names = "--from",
        required = true,
        paramLabel = "DIR",
        description = "Folder that holds the files as published.")
    Path from;

    @Option(
        names = {"--out", "--to"},
        required = true,
        paramLabel = "DATA",
        description = "Data set to make.")
    Path out;

    @Option(names = "--strict", description = "Fail on the first bad row.")
    boolean strict;

    @Option(names = "--overwrite", description = "Replace what stands at --out.")
    boolean overwrite;

    @Option(
        names = "--memory-limit",
        defaultValue = "1GB",
        paramLabel = "SIZE",
        description = "What the import may hold in memory before it spills (1GB).")
    String memoryLimit;

    FormatCommand(ImportFormat format) {
      this.format = format;
    }

    static CommandLine commandLine(ImportFormat format) {
      CommandLine command = new CommandLine(new FormatCommand(format));
      command.getCommandSpec().usageMessage().description(format.description());
      for (ImportFlag flag : format.flags()) {
        OptionSpec.Builder option =
            OptionSpec.builder("--" + flag.name()).description(describe(flag));
        if (flag.isSwitch()) {
          option.type(boolean.class).arity("0");
        } else {
          option.type(String.class).arity("1").paramLabel(flag.placeholder());
        }
        command.getCommandSpec().addOption(option.build());
      }
      return command;
    }

    private static String describe(ImportFlag flag) {
      // A percent sign would be read as a format.
      String description = flag.description().replace("%", "%%");
      return flag.defaultValue().isEmpty()
          ? description
          : description + " (" + flag.defaultValue() + ")";
    }

    @Override
    public Integer call() {
      PrintWriter out = spec.commandLine().getOut();
      ImportSettings settings =
          ImportSettings.DEFAULT
              .withOverwrite(overwrite)
              .withStrict(strict)
              .withMemoryLimit(memoryLimit);
      ImportReport report =
          format.create(flags()).importTo(from, this.out, settings, showFirst(spec));
      report
          .rejectedByFile()
          .forEach((file, rows) -> out.printf("%s: %,d rows rejected%n", file, rows));
      DatasetSummary.print(report.dataset(), out);
      out.println(this.out);
      return 0;
    }

    private Map<String, String> flags() {
      Map<String, String> values = new LinkedHashMap<>();
      for (ImportFlag flag : format.flags()) {
        Object value = spec.findOption("--" + flag.name()).getValue();
        if (value != null && !(flag.isSwitch() && value.equals(false))) {
          values.put(flag.name(), value.toString());
        }
      }
      return values;
    }

    /** The first few go to the terminal as they come; all are counted in the end. */
    private static Consumer<Problem> showFirst(CommandSpec spec) {
      PrintWriter err = spec.commandLine().getErr();
      int[] seen = {0};
      return problem -> {
        if (seen[0]++ < SHOWN) {
          err.println("rejected: " + problem);
        }
      };
    }
  }
}
