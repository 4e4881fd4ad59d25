package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.reports.store.OutcomeRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;

class ShardSummaryTest {
  private static final long SEED = 8;
  private static final int ARMS = 2;

  private static List<ShardSummary> summaries(List<List<Long>> nanos) {
    Random random = new Random(SEED);
    List<ShardSummary> summaries = new ArrayList<>();
    for (int s = 0; s < 6; s++) {
      StageTimes.Recorder recorder = new StageTimes.Recorder(ARMS);
      OutcomeRow row = new OutcomeRow(1);
      for (int i = 0; i < s * 10; i++) { // the first shard saw no page
        for (int arm = 0; arm < ARMS; arm++) {
          row.retrieveNanos = (long) Math.exp(random.nextDouble() * 25);
          row.attendNanos = random.nextInt(3);
          nanos.get(arm * 2).add(row.retrieveNanos);
          nanos.get(arm * 2 + 1).add(row.attendNanos);
          recorder.record(arm, row);
        }
      }
      summaries.add(
          new ShardSummary(
              new ReplayCounts(
                  s,
                  2 * s,
                  3 * s,
                  4 * s,
                  List.of(
                      new ReplayCounts.Unread(5 * s, 6 * s), new ReplayCounts.Unread(7 * s, 8 * s)),
                  9 * s),
              recorder.toStageTimes()));
    }
    return summaries;
  }

  private static List<List<Long>> nothing() {
    List<List<Long>> lists = new ArrayList<>();
    for (int i = 0; i < 2 * ARMS; i++) {
      lists.add(new ArrayList<>());
    }
    return lists;
  }

  private static void assertSums(ShardSummary sum, List<List<Long>> nanos, int round) {
    assertThat(sum.counts())
        .isEqualTo(
            new ReplayCounts(
                15,
                30,
                45,
                60,
                List.of(new ReplayCounts.Unread(75, 90), new ReplayCounts.Unread(105, 120)),
                135));
    for (int arm = 0; arm < ARMS; arm++) {
      for (int stage = 0; stage < StageTimes.STAGES.size(); stage++) {
        List<Long> all = new ArrayList<>(nanos.get(arm * 2 + stage));
        Collections.sort(all);
        var histogram = sum.times().histogram(arm, stage);
        String where = "seed %d, round %d, arm %d, stage %d".formatted(SEED, round, arm, stage);
        assertThat(histogram.getTotalCount()).as(where).isEqualTo(all.size());
        for (double percentile : new double[] {50, 90, 99, 100}) {
          long exact = all.get((int) Math.ceil(percentile / 100 * all.size()) - 1);
          // Two significant digits.
          assertThat((double) histogram.getValueAtPercentile(percentile))
              .as(where + ", percentile " + percentile)
              .isBetween(exact * 0.99, exact * 1.01 + 1);
        }
      }
    }
  }

  @Test
  void sumsDoNotDependOnOrderOrGrouping() {
    List<List<Long>> nanos = nothing();
    List<ShardSummary> summaries = summaries(nanos);
    assertSums(ShardSummary.SUM.apply(summaries), nanos, -1);
    Random random = new Random(SEED);
    for (int round = 0; round < 20; round++) {
      List<ShardSummary> left = new ArrayList<>(summaries);
      while (left.size() > 1) {
        Collections.shuffle(left, random);
        int n = 2 + random.nextInt(left.size() - 1);
        List<ShardSummary> some = new ArrayList<>(left.subList(0, n));
        left.subList(0, n).clear();
        some.add(ShardSummary.SUM.apply(List.of()));
        left.add(SerializableUtils.clone(ShardSummary.SUM.apply(some)));
      }
      assertSums(left.get(0), nanos, round);
    }
  }

  @Test
  void nothingSumsToNothing() {
    ShardSummary none = ShardSummary.SUM.apply(List.of());
    assertThat(none.counts()).isEqualTo(ReplayCounts.NONE);
    assertThat(none.times().histogram(1, 1).getTotalCount()).isZero();
  }
}
