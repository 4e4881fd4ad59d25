package io.seminar.pipelines.cli;

import static io.seminar.pipelines.cli.SeminarTest.seminar;
import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.TrainingFolder;
import io.seminar.pipelines.replay.ForkedJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training whose process is told to end leaves its last whole epoch, and resumed it ends with the
 * same bytes as one that was left alone.
 */
class InterruptedTrainingTest {
  private static final int SIGTERM = 15;

  @TempDir static Path folder;
  private static Path data;

  @BeforeAll
  static void simulate() {
    data = folder.resolve("data");
    seminar(
            "simulate",
            "--users=60",
            "--items=300",
            "--queries=40",
            "--history=40",
            "--requests=6",
            "--impressions=6",
            "--modalities=text:8",
            "--out",
            data,
            "--seed=5",
            "--threads=1",
            "--quiet")
        .assertDone();
  }

  @Test
  void pretrainingGoesOnWithTheSameBytes() throws Exception {
    interruptAndResume(
        "pretrain",
        "--hidden=16",
        "--heads=2",
        "--positions=6",
        "--window=20",
        "--negatives=8",
        "--batch=8",
        "--epochs=6");
  }

  @Test
  void finetuningGoesOnWithTheSameBytes() throws Exception {
    interruptAndResume(
        "finetune",
        "--network=twin",
        "--hidden=16",
        "--heads=2",
        "--keep=10",
        "--batch=2",
        "--epochs=6",
        "--patience=6");
  }

  private static void interruptAndResume(String command, String... options) throws Exception {
    Path alone = folder.resolve(command + "-alone");
    Path out = folder.resolve(command);
    run(command, alone, options).assertDone();

    int epoch = interrupt(command, out, options);

    assertThat(out).doesNotExist();
    assertThat(names(TrainingFolder.beside(out))).containsExactly("epoch-" + epoch);
    List<String> more = new ArrayList<>(List.of(options));
    more.add("--resume");
    List<String> other = new ArrayList<>(more);
    other.add("--rate=0.5");
    run(command, out, other.toArray(new String[0]))
        .assertRefused("found options.rate ", "expected options.rate 0.5, as asked for now");
    run(command, out, more.toArray(new String[0])).assertDone();
    assertThat(Files.mismatch(out.resolve("parameters.bin"), alone.resolve("parameters.bin")))
        .as("first byte that differs")
        .isEqualTo(-1);
    assertThat(Checkpoint.open(out).description().history())
        .isEqualTo(Checkpoint.open(alone).description().history())
        .hasSize(6);
    assertThat(out.resolve("report").resolve("index.html")).isRegularFile();
    assertThat(TrainingFolder.beside(out)).doesNotExist();
  }

  private static String[] words(String command, Path out, String... options) {
    List<String> words =
        new ArrayList<>(
            List.of(
                command, "--data=" + data, "--out=" + out, "--threads=1", "--seed=9", "--quiet"));
    words.addAll(List.of(options));
    return words.toArray(new String[0]);
  }

  private static SeminarTest.Output run(String command, Path out, String... options) {
    return seminar((Object[]) words(command, out, options));
  }

  /** Starts the command, tells it to end in its third epoch or later; the last whole epoch. */
  private static int interrupt(String command, Path out, String... options) throws Exception {
    Path log = folder.resolve(command + ".log");
    Path crash = folder.resolve(command + "-crash.log");
    List<String> flags = List.of("-Xmx1g", "-XX:ErrorFile=" + crash);
    Process training = ForkedJvm.start(log, flags, Seminar.class, words(command, out, options));
    try {
      waitForEpoch(2, training, out, log);
      training.destroy();
      assertThat(training.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
      String said = Files.readString(log);
      assertThat(training.exitValue()).as(said).isEqualTo(128 + SIGTERM);
      assertThat(crash).as(said).doesNotExist();
      Matcher stopped =
          Pattern.compile(
                  command + ": stopped; epoch ([2-5]) is saved in (\\S+), .*--resume goes on")
              .matcher(said);
      assertThat(stopped.find()).as(said).isTrue();
      assertThat(Path.of(stopped.group(2))).isEqualTo(TrainingFolder.beside(out));
      return Integer.parseInt(stopped.group(1));
    } finally {
      training.destroyForcibly();
    }
  }

  private static void waitForEpoch(int epoch, Process training, Path out, Path log)
      throws Exception {
    Path state = TrainingFolder.beside(out).resolve("epoch-" + epoch);
    for (int i = 0; i < 12_000 && !Files.exists(state); i++) {
      assertThat(training.isAlive()).as("training ended early: %s", log(log)).isTrue();
      Thread.sleep(5);
    }
    assertThat(state).as(log(log)).exists();
  }

  private static String log(Path log) throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  private static List<String> names(Path of) throws IOException {
    try (Stream<Path> files = Files.list(of)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
