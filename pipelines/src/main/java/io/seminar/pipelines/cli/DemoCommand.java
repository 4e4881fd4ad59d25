package io.seminar.pipelines.cli;

import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.replay.Replay;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.html.ReportWriter;
import io.seminar.reports.store.RunFolder;
import io.seminar.testdata.importers.ImportSettings;
import io.seminar.testdata.importers.Importers;
import io.seminar.testdata.simulation.SimulatorOptions;
import java.io.PrintWriter;
import java.nio.file.Files;
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
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    description =
        "All of it, small: simulate (or import), quantize at three sizes, replay, report.")
final class DemoCommand implements Callable<Integer> {
  private static final int[] CODE_BYTES = {8, 16, 32};

  @Mixin CommonOptions common;
  @Mixin ReplayOptions replay;
  @Spec CommandSpec spec;

  @Option(
      names = "--out",
      defaultValue = "demo",
      paramLabel = "DIR",
      description = "Folder for data, codebooks and run (demo).")
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
    Path data = out.resolve("data");
    makeData(data);
    List<Path> codebooks = new ArrayList<>();
    List<String> arms = new ArrayList<>(List.of("exact", "recent"));
    for (int bytes : CODE_BYTES) {
      Path codebook = out.resolve("codebook-" + bytes);
      CatalogueQuantizer.run(
          new CatalogueQuantizer.Options(
              data,
              codebook,
              common.overwrite,
              bytes,
              replay.queryWeight,
              null,
              CatalogueQuantizer.TrainOn.UNSEEN,
              common.seed,
              common.threads()));
      codebooks.add(codebook);
      arms.add("pq@" + bytes);
    }
    RunFolder run = Replay.run(options(data, codebooks, arms));
    Path html = ReportWriter.write(run);
    MainNumbers.print(run, terminal);
    terminal.println(html.toAbsolutePath());
    return 0;
  }

  private void makeData(Path data) {
    if (movielens == null) {
      SimulateCommand.write(
          SimulatorOptions.builder()
              .users(500)
              .items(20_000)
              .seed(common.seed)
              .threads(common.threads())
              .build(),
          data,
          common.overwrite,
          common.quiet);
      return;
    }
    Map<String, String> flags = new LinkedHashMap<>();
    if (vectors != null) {
      flags.put("vectors", vectors);
    }
    if (vectorIds != null) {
      flags.put("vector-ids", vectorIds);
    }
    PrintWriter err = spec.commandLine().getErr();
    Importers.byName("movielens")
        .create(flags)
        .importTo(
            movielens,
            data,
            ImportSettings.DEFAULT.withOverwrite(common.overwrite).withStrict(common.strict),
            problem -> err.println("rejected: " + problem));
  }

  private Replay.Options options(Path data, List<Path> codebooks, List<String> arms) {
    List<String> command = new ArrayList<>(List.of("demo"));
    command.addAll(spec.commandLine().getParseResult().originalArgs());
    return new Replay.Options(
        data,
        out.resolve("run"),
        common.overwrite,
        List.of(),
        arms,
        codebooks,
        "exact",
        replay.scoring(),
        replay.pageAt(),
        replay.coldBelow,
        replay.splitTime,
        replay.replicates,
        common.seed,
        common.strict,
        Runner.DIRECT,
        common.threads(),
        List.of(),
        common.quiet,
        command);
  }
}
