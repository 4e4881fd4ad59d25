package io.seminar.pipelines.nightly.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seminar.pipelines.nightly.Night;
import io.seminar.pipelines.nightly.NightlyConfigFile;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.gate.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfTestTest {
  private static final int HALVES = 2;

  @TempDir static Path folder;
  private static Path codebook;
  private static SelfTest.Outcome without;
  private static SelfTest.Outcome with;

  @BeforeAll
  static void testTwoGates() throws IOException {
    Path data = new RandomDataset(42, 400, 30).images(12).write(folder.resolve("data"), 80);
    codebook = folder.resolve("codebook");
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data, codebook, false, 3, 0.5f, null, CatalogueQuantizer.TrainOn.ALL, 1, 1));
    without =
        run(
            "without",
            """
            schema-version: 1
            data: %s
            candidate: {arms: [exact, recent]}
            baseline: none
            replay: {recall-at: [5], page-at: [5]}
            statistics: {replicates: 50, groups: 0, flips: 0}
            expect: {users: 80}
            gate: {rules: [{metric: gauc, arms: recent, margin: 0.2}]}
            """
                .formatted(data));
    with =
        run(
            "with",
            """
            schema-version: 1
            data: %s
            candidate: {arms: [exact, pq], codebooks: [%s]}
            replay: {recall-at: [5], page-at: [5]}
            statistics: {replicates: 50, groups: 0, flips: 0}
            gate:
              rules:
                - {metric: recall@5, arms: pq, margin: 0.2 %%, name: recall}
                - {metric: retrieve_ms, arms: pq, margin: 1, name: time}
            """
                .formatted(data, codebook));
  }

  private static SelfTest.Outcome run(String name, String yaml) throws IOException {
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(file, yaml);
    return SelfTest.run(
        new Night.Options(
            NightlyConfigFile.read(file, Map.of()),
            folder.resolve(name),
            Runner.DIRECT,
            2,
            List.of(),
            true,
            List.of("nightly"),
            line -> {}),
        HALVES);
  }

  private static FaultResult of(SelfTest.Outcome outcome, String key) {
    List<FaultResult> all = new ArrayList<>(outcome.report().nulls());
    all.addAll(outcome.report().faults());
    return all.stream().filter(result -> result.key().equals(key)).findFirst().orElseThrow();
  }

  @Test
  void anUntouchedRunPassesOnEveryHalf() {
    for (SelfTest.Outcome outcome : List.of(without, with)) {
      FaultResult untouched = of(outcome, Untouched.KEY);
      assertThat(untouched.whole()).isEqualTo(Verdict.PASS);
      assertThat(untouched.failed()).isEqualTo(new Rate(0, HALVES));
      assertThat(untouched.notPassed()).isEqualTo(new Rate(0, HALVES));
      assertThat(of(outcome, ExchangedFault.KEY).failed()).isEqualTo(new Rate(0, HALVES));
    }
  }

  @Test
  void aRuleForRecallCatchesALossOfIt() {
    FaultResult dropped = of(with, "dropped-recall");
    assertThat(dropped.whole()).isEqualTo(Verdict.FAIL);
    assertThat(dropped.failed()).isEqualTo(new Rate(HALVES, HALVES));
    assertThat(dropped.caughtBy()).containsExactly("recall");
    assertThat(with.report().missing()).noneMatch(line -> line.startsWith(dropped.description()));
  }

  @Test
  void aRuleForTimeCatchesAddedTime() {
    FaultResult slower = of(with, "added-time");
    assertThat(slower.notTried()).isNull();
    assertThat(slower.whole()).isEqualTo(Verdict.FAIL);
    assertThat(slower.failed()).isEqualTo(new Rate(HALVES, HALVES));
    assertThat(slower.caughtBy()).containsExactly("time");
  }

  @Test
  void withoutOneItIsMissedAndTheRuleIsNamed() {
    FaultResult dropped = of(without, "dropped-recall");
    assertThat(dropped.whole()).isEqualTo(Verdict.PASS);
    assertThat(dropped.failed()).isEqualTo(new Rate(0, HALVES));
    assertThat(dropped.caughtBy()).isEmpty();
    assertThat(dropped.moved()).startsWith("recall@5 of recent in ");
    assertThat(dropped.missingRule()).startsWith("{metric: recall@5, arms: recent, ");
    assertThat(without.report().missing())
        .anyMatch(line -> line.startsWith(dropped.description()) && line.contains("recall@5"));
  }

  @Test
  void countsCatchALogThatCameInTwice() {
    FaultResult caught = of(without, "duplicated-log");
    assertThat(caught.whole()).isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(caught.notPassed()).isEqualTo(new Rate(HALVES, HALVES));
    assertThat(caught.caughtBy()).hasSize(1).allMatch(rule -> rule.startsWith("users"));
    FaultResult missed = of(with, "duplicated-log");
    assertThat(missed.whole()).isEqualTo(Verdict.PASS);
    assertThat(missed.missingRule()).contains("users", "at-most: 120");
  }

  @Test
  void faultsOfSystemsAreReplayed() {
    FaultResult swapped = of(with, "swapped-codebooks");
    assertThat(swapped.notTried()).isNull();
    assertThat(swapped.whole()).isEqualTo(Verdict.FAIL);
    assertThat(of(with, "lost-vectors").notTried()).isNull();
  }

  @Test
  void whatCannotBeTriedIsSaidWithTheReason() {
    assertThat(of(without, "swapped-codebooks").notTried()).contains("no codebook");
    assertThat(of(without, "lost-vectors").notTried()).contains("no codebook");
    assertThat(of(without, "added-time").notTried()).contains("no rule is about a time");
    assertThat(without.report().missing()).anyMatch(line -> line.contains("no codebook"));
  }

  @Test
  void leavesTheTwoFilesAndNoWork() throws IOException {
    JsonNode json =
        new ObjectMapper().readTree(with.folder().resolve(SelfTestReport.JSON_FILE).toFile());
    assertThat(json.path("faults")).hasSize(8);
    assertThat(json.path("nulls").get(0).path("failed").path("trials").asInt()).isEqualTo(HALVES);
    assertThat(with.folder().resolve(SelfTestReport.MARKDOWN_FILE))
        .content()
        .contains("| planted |", "recall of pq lower by 0.5 %");
    try (var left = Files.list(folder.resolve("with").resolve("work"))) {
      assertThat(left).isEmpty();
    }
  }
}
