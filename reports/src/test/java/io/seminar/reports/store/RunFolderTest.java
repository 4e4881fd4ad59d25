package io.seminar.reports.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  @TempDir Path folder;

  private static void writeFiles(RunFolder.Draft draft) {
    CellsFile.write(draft.cellsFile(), List.of());
    ReliabilityFile.write(draft.reliabilityFile(), List.of());
    TimingsFile.write(draft.timingsFile(), List.of());
    for (int shard = 0; shard < 2; shard++) {
      try (OutcomesFile.Writer out =
          OutcomesFile.create(draft.outcomesFile(shard), new int[] {10})) {
        out.finish();
      }
    }
    try (DeadLettersFile.Writer out = DeadLettersFile.create(draft.deadLettersFile(0))) {
      out.add(
          new DeadLettersFile.DeadLetter(
              "users-00000.arrow", 17, "history[3].time", "5", "≥ 7\n\"", null));
      out.add(new DeadLettersFile.DeadLetter("users-00000.arrow", -1, "", "x", "y", "<u>"));
      out.finish();
    }
  }

  private RunFolder complete(String name) {
    try (RunFolder.Draft draft = RunFolder.create(folder.resolve(name), false)) {
      writeFiles(draft);
      return draft.complete(Manifests.small(name));
    }
  }

  @Test
  void opensWhatWasCompleted() {
    RunFolder written = complete("run");
    RunFolder run = RunFolder.open(folder.resolve("run"));
    assertThat(run.manifest()).isEqualTo(written.manifest());
    assertThat(run.manifest().files()).hasSize(6);
    assertThat(run.outcomesFiles()).hasSize(2);
    List<DeadLettersFile.DeadLetter> letters = new ArrayList<>();
    run.deadLettersFiles().forEach(file -> DeadLettersFile.forEach(file, letters::add));
    assertThat(letters).extracting(DeadLettersFile.DeadLetter::user).containsExactly(null, "<u>");
    assertThat(letters.get(0).expected()).isEqualTo("≥ 7\n\"");
  }

  @Test
  void nothingHalfWrittenLooksFinished() throws IOException {
    Path out = folder.resolve("run");
    try (RunFolder.Draft draft = RunFolder.create(out, false)) {
      writeFiles(draft);
      assertThat(out).doesNotExist();
      // As a killed process would leave it.
      assertThatThrownBy(() -> RunFolder.open(draft.path()))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("run.json")
          .hasMessageContaining("no such file");
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
    assertThatThrownBy(() -> RunFolder.open(out))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no such folder");
  }

  @Test
  void completionNamesWhatIsMissing() {
    try (RunFolder.Draft draft = RunFolder.create(folder.resolve("run"), false)) {
      CellsFile.write(draft.cellsFile(), List.of());
      assertThatThrownBy(() -> draft.complete(Manifests.small("run")))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("no reliability.arrow, no timings.arrow, no outcomes-00000.arrow");
    }
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void completionRemovesWhatFailedWorkersLeft() throws IOException {
    Path out = folder.resolve("run");
    try (RunFolder.Draft draft = RunFolder.create(out, false)) {
      writeFiles(draft);
      Files.writeString(draft.path().resolve(".outcomes-00002.arrow.partial-1-2"), "torn");
      draft.complete(Manifests.small("run"));
    }
    try (Stream<Path> left = Files.list(out)) {
      assertThat(left.map(p -> p.getFileName().toString())).noneMatch(n -> n.startsWith("."));
    }
  }

  @Test
  void refusesMissingAndTruncatedFilesByName() throws IOException {
    Path run = complete("run").path();
    Files.delete(run.resolve("timings.arrow"));
    try (var channel =
        Files.newByteChannel(run.resolve("outcomes-00001.arrow"), StandardOpenOption.WRITE)) {
      channel.truncate(40);
    }
    assertThatThrownBy(() -> RunFolder.open(run))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no timings.arrow")
        .hasMessageContaining("outcomes-00001.arrow of 40 bytes instead of");
  }

  @Test
  void refusesWhatIsThereUnlessItMayReplaceARun() throws IOException {
    Path run = complete("run").path();
    assertThatThrownBy(() -> RunFolder.create(run, false))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("something there already");
    try (RunFolder.Draft draft = RunFolder.create(run, true)) {
      writeFiles(draft);
      assertThat(RunFolder.open(run).manifest().runId()).isEqualTo("run");
      draft.complete(Manifests.small("second"));
    }
    assertThat(RunFolder.open(run).manifest().runId()).isEqualTo("second");

    Path precious = Files.createDirectory(folder.resolve("home"));
    Files.writeString(precious.resolve("thesis.txt"), "years of work");
    assertThatThrownBy(() -> RunFolder.create(precious, true))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("something else than a run (thesis.txt)");
    assertThatThrownBy(() -> RunFolder.open(precious))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("thesis.txt");
  }

  @Test
  void manifestNamesTheKeyThatIsWrong() throws IOException {
    Path file = complete("run").path().resolve(RunManifest.FILE_NAME);
    String json = Files.readString(file);
    for (String[] change :
        new String[][] {
          {"\"schema_version\" : 2", "\"schema_version\" : 99", "schema_version"},
          {"\"parallelism\" : 2", "\"parallelism\" : \"two\"", "execution.parallelism"},
          {"\"run_id\" : \"run\",", "", "run_id: found no such key"},
          {"\"run_id\"", "\"colour\" : 1,\n  \"run_id\"", "colour"},
          {"\"baseline\" : \"exact\"", "\"baseline\" : \"none\"", "evaluation.baseline"},
          {"\"runner\" : \"direct\",", "", "execution.runner"},
          {"\"interval\" : \"bca\"", "\"interval\" : \"basic\"", "evaluation.interval"},
          {"\"notes\" : [", "\"notes\" : 5, \"x\" : [", "notes"},
        }) {
      assertThat(json).contains(change[0]);
      Files.writeString(file, json.replace(change[0], change[1]));
      assertThatThrownBy(() -> RunManifest.read(file))
          .as(change[1])
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("run.json")
          .hasMessageContaining(change[2]);
    }
    Files.writeString(file, "");
    assertThatThrownBy(() -> RunManifest.read(file)).isInstanceOf(DatasetException.class);
    Files.writeString(file, json.substring(0, json.length() / 2));
    assertThatThrownBy(() -> RunManifest.read(file)).isInstanceOf(DatasetException.class);
  }

  @Test
  void refusesARunOfAnEarlierVersionBySayingSo() throws IOException {
    Path run = complete("run").path();
    Path file = run.resolve(RunManifest.FILE_NAME);
    Files.writeString(
        file, Files.readString(file).replace("\"schema_version\" : 2", "\"schema_version\" : 1"));
    assertThatThrownBy(() -> RunFolder.open(run))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("schema_version: found 1, expected a run manifest of version 2");

    String json = Manifests.small("run").toJson();
    String without = json.replaceFirst("\"models\" : \\[ \\{[^}]*\\} \\],", "");
    assertThat(without).isNotEqualTo(json);
    Files.writeString(file, without);
    assertThatThrownBy(() -> RunManifest.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("models: found no such key");
  }

  @Test
  void configurationDigestIgnoresTheOrderOfKeys() {
    RunManifest.Command one =
        RunManifest.Command.of(
            "replay", List.of(), new java.util.LinkedHashMap<>(java.util.Map.of("a", 1)));
    java.util.Map<String, Object> ab = new java.util.LinkedHashMap<>();
    ab.put("a", 1);
    ab.put("b", java.util.Map.of("x", 1));
    java.util.Map<String, Object> ba = new java.util.LinkedHashMap<>();
    ba.put("b", java.util.Map.of("x", 1));
    ba.put("a", 1);
    assertThat(RunManifest.Command.of("replay", List.of(), ab).configurationDigest())
        .isEqualTo(RunManifest.Command.of("replay", List.of(), ba).configurationDigest())
        .isNotEqualTo(one.configurationDigest())
        .hasSize(64);
  }

  @Test
  void refusesALineThatIsNoDeadLetter() throws IOException {
    Path file = folder.resolve(DeadLettersFile.fileName(0));
    Files.writeString(
        file,
        "{\"file\":\"f\",\"row\":1,\"field\":\"x\",\"found\":\"1\",\"expected\":\"2\"}\n{\"file\":\n");
    List<DeadLettersFile.DeadLetter> seen = new ArrayList<>();
    assertThatThrownBy(() -> DeadLettersFile.forEach(file, seen::add))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("dead-letters-00000.jsonl, row 1");
    assertThat(seen).hasSize(1);
  }
}
