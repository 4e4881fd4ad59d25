package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.pipelines.sweep.Pruning.Probe;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PruningTest {
  private static final double NAN = Double.NaN;

  @Test
  void whatCannotReachTheFrontIsPruned() {
    List<Probe> probes =
        List.of(
            new Probe("exact", 1, 1, 900, true),
            new Probe("fast", 0.80, 0.85, 100, true),
            new Probe("slow-and-worse", 0.70, 0.79, 151, true),
            new Probe("slow-and-perhaps-better", 0.75, 0.81, 800, true),
            new Probe("a little slower", 0.70, 0.79, 150, true),
            new Probe("slower than exact", 0.99, 0.995, 1_400, true),
            new Probe("hopeless", 0.2, 0.3, 1_351, true),
            new Probe("always", 0.2, 0.3, 5_000, true));
    var reasons = Pruning.reasons(probes, 1.5, Set.of("exact", "always"));
    assertThat(reasons.keySet()).containsExactly("slow-and-worse", "slower than exact", "hopeless");
    assertThat(reasons.get("slow-and-worse"))
        .isEqualTo(
            "1.5 times as slow in the probe as fast, whose recall of 0.8000 is not below this"
                + " one's upper end of 0.7900");
    assertThat(reasons.get("hopeless")).as("by the fastest that will do").contains("as fast");
    assertThat(reasons.get("slower than exact")).contains("as exact");
  }

  @Test
  void withoutAnIntervalOnlyAPerfectRecallWillDo() {
    List<Probe> probes =
        List.of(
            new Probe("exact", 1, NAN, 1_000, true),
            new Probe("fast", 0.9, NAN, 100, true),
            new Probe("slow", 0.1, NAN, 900, true),
            new Probe("slower", 0.1, NAN, 1_600, true));
    var reasons = Pruning.reasons(probes, 1.5, Set.of());
    assertThat(reasons.keySet()).containsExactly("slower");
    assertThat(reasons.get("slower")).contains("best possible");
  }

  @Test
  void anArmWithoutRecallIsNeitherPrunedNorAReason() {
    List<Probe> probes =
        List.of(new Probe("pooling", NAN, NAN, 1, true), new Probe("exact", 1, 1, 1_000, true));
    assertThat(Pruning.reasons(probes, 1, Set.of())).isEmpty();
    assertThat(
            Pruning.reasons(
                List.of(
                    new Probe("pooling", NAN, NAN, 1_000, true), new Probe("exact", 1, 1, 1, true)),
                1,
                Set.of()))
        .isEmpty();
  }

  @Test
  void whatDidNotRunCompiledIsNotPruned() {
    List<Probe> probes =
        List.of(
            new Probe("exact", 1, 1, 100, true),
            new Probe("interpreted", 0.5, 0.6, 10_000, false),
            new Probe("slow", 0.5, 0.6, 10_000, true));
    assertThat(Pruning.reasons(probes, 1.5, Set.of()).keySet()).containsExactly("slow");
  }
}
