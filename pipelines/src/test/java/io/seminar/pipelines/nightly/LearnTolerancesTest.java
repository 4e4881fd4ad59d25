package io.seminar.pipelines.nightly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.gate.ProposedRules;
import io.seminar.reports.gate.Tolerances;
import io.seminar.reports.gate.Tolerances.Basis;
import io.seminar.reports.gate.Tolerances.RuleTolerance;
import io.seminar.reports.gate.TolerancesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LearnTolerancesTest {
  @TempDir static Path folder;
  private static Path data;

  @BeforeAll
  static void makeLog() {
    data =
        new RandomDataset(11, 200, 20)
            .history(0, 80)
            .pages(3, 8)
            .write(folder.resolve("data"), 150);
  }

  private static Path config(String name, String candidate, String baseline) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        String.join(
            "\n",
            "schema-version: 1",
            "data: " + data,
            "candidate: " + candidate,
            "baseline: " + baseline,
            "replay: {recall-at: [10], page-at: [5]}",
            "statistics: {replicates: 100}",
            "expect: {users: 1}", // no matter: a study looks at rules
            "gate:",
            "  rules:",
            "    - {metric: gauc, arms: recent, margin: 0.0001}",
            "    - {metric: recall@10, arms: recent, slices: 'item=*', margin: 5 %}",
            "    - {metric: recall@10, arms: recent, against: exact, margin: 0.9}",
            "    - {metric: auc, arms: recent, at-least: 0.1}",
            ""));
  }

  private static Night.Options options(Path config, Path store, List<String> said) {
    return new Night.Options(
        NightlyConfigFile.read(config, Map.of()),
        store,
        Runner.DIRECT,
        2,
        List.of(),
        true,
        List.of("nightly"),
        said::add);
  }

  @Test
  void anUnchangedSystemIsReplayedTwiceAndItsRulesAreWidened() throws IOException {
    Path store = folder.resolve("store");
    Path yaml = config("same.yaml", "{arms: [exact, recent], reference: exact}", "none");
    List<String> said = new ArrayList<>();
    LearnTolerances.Outcome outcome = LearnTolerances.run(options(yaml, store, said));
    Tolerances found = outcome.tolerances();
    assertThat(outcome.page()).isRegularFile().hasFileName("index.html");
    assertThat(TolerancesFile.read(outcome.page().resolveSibling(TolerancesFile.FILE_NAME)))
        .isEqualTo(found);
    assertThat(store.resolve("work").resolve("calibration-" + found.id())).doesNotExist();
    assertThat(said).anyMatch(line -> line.startsWith("replay second"));
    assertThat(found.gate().splits()).isEqualTo(LearnTolerances.SPLITS);

    RuleTolerance gauc = found.rules().get(0);
    // The margin is next to nothing: FAIL is one side of an interval of 95 % being missed.
    assertThat(gauc.alarms().failed()).isBetween(2, 35);
    assertThat(gauc.alarms().notPassed()).isGreaterThan(450);
    assertThat(gauc.basis()).isEqualTo(Basis.OTHER_USERS);
    assertThat(gauc.proposed()).isGreaterThan(0.0001);
    assertThat(found.rules().get(1).cells()).hasSize(2);
    assertThat(found.rules().get(1).relative()).isTrue();
    RuleTolerance against = found.rules().get(2);
    assertThat(against.alarms().notPassed()).isZero();
    assertThat(against.decidable()).isPositive();
    assertThat(against.proposed()).isBetween(0.0, 0.9);
    RuleTolerance floor = found.rules().get(3);
    assertThat(floor.alarms().notPassed()).isZero();
    assertThat(floor.proposed()).isBetween(0.1, 0.6);
    assertThat(found.latencies()).hasSize(4);

    // With what was proposed, the same gate is quiet at the rate that was asked for.
    String proposed =
        Files.readString(yaml).replaceAll("(?s)  rules:.*", "")
            + String.join("\n", ProposedRules.yaml(found)).replaceAll("(?m)^.*_ms.*$", "")
            + "\n";
    Path again = Files.writeString(folder.resolve("proposed.yaml"), proposed);
    Tolerances quiet = LearnTolerances.run(options(again, store, said)).tolerances();
    for (RuleTolerance rule : quiet.rules()) {
      assertThat(rule.alarms().notPassed()).as(rule.rule()).isLessThanOrEqualTo(25);
    }
  }

  @Test
  void anotherCandidateGivesThePairedMargin() throws IOException {
    // More items than centroids, so that codes lose something.
    Path many =
        new RandomDataset(12, 1_500, 400)
            .history(20, 120)
            .pages(3, 8)
            .write(folder.resolve("many"), 100);
    String system = "{codebooks: [%s], arms: [exact, recent, pq], reference: exact}";
    Path yaml =
        config(
            "other.yaml",
            String.format(system, codebook(many, 1)),
            String.format(system, codebook(many, 2)));
    Files.writeString(
        yaml,
        Files.readString(yaml).replace(data.toString() + "\n", many + "\n")
            + "    - {metric: recall@10, arms: pq, margin: 0.0001}\n"
            + "    - {metric: recall@10, arms: recent, margin: 0.02}\n");
    Tolerances found =
        LearnTolerances.run(options(yaml, folder.resolve("store-2"), new ArrayList<>()))
            .tolerances();
    RuleTolerance pq = found.rules().get(4);
    assertThat(pq.basis()).as(pq.toString()).isEqualTo(Basis.PAIRED);
    assertThat(pq.decidable()).isPositive();
    assertThat(pq.proposed()).isBetween(1.8 * pq.decidable(), 2 * pq.decidable());
    // The arm that both systems have agrees with itself in every user.
    RuleTolerance recent = found.rules().get(5);
    assertThat(recent.decidable()).isZero();
    assertThat(recent.basis()).isEqualTo(Basis.OTHER_USERS);
  }

  private static Path codebook(Path data, int seed) {
    Path codebook = folder.resolve("codebook-" + seed);
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data, codebook, false, 6, 0.5f, null, CatalogueQuantizer.TrainOn.ALL, seed, 1));
    return codebook;
  }

  @Test
  void aGateWithoutRulesHasNothingToLearn() throws IOException {
    Path yaml = config("bare.yaml", "{arms: [exact, recent], reference: exact}", "none");
    Files.writeString(yaml, Files.readString(yaml).replaceAll("(?s)gate:.*", ""));
    assertThatThrownBy(
            () -> LearnTolerances.run(options(yaml, folder.resolve("store-4"), new ArrayList<>())))
        .hasMessageContaining("gate.rules: found none");
  }
}
