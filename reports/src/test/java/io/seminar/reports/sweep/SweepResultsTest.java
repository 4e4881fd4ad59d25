package io.seminar.reports.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.reports.store.Machine;
import io.seminar.reports.store.SweepFolder;
import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.store.Sweeps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepResultsTest {
  private static final Machine HERE = Sweeps.machine("Processor", "VM 17.0.1");
  private static final Setting SHORT = new Setting(1000, 50, 20, 2);

  @TempDir Path folder;

  private int sweeps;

  private SweepResults sweep(Machine machine, List<SweepPoint> points) {
    String id = "sweep-" + sweeps++;
    try (SweepFolder.Draft draft = SweepFolder.create(folder.resolve(id), false)) {
      return new SweepResults(
          draft.complete(Sweeps.manifest(id, machine, List.of()), points, List.of()));
    }
  }

  private static SweepPoint point(int length, String name, double recall, double p50) {
    String kind = name.split("[@+]")[0];
    return Sweeps.measured(
        new SweepPoint.Key(length, 50, 20, 2, name),
        new SweepPoint.Arm(kind, "", 0, 0, 16),
        recall,
        p50);
  }

  @Test
  void pointsStandBySettingTheFastestFirst() {
    SweepPoint slow = point(1000, "exact", 1, 300);
    SweepPoint fast = point(1000, "pq", 0.9, 100);
    SweepPoint longer = point(5000, "pq", 0.9, 700);
    SweepPoint pruned =
        Sweeps.pruned(
            new SweepPoint.Key(1000, 50, 20, 2, "eta"),
            new SweepPoint.Arm("eta", "", 0, 0, 8),
            "too slow");
    SweepResults results = sweep(HERE, List.of(slow, longer, fast, pruned));
    assertThat(results.historyLengths()).containsExactly(1000, 5000);
    assertThat(results.settings(1000)).containsExactly(SHORT);
    assertThat(results.measured(SHORT)).containsExactly(fast, slow);
    assertThat(results.pruned(SHORT)).containsExactly(pruned);
    assertThat(results.exact(SHORT)).contains(slow);
    assertThat(results.exact(new Setting(5000, 50, 20, 2))).isEmpty();
    assertThat(results.kinds()).containsExactly("exact", "eta", "pq");
  }

  @Test
  void theHeadlineIsTheFastestThatReachesTheRecall() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int trial = 0; trial < 25; trial++) {
      List<SweepPoint> points = new ArrayList<>();
      int n = 1 + random.nextInt(6);
      for (int i = 0; i < n; i++) {
        double recall = random.nextInt(5) == 0 ? Double.NaN : 0.9 + 0.02 * random.nextInt(6);
        boolean exact = i == 0 && random.nextBoolean();
        points.add(
            point(1000, exact ? "exact" : "arm" + i, exact ? 1 : recall, 100 + random.nextInt(99)));
      }
      for (double level : new double[] {0.95, 0.99}) {
        Headline headline = Headline.of(sweep(HERE, points), SHORT, level);
        double best =
            points.stream()
                .filter(p -> p.fidelity().recall() >= level)
                .mapToDouble(p -> p.latency().quantiles().p50())
                .min()
                .orElse(Double.NaN);
        assertThat(headline.fastest().map(p -> p.latency().quantiles().p50()).orElse(Double.NaN))
            .isEqualTo(Double.valueOf(best));
        assertThat(headline.fastest().filter(p -> p.fidelity().recall() < level)).isEmpty();
        assertThat(headline.exact())
            .isEqualTo(points.stream().filter(SweepResults::isExact).findFirst());
        assertThat(headline.sentence()).doesNotContain("NaN");
      }
    }
  }

  private String sentence(SweepPoint... points) {
    return Headline.of(sweep(HERE, List.of(points)), SHORT, 0.95).sentence();
  }

  @Test
  void theHeadlineIsHonest() {
    SweepPoint exact = point(1000, "exact", 1, 1000);
    assertThat(sentence(exact, point(1000, "pq4", 0.97, 250), point(1000, "pq", 0.5, 10)))
        .isEqualTo(
            "pq4 is the fastest with recall ≥ 0.95: 4.00 times (3.58 to 4.46 over the forks) as"
                + " fast as exact attention.");
    assertThat(sentence(exact, point(1000, "pq4", 0.97, 980)))
        .startsWith("pq4 is the fastest with recall ≥ 0.95, but not clearly faster than exact");
    assertThat(sentence(exact, point(1000, "pq4", 0.97, 2000)))
        .startsWith(
            "Exact attention is the fastest with recall ≥ 0.95: the next, pq4, takes 2.00"
                + " times (1.79 to 2.23");
    assertThat(sentence(exact, point(1000, "pq4", 0.9, 20)))
        .endsWith("no other arm that was measured reaches that.");
    SweepPoint faithful = point(1000, "pq", 0.97, 20);
    assertThat(
            sentence(
                exact,
                new SweepPoint(
                    faithful.key(),
                    faithful.arm(),
                    SweepPoint.Status.PRUNED,
                    "slow",
                    faithful.fidelity(),
                    SweepPoint.Latency.NONE,
                    SweepPoint.Warmup.NONE,
                    SweepPoint.Stages.NONE,
                    SweepPoint.Work.NONE,
                    SweepPoint.Index.NONE)))
        .endsWith("no other arm that was measured reaches that; pruned were pq.");
    assertThat(sentence(exact, point(1000, "pq4", 0.955, 20)))
        .endsWith(" The interval of its recall reaches below 0.95.");
    assertThat(sentence(point(1000, "pq4", 0.97, 20))).contains("exact attention was not measured");
    assertThat(sentence(point(1000, "pq4", 0.9, 20)))
        .isEqualTo("No arm that was measured has a recall of 0.95 or more.");
  }

  @Test
  void aRatioIsOfMediansAndItsRangeOfForks() {
    Ratio ratio = Ratio.of(point(1000, "a", 1, 1000), point(1000, "b", 1, 250));
    assertThat(ratio.value()).isEqualTo(4);
    // Medians of forks lie between 0.95 and 1.06 times the median.
    assertThat(ratio.low()).isCloseTo(4 * 0.95 / 1.06, within(1e-12));
    assertThat(ratio.high()).isCloseTo(4 * 1.06 / 0.95, within(1e-12));
    assertThat(ratio.clearlyFaster()).isTrue();
    assertThat(Ratio.of(point(1000, "a", 1, 100), point(1000, "b", 1, 97)).clearlyFaster())
        .isFalse();
  }

  @Test
  void oneForkHasNoRangeAndSaysSo() {
    SweepPoint exact = oneFork(point(1000, "exact", 1, 1000));
    SweepPoint fast = oneFork(point(1000, "pq4", 0.97, 250));
    Ratio ratio = Ratio.of(exact, fast);
    assertThat(ratio.value()).isEqualTo(4);
    assertThat(ratio.hasRange()).isFalse();
    assertThat(ratio.inverse().value()).isEqualTo(0.25);
    assertThat(sentence(exact, fast)).contains("4.00 times (one fork, so without a range) as fast");
  }

  private static SweepPoint oneFork(SweepPoint p) {
    SweepPoint.Latency l = p.latency();
    double p50 = l.quantiles().p50();
    return new SweepPoint(
        p.key(),
        p.arm(),
        p.status(),
        p.reason(),
        p.fidelity(),
        new SweepPoint.Latency(
            l.samples(), 1, l.meanNanos(), l.quantiles(), l.maxNanos(), p50, p50),
        p.warmup(),
        p.stages(),
        p.work(),
        p.index());
  }

  @Test
  void growthIsThatOfOneArmAndPerTarget() {
    SweepResults results =
        sweep(
            HERE,
            List.of(
                point(1000, "exact", 1, 20_000),
                point(10_000, "exact", 1, 200_000),
                point(100_000, "exact", 1, 2_000_000),
                point(1000, "pq", 1, 500)));
    List<CostGrowth> growths = CostGrowth.of(results);
    assertThat(growths).hasSize(1);
    CostGrowth growth = growths.get(0);
    assertThat(growth.key().arm()).isEqualTo("exact");
    assertThat(growth.points()).extracting(p -> p.key().historyLength()).isSorted();
    assertThat(growth.law().exponent()).isCloseTo(1, within(1e-12));
    // 20 µs for 20 targets and 1,000 behaviours.
    assertThat(growth.law().at(1000)).isCloseTo(1000, within(1e-6));
    assertThat(CostGrowth.nanosPerBehaviour(growth.points().get(0))).isEqualTo(1);
  }

  @Test
  void aComparisonNamesWhatDiffersAndPairsWhatBothHave() {
    SweepResults here =
        sweep(HERE, List.of(point(1000, "exact", 1, 1000), point(1000, "pq", 0.9, 100)));
    SweepResults same = sweep(HERE, List.of(point(1000, "exact", 1, 1500)));
    SweepResults there =
        sweep(
            Sweeps.machine("Other processor", "VM 21"),
            List.of(
                point(1000, "exact", 1, 2000),
                point(1000, "eta", 0.5, 2000),
                Sweeps.pruned(
                    new SweepPoint.Key(1000, 50, 20, 2, "pq"),
                    new SweepPoint.Arm("pq", "", 0, 0, 16),
                    "slow")));
    assertThat(new SweepComparison(here, same).differences()).isEmpty();
    SweepComparison comparison = new SweepComparison(here, there);
    assertThat(comparison.differences())
        .containsExactly(
            new SweepComparison.Difference("processor", "Processor", "Other processor", true),
            new SweepComparison.Difference("JDK", "VM 17.0.1", "VM 21", true));
    assertThat(comparison.pairs()).hasSize(1);
    SweepComparison.Pair pair = comparison.pairs().get(0);
    assertThat(pair.here().key().arm()).isEqualTo("exact");
    assertThat(pair.timesAsFast().value()).isEqualTo(2);
    assertThat(pair.timesAsFastAtP99()).isEqualTo(2);
    assertThat(here.point(pair.here().key())).isEqualTo(Optional.of(pair.here()));
  }
}
