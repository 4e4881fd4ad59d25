package io.seminar.pipelines.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the other commands one after the other, and shows what could have been typed. */
@Command(
    name = "demo",
    description =
        "All of it, small: simulate (or import), pretrain and finetune a network, quantize at three"
            + " sizes, replay, report.")
final class DemoCommand implements Callable<Integer> {
  private static final List<Integer> CODE_BYTES = List.of(8, 16, 32);

  @Mixin CommonOptions common;
  @Spec CommandSpec spec;

  @Option(
      names = "--out",
      defaultValue = "demo",
      paramLabel = "DIR",
      description = "Folder for data, networks, codebooks and run (demo).")
  Path out;

  @Option(
      names = "--movielens",
      paramLabel = "DIR",
      description = "Import MovieLens from this folder instead of simulating.")
  Path movielens;

  @Option(
      names = "--vectors",
      paramLabel = "MODALITY=FILE",
      description = "With --movielens: item vectors in an .fvecs file, such as text=base.fvecs.")
  String vectors;

  @Option(
      names = "--vector-ids",
      paramLabel = "FILE",
      description = "With --movielens: the movie id of each row of that file, one a line.")
  String vectorIds;

  @Override
  public Integer call() {
    if (Files.exists(out) && !common.overwrite) {
      throw new BadInputException(
          out + ": stands there already, expected a free name, or --overwrite");
    }
    PrintWriter terminal = spec.commandLine().getOut();
    for (List<String> command : commands()) {
      terminal.println("$ ./seminar " + String.join(" ", command));
      terminal.flush();
      int code = Seminar.run(command.toArray(new String[0]));
      if (code != 0) {
        return code;
      }
    }
    return 0;
  }

  private List<List<String>> commands() {
    String data = in("data");
    List<List<String>> commands = new ArrayList<>();
    commands.add(movielens == null ? simulation(data) : movielens(data));
    commands.add(with("pretrain", "--data", data, "--epochs", "3", "--out", in("pretrained")));
    commands.add(
        with("finetune", "--data", data, "--from", in("pretrained"), "--out", in("seminar")));
    List<String> codebooks = new ArrayList<>();
    List<String> arms = new ArrayList<>(List.of("exact", "recent"));
    for (int bytes : CODE_BYTES) {
      String codebook = in("codebook-" + bytes);
      commands.add(
          with(
              "quantize",
              "--data",
              data,
              "--model",
              in("seminar"),
              "--bytes",
              Integer.toString(bytes),
              "--out",
              codebook));
      codebooks.add(codebook);
      arms.add("pq@" + bytes);
    }
    if (movielens == null) {
      arms.add("oracle-relevance");
    }
    commands.add(
        with(
            "replay",
            "--data",
            data,
            "--model",
            in("seminar"),
            "--codebook",
            String.join(",", codebooks),
            "--arms",
            String.join(",", arms),
            "--out",
            in("run")));
    commands.add(List.of("report", in("run")));
    return commands;
  }

  private List<String> simulation(String data) {
    return with(
        "simulate",
        "--users",
        "500",
        "--items",
        "20000",
        "--interests",
        "6",
        "--requests",
        "6",
        "--out",
        data);
  }

  private List<String> movielens(String data) {
    List<String> command =
        new ArrayList<>(List.of("import", "movielens", "--from", movielens.toString()));
    if (vectors != null) {
      command.addAll(List.of("--vectors", vectors));
    }
    if (vectorIds != null) {
      command.addAll(List.of("--vector-ids", vectorIds));
    }
    command.addAll(List.of("--out", data));
    addSwitches(command);
    return command;
  }

  private String in(String name) {
    return out.resolve(name).toString();
  }

  /** A command with what all of them have in common. */
  private List<String> with(String... words) {
    List<String> command = new ArrayList<>(List.of(words));
    command.addAll(List.of("--seed", Long.toString(common.seed)));
    command.addAll(List.of("--threads", Integer.toString(common.threads())));
    addSwitches(command);
    if (common.quiet) {
      command.add("--quiet");
    }
    return command;
  }

  private void addSwitches(List<String> command) {
    if (common.strict) {
      command.add("--strict");
    }
    if (common.overwrite) {
      command.add("--overwrite");
    }
  }
}
