package io.seminar.reports.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.reports.compare.Difference.Kind;
import io.seminar.reports.compare.Difference.Weight;
import io.seminar.reports.store.ManifestEdit;
import io.seminar.reports.store.Manifests;
import io.seminar.reports.store.RunManifest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ProvenanceDiffTest {
  private static final RunManifest BEFORE = Manifests.small("before");

  private static List<String> differences(RunManifest after) {
    return ProvenanceDiff.of(BEFORE, after).stream().map(d -> d.kind() + " " + d).toList();
  }

  @Test
  void idsAndTimesAreNoDifference() {
    ManifestEdit edit = new ManifestEdit(BEFORE).runId("after");
    RunManifest.Execution e = edit.execution;
    edit.execution =
        new RunManifest.Execution(
            e.runner(),
            e.parallelism(),
            e.kernel(),
            e.seed(),
            e.started().plusSeconds(86_400),
            e.finished().plusSeconds(90_000));
    assertThat(differences(edit.done())).isEmpty();
  }

  @Test
  void everyKindIsFoundByItsName() {
    ManifestEdit edit =
        new ManifestEdit(BEFORE)
            .dataDigest("e".repeat(64))
            .catalogueDigest("f".repeat(64))
            .seed(18)
            .kernel("scalar")
            .jdk("other 21")
            .cpu("other");
    edit.configuration =
        Map.of("data", "data/simulated", "temperature", 0.2, "gate", Map.of("level", 0.9));
    edit.codebooks = List.of(new RunManifest.Codebook("pq8", null, "9".repeat(64), 8));
    edit.models = List.of();
    edit.code = new RunManifest.Code("0.1.0", "4567cdef");
    edit.libraries = new TreeMap<>(Map.of("beam", "2.71.0", "lucene", "9"));
    edit.counts = new RunManifest.Counts(2000, 11_940, 240_000, 2_000_000, 63);
    edit.evaluation(
        List.of(
            new RunManifest.Arm("exact", "full scores", 100, 0),
            new RunManifest.Arm("recent", "the last K", 50, 0)),
        List.of("all"),
        500,
        2);
    assertThat(differences(edit.done()))
        .containsExactly(
            "MODEL network twin: twin, finetuned, aaaaaaaaaaaa → none",
            "CODEBOOK codebook of exact: bbbbbbbbbbbb, 16 bytes a behaviour → none",
            "CODEBOOK codebook of pq8: none → 999999999999, 8 bytes a behaviour",
            "DATA catalogue: cccccccccccc → ffffffffffff",
            "DATA data set: dddddddddddd → eeeeeeeeeeee",
            "DATA requests: 12,000 → 11,940",
            "DATA dead letters: 3 → 63",
            "EVALUATION version of the metrics: 1 → 2",
            "EVALUATION seed: 17 → 18",
            "EVALUATION bootstrap replicates: 200 → 500",
            "EVALUATION slices: [all, item=cold] → [all]",
            "CONFIGURATION option gate.level: none → 0.9",
            "CONFIGURATION option temperature: 0.1 → 0.2",
            "CONFIGURATION arm exact: full scores, keeps 50, 0 bytes a behaviour → full scores,"
                + " keeps 100, 0 bytes a behaviour",
            "CONFIGURATION arm pq8: product quantised, keeps 50, 8 bytes a behaviour → none",
            "CODE revision: 0123abcd → 4567cdef",
            "KERNEL attention kernels: vector-256 → scalar",
            "LIBRARY library arrow: 19.0.0 → none",
            "LIBRARY library beam: 2.70.0 → 2.71.0",
            "LIBRARY library lucene: none → 9",
            "JDK JDK: " + BEFORE.machine().jvm() + " → other 21",
            "MACHINE processor: " + BEFORE.machine().cpu() + " → other");
  }

  @Test
  void differencesKnowWhichArmsTheyConcern() {
    ManifestEdit edit = new ManifestEdit(BEFORE);
    edit.models = List.of();
    edit.codebooks = List.of();
    List<Difference> differences = ProvenanceDiff.of(BEFORE, edit.done());
    assertThat(differences.get(0).concerns("twin/pq@16")).isTrue();
    assertThat(differences.get(0).concerns("pq@16")).isFalse();
    assertThat(differences.get(1).concerns("exact")).isTrue();
    assertThat(differences.get(1).concerns("exact2")).isFalse();
    assertThat(Kind.LIBRARY.weight()).isEqualTo(Weight.SHOULD_NOT);
    assertThat(Kind.CODEBOOK.weight()).isEqualTo(Weight.DECIDES);
  }
}
