package io.seminar.reports.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.reports.compare.Difference.Kind;
import io.seminar.reports.gate.Bound;
import io.seminar.reports.gate.Finding;
import io.seminar.reports.gate.Measure;
import io.seminar.reports.gate.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CauseFinderTest {
  private static Finding failed(Measure.Kind kind, String arm, String slice) {
    return new Finding(
        "r",
        kind,
        kind == Measure.Kind.LATENCY ? "p99_ms" : "auc",
        arm,
        slice,
        "baseline run",
        Verdict.FAIL,
        "f",
        Bound.AT_LEAST,
        0.7,
        -0.01,
        -0.02,
        -0.005,
        -0.002,
        0.01,
        -0.02,
        100,
        100,
        0.001,
        0.01,
        null);
  }

  private static Difference difference(Kind kind) {
    return new Difference(kind, kind.title(), null, "a", "b");
  }

  private static List<Difference> oneOfEachKind() {
    return new ArrayList<>(Arrays.stream(Kind.values()).map(CauseFinderTest::difference).toList());
  }

  private static List<Kind> kinds(List<Cause> causes) {
    return causes.stream().map(cause -> cause.difference().kind()).toList();
  }

  @Test
  void metricsPointToWhatTheyDependOn() {
    long seed = System.nanoTime();
    List<Difference> differences = oneOfEachKind();
    Collections.shuffle(differences, new Random(seed));
    List<Cause> causes =
        CauseFinder.find(differences, List.of(failed(Measure.Kind.QUALITY, "pq8", "all")));
    assertThat(kinds(causes)).as("seed %d", seed).containsExactly(Kind.values());
    assertThat(kinds(causes).subList(0, 3)).containsExactly(Kind.MODEL, Kind.CODEBOOK, Kind.DATA);
    assertThat(kinds(causes).indexOf(Kind.LIBRARY)).isLessThan(kinds(causes).indexOf(Kind.MACHINE));
    assertThat(kinds(CauseFinder.find(differences, List.of()))).containsExactly(Kind.values());
  }

  @Test
  void timesPointToTheMachine() {
    List<Cause> causes =
        CauseFinder.find(oneOfEachKind(), List.of(failed(Measure.Kind.LATENCY, "pq8", "all")));
    assertThat(kinds(causes).subList(0, 3)).containsExactly(Kind.MACHINE, Kind.JDK, Kind.KERNEL);
    assertThat(causes.get(0).why()).contains("times failed");
    // Both: the best of either.
    List<Cause> both =
        CauseFinder.find(
            oneOfEachKind(),
            List.of(
                failed(Measure.Kind.LATENCY, "pq8", "all"),
                failed(Measure.Kind.QUALITY, "pq8", "all")));
    assertThat(kinds(both).subList(0, 4))
        .containsExactly(Kind.MODEL, Kind.MACHINE, Kind.CODEBOOK, Kind.JDK);
  }

  @Test
  void aSliceAlonePointsToItsData() {
    Difference log = new Difference(Kind.DATA, "data set", null, "a", "b");
    Difference catalogue = new Difference(Kind.DATA, "catalogue", null, "a", "b");
    List<Difference> differences = List.of(difference(Kind.MODEL), log, catalogue);
    List<Cause> items =
        CauseFinder.find(differences, List.of(failed(Measure.Kind.QUALITY, "pq8", "item=cold")));
    assertThat(items)
        .extracting(Cause::difference)
        .containsExactly(catalogue, log, differences.get(0));
    assertThat(items.get(0).why()).contains("only slices failed: item=cold");
    List<Cause> histories =
        CauseFinder.find(differences, List.of(failed(Measure.Kind.QUALITY, "pq8", "history=0-99")));
    assertThat(histories)
        .extracting(Cause::difference)
        .containsExactly(log, catalogue, differences.get(0));
    // With everything failing as well, it is no matter of the slice.
    List<Cause> all =
        CauseFinder.find(
            differences,
            List.of(
                failed(Measure.Kind.QUALITY, "pq8", "item=cold"),
                failed(Measure.Kind.QUALITY, "pq8", "all")));
    assertThat(all.get(0).difference().kind()).isEqualTo(Kind.MODEL);
  }

  @Test
  void whatConcernsOtherArmsComesLast() {
    Difference mine = new Difference(Kind.CODEBOOK, "codebook of pq8", "pq8", "a", "b");
    Difference other = new Difference(Kind.CODEBOOK, "codebook of opq8", "opq8", "a", "b");
    Difference network = new Difference(Kind.MODEL, "network twin", "twin/", "a", "b");
    Difference machine = difference(Kind.MACHINE);
    List<Difference> differences = List.of(other, network, machine, mine);
    List<Cause> causes =
        CauseFinder.find(differences, List.of(failed(Measure.Kind.QUALITY, "pq8", "all")));
    assertThat(causes).extracting(Cause::difference).containsExactly(mine, machine, network, other);
    assertThat(causes.get(0).why()).contains("concerns every arm that failed");
    assertThat(causes.get(3).why()).contains("concerns none of the arms that failed");
    // Where both failed, neither codebook alone explains it.
    List<Cause> both =
        CauseFinder.find(
            List.of(mine, difference(Kind.CODEBOOK)),
            List.of(
                failed(Measure.Kind.QUALITY, "pq8", "all"),
                failed(Measure.Kind.QUALITY, "opq8", "all")));
    assertThat(both.get(1).difference()).isEqualTo(mine);
    assertThat(both.get(1).why()).contains("concerns some of the arms that failed");
  }

  @Test
  void whereNothingDiffersItSaysSo() {
    assertThat(CauseFinder.sentences(List.of())).containsExactly(CauseFinder.NOTHING);
    Cause cause = new Cause(difference(Kind.JDK), "why");
    assertThat(CauseFinder.sentences(List.of(cause))).containsExactly("JDK: a → b (why)");
  }
}
