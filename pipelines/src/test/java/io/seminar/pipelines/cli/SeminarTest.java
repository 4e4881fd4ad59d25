package io.seminar.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.reports.store.RunFolder;
import io.seminar.sessions.Dataset;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as a script sees it: exit code, standard output, standard error. */
class SeminarTest {
  @TempDir static Path folder;
  private static Path data;
  private static Path run;
  private static Output replayed;

  record Output(int code, String out, String err) {
    /** Could not run, and said why in one line of plain words. */
    void assertRefused(String... words) {
      assertThat(code).as(this.toString()).isEqualTo(2);
      assertThat(err).contains(words);
      assertThat(err).as("a stack trace is for us, not for the user").doesNotContain("\tat ");
    }

    Output assertDone() {
      assertThat(code).as(this.toString()).isZero();
      return this;
    }
  }

  static Output seminar(Object... arguments) {
    PrintStream outBefore = System.out;
    PrintStream errBefore = System.err;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    int code;
    try {
      String[] words = new String[arguments.length];
      for (int i = 0; i < words.length; i++) {
        words[i] = arguments[i].toString();
      }
      code = Seminar.run(words);
    } finally {
      System.setOut(outBefore);
      System.setErr(errBefore);
    }
    return new Output(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The whole way once, options from a file and from flags: simulate, quantize, replay, report. */
  @BeforeAll
  static void runOnce() throws IOException {
    data = folder.resolve("data");
    seminar(
            "simulate",
            "--users=40",
            "--items=600",
            "--queries=50",
            "--history=40",
            "--requests=2",
            "--impressions=6",
            "--modalities=text:8,image:6",
            "--out",
            data,
            "--seed=3",
            "--threads=2",
            "--quiet")
        .assertDone();
    seminar(
            "quantize",
            "--data",
            data,
            "--bytes=6",
            "--train-on=all",
            "--out",
            folder.resolve("codebook"),
            "--threads=1")
        .assertDone();
    Path config = folder.resolve("replay.yaml");
    Files.writeString(
        config,
        """
        # Options of one replay.
        arms: [exact, recent, pq, oracle]
        baseline: recent
        recall-at: [5, 1]
        replicates: 50
        temperature: 0.2
        quiet: true
        seed: 11
        """);
    run = folder.resolve("run");
    replayed =
        seminar(
                "replay",
                "--data",
                data,
                "--codebook",
                folder.resolve("codebook"),
                "--out",
                run,
                "--config",
                config,
                "--temperature=0.25",
                "--page-at=3",
                "--parallelism=2")
            .assertDone();
  }

  @Test
  void theFileGivesDefaultsAndFlagsWin() {
    var manifest = RunFolder.open(run).manifest();
    assertThat(manifest.evaluation().arms())
        .extracting(arm -> arm.name())
        .containsExactly("exact", "recent", "pq", "oracle");
    assertThat(manifest.evaluation().baseline()).isEqualTo("recent");
    assertThat(manifest.evaluation().retrievalKs()).containsExactly(1, 5);
    assertThat(manifest.evaluation().pageKs()).containsExactly(3);
    assertThat(manifest.evaluation().replicates()).isEqualTo(50);
    assertThat(manifest.execution().seed()).isEqualTo(11);
    assertThat(manifest.execution().parallelism()).isEqualTo(2);
    assertThat(manifest.execution().runner()).isEqualTo("direct");
    assertThat(manifest.command().configuration())
        .containsEntry("seed", 11)
        .extractingByKey("temperature")
        .hasToString("0.25");
    assertThat(manifest.command().name()).isEqualTo("replay");
    assertThat(manifest.command().arguments()).contains("--temperature=0.25");
    assertThat(manifest.data().digest()).isEqualTo(Dataset.open(data).digest());
    assertThat(manifest.codebooks())
        .singleElement()
        .satisfies(
            codebook -> {
              assertThat(codebook.arm()).isEqualTo("pq");
              assertThat(codebook.bytesPerBehaviour()).isEqualTo(6);
            });
  }

  @Test
  void aReplayPrintsItsMainNumbersAndItsFolder() {
    assertThat(replayed.err).as("quiet, and nothing went wrong").isEmpty();
    List<String> lines = replayed.out.lines().toList();
    assertThat(lines.get(0))
        .startsWith("arm")
        .contains("recall@5", "mass_kept", "auc", "gauc", "ndcg@3", "logloss");
    assertThat(lines.get(1)).startsWith("exact ").contains("1.0000");
    assertThat(lines.get(4)).startsWith("oracle ").contains(" - ");
    assertThat(lines.get(5)).startsWith("40 users, 80 requests, 480 impressions");
    assertThat(lines.get(6)).isEqualTo(run.toString());
  }

  @Test
  void inspectsADataSet() {
    Output inspected = seminar("inspect", data, "--validate").assertDone();
    assertThat(inspected.out)
        .contains("users        40", "text 8, image 6", Dataset.open(data).digest(), "valid");
  }

  @Test
  void inspectsARun() {
    Output inspected = seminar("inspect", run).assertDone();
    assertThat(inspected.out).contains("recall@5", "\"run_id\"", Dataset.open(data).digest());
  }

  @Test
  void reportsARun() throws IOException {
    Output reported = seminar("report", run).assertDone();
    Path html = Path.of(reported.out.strip());
    assertThat(html).isRegularFile();
    assertThat(Files.readString(html)).contains("pq", "oracle", Dataset.open(data).digest());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "simulate",
        "inspect",
        "quantize",
        "pretrain",
        "finetune",
        "replay",
        "report",
        "import",
        "import movielens",
        "import jdsearch"
      })
  void everyCommandHasHelp(String command) {
    String[] words = (command + " --help").strip().split(" ");
    Output help = seminar((Object[]) words).assertDone();
    assertThat(help.out).containsIgnoringCase("usage: seminar").contains(command);
    assertThat(help.err).isEmpty();
  }

  @Test
  void refusesAnUnknownKeyNamingTheFile() throws IOException {
    Path config = Files.writeString(folder.resolve("unknown.yaml"), "recal-at: [5]\n");
    seminar("replay", "--data", data, "--out", folder.resolve("x"), "--config", config)
        .assertRefused(config.toString(), "unknown key 'recal-at'", "recall-at");
    seminar("simulate", "--config=" + config, "--out", folder.resolve("x"))
        .assertRefused(config.toString(), "unknown key 'recal-at'", "history-spread");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  @Test
  void refusesFilesThatAreNoOptions() throws IOException {
    Path list = Files.writeString(folder.resolve("list.yaml"), "- 1\n- 2\n");
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "arms: [exact\nseed: 1\n");
    Path nested = Files.writeString(folder.resolve("nested.yaml"), "arms:\n  name: exact\n");
    Path nothing = Files.writeString(folder.resolve("nothing.yaml"), "seed:\n");
    Path empty = Files.writeString(folder.resolve("empty.yaml"), "");
    for (Object[] c :
        new Object[][] {
          {list, "expected a map"},
          {broken, "not YAML"},
          {nested, "key 'arms'"},
          {nothing, "key 'seed'"},
          {empty, "expected a map"},
          {folder.resolve("absent.yaml"), "no such file"}
        }) {
      seminar("replay", "--data", data, "--out", folder.resolve("x"), "--config", c[0])
          .assertRefused(c[0].toString(), c[1].toString());
    }
  }

  @Test
  void refusesAValueOfTheWrongKindFromAFile() throws IOException {
    Path config = Files.writeString(folder.resolve("kind.yaml"), "replicates: many\n");
    seminar("replay", "--data", data, "--out", folder.resolve("x"), "--config", config)
        .assertRefused("--replicates", "many");
  }

  @Test
  void refusesArmsThatCannotRun() {
    Path out = folder.resolve("x");
    seminar("replay", "--data", data, "--out", out, "--arms=exact,faiss")
        .assertRefused("'faiss'", "unknown", "pq-sdc@BYTES");
    seminar("replay", "--data", data, "--out", out, "--arms=exact,pq@6")
        .assertRefused("'pq@6'", "codebook of 6 bytes");
    seminar("replay", "--data", data, "--out", out, "--arms=exact", "--baseline=recent")
        .assertRefused("baseline 'recent'", "[exact]");
    assertThat(out).doesNotExist();
  }

  @Test
  void refusesWhatIsMissingOrOutOfRange() {
    Path out = folder.resolve("x");
    seminar("replay", "--out", out).assertRefused("--data");
    seminar("replay", "--data", data).assertRefused("--out");
    seminar("replay", "--data", folder.resolve("nowhere"), "--out", out)
        .assertRefused(folder.resolve("nowhere").toString(), "no such file");
    seminar("replay", "--data", data, "--out", out, "--recall-at=0").assertRefused("--recall-at");
    seminar("replay", "--data", data, "--out", out, "--page-at=-1").assertRefused("--page-at");
    seminar("replay", "--data", data, "--out", out, "--temperature=0").assertRefused("temperature");
    seminar("replay", "--data", data, "--out", out, "--query-weight=2")
        .assertRefused("queryWeight");
    seminar("replay", "--data", data, "--out", out, "--replicates=-1").assertRefused("replicates");
    seminar("replay", "--data", data, "--out", out, "--parallelism=0")
        .assertRefused("--parallelism");
    seminar("replay", "--data", data, "--out", out, "--threads=0").assertRefused("--threads");
    seminar("replay", "--data", data, "--out", out, "--runner=spark").assertRefused("--runner");
    seminar("replay", "--data", data, "--out", out, "--nonsense").assertRefused("--nonsense");
    seminar("replay", "--data", data, "--out", out, "--quiet", "--", "--noBeamOption=1")
        .assertRefused("noBeamOption");
    seminar("replay", "--data", data, "--out", out, "--quiet", "stray").assertRefused("stray");
    seminar("quantize", "--data", data, "--out", out, "--bytes=2").assertRefused("2 bytes");
    seminar("quantize", "--data", data, "--out", out, "--bytes=1000").assertRefused("1000 bytes");
    seminar("simulate", "--out", out, "--users=-3").assertRefused("users");
    seminar("report", folder.resolve("nowhere")).assertRefused("no such folder");
    seminar("report", data).assertRefused("run.json");
    seminar("inspect", folder.resolve("nowhere")).assertRefused("no such file");
    seminar("nonsense").assertRefused("nonsense");
    seminar("import").assertRefused("movielens");
    seminar("import", "netflix").assertRefused("netflix");
    assertThat(out).doesNotExist();
  }

  @Test
  void refusesToReplaceWhatIsThere() throws IOException {
    byte[] before = Files.readAllBytes(run.resolve("run.json"));
    seminar("replay", "--data", data, "--out", run)
        .assertRefused(run.toString(), "something there already");
    seminar("simulate", "--users=2", "--out", data).assertRefused(data.toString(), "exists");
    seminar(
            "quantize",
            "--data",
            data,
            "--bytes=6",
            "--train-on=all",
            "--out",
            folder.resolve("codebook"))
        .assertRefused("codebook", "there already");
    seminar("demo", "--out", data).assertRefused(data.toString(), "there already");
    assertThat(Files.readAllBytes(run.resolve("run.json"))).isEqualTo(before);
    // Overwriting is for runs, never for a folder of something else.
    seminar("replay", "--data", data, "--out", data, "--overwrite")
        .assertRefused(data.toString(), "something else than a run");
  }

  @Test
  void replacesWithOverwrite() {
    Path out = new RandomDataset(2, 300, 4).write(folder.resolve("twice"), 3);
    String before = Dataset.open(out).digest();
    seminar(
            "simulate",
            "--users=2",
            "--items=300",
            "--queries=10",
            "--history=20",
            "--out",
            out,
            "--overwrite",
            "--quiet")
        .assertDone();
    assertThat(Dataset.open(out).digest()).isNotEqualTo(before);
  }

  @Test
  void everyFlagOfTheSimulatorArrives() {
    Path out = folder.resolve("simulated");
    seminar(
            "simulate",
            "--users=3",
            "--items=300",
            "--queries=17",
            "--history=20",
            "--history-spread=0",
            "--requests=2",
            "--impressions=5",
            "--modalities=text:4",
            "--cold-items=0.3",
            "--cold-targets=0.4",
            "--missing=0.1",
            "--interests=5",
            "--renewals=0.7",
            "--drift=0.6",
            "--position-bias=0.25",
            "--affinity=3",
            "--seed=8",
            "--out",
            out,
            "--quiet")
        .assertDone();
    assertThat(Dataset.open(out).descriptor().notes())
        .containsEntry("users", "3")
        .containsEntry("items", "300")
        .containsEntry("queries", "17")
        .containsEntry("historyMean", "20.0")
        .containsEntry("historySpread", "0.0")
        .containsEntry("requestsPerUser", "2")
        .containsEntry("impressions", "5")
        .containsEntry("coldItemShare", "0.3")
        .containsEntry("coldTargetShare", "0.4")
        .containsEntry("missingModalityShare", "0.1")
        .containsEntry("interestsPerUser", "5")
        .containsEntry("renewals", "0.7")
        .containsEntry("drift", "0.6")
        .containsEntry("positionBias", "0.25")
        .containsEntry("affinityStrength", "3.0")
        .containsEntry("seed", "8");
    seminar("simulate", "--out", folder.resolve("y"), "--cold-targets=1.5")
        .assertRefused("coldTargetShare 1.5");
  }

  @Test
  void importsToOutAlsoCalledTo() throws IOException {
    Path from = movieLens(folder.resolve("movielens"));
    for (String flag : List.of("--out", "--to")) {
      Path out = folder.resolve("imported" + flag);
      Output imported = seminar("import", "movielens", "--from", from, flag, out).assertDone();
      assertThat(imported.out).contains("users", "digest").endsWith(out + System.lineSeparator());
      assertThat(Dataset.open(out).descriptor().counts().users()).isPositive();
    }
    seminar("import", "movielens", "--from", from).assertRefused("--out");
    seminar("import", "movielens", "--from", folder.resolve("nowhere"), "--to", folder.resolve("y"))
        .assertRefused("nowhere");
  }

  /** The files of a tiny MovieLens, as GroupLens publishes them. */
  private static Path movieLens(Path from) throws IOException {
    Files.createDirectories(from);
    StringBuilder movies = new StringBuilder("movieId,title,genres\n");
    StringBuilder ratings = new StringBuilder("userId,movieId,rating,timestamp\n");
    for (int movie = 1; movie <= 30; movie++) {
      movies.append(movie).append(",Film ").append(movie).append(" (1999),Drama|War\n");
      for (int user = 1; user <= 3; user++) {
        ratings.append(user).append(',').append(movie).append(',');
        ratings.append((movie + user) % 5 + 1).append(".0,").append(1_000_000_000 + movie * 5000);
        ratings.append('\n');
      }
    }
    Files.writeString(from.resolve("movies.csv"), movies);
    Files.writeString(from.resolve("ratings.csv"), ratings);
    Files.writeString(from.resolve("tags.csv"), "userId,movieId,tag,timestamp\n");
    return from;
  }
}
