package io.seminar.pipelines.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.network.examples.ExampleCounts;
import io.seminar.network.examples.TimeSplit;
import io.seminar.sessions.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TrainingProgressTest {
  private static final ExampleCounts COUNTS =
      new ExampleCounts(
          "data",
          new TimeSplit(1, 2),
          new ExampleCounts.Period(4_000, 80_000, 12_000),
          new ExampleCounts.Period(1_000, 20_000, 3_000),
          500,
          412_000,
          120_000);

  private final List<String> kept = new ArrayList<>();
  private long now = 5_000_000_000L;

  private TrainingProgress progress(Kind kind, int epochs, boolean mayEndSooner) {
    return new TrainingProgress(kind, epochs, mayEndSooner, kept::add, () -> now);
  }

  private void pass(double seconds) {
    now += (long) (seconds * 1e9);
  }

  private static SortedMap<String, Double> losses(double loss) {
    return new TreeMap<>(Map.of("train.loss", loss));
  }

  @Test
  void saysWhatItDoesBeforeTheFirstEpoch() {
    TrainingProgress progress = progress(Kind.FINETUNING, 20, true);
    assertThat(progress.status()).isEqualTo("finetune: reading the data");
    progress.counted(COUNTS);
    assertThat(progress.status()).isEqualTo("finetune: preparing");
    progress(Kind.PRETRAINING, 5, false).counted(COUNTS);
    assertThat(kept)
        .containsExactly(
            "finetune: training on 4,000 requests (80,000 impressions, 12,000 clicked), validating"
                + " on 1,000 requests (20,000 impressions, 3,000 clicked)",
            "pretrain: training on 412,000 behaviours, 120,000 of them searched");
  }

  @Test
  void saysEpochExamplesRateTimeLeftAndLosses() {
    TrainingProgress progress = progress(Kind.FINETUNING, 4, true);
    progress.counted(COUNTS);
    pass(10);
    progress.step(1, 1_000, 4_000, losses(0.51234));
    // 3,000 of this epoch and 3 more epochs of 4,000, at 100 a second.
    assertThat(progress.status())
        .isEqualTo(
            "finetune: epoch 1 of 4: 1,000 of 4,000 requests, 100 a second, at most 2 min 30 s"
                + " left; loss 0.5123");
    pass(30);
    progress.step(1, 4_000, 4_000, losses(0.5));
    progress.validating(1);
    assertThat(progress.status()).isEqualTo("finetune: epoch 1 of 4: validating; loss 0.5000");
    pass(8);
    progress.epoch(
        1,
        new TreeMap<>(
            Map.of("train.loss", 0.5, "validation.gauc", 0.61, "validation.logloss", 0.55)),
        true);
    assertThat(kept)
        .last()
        .isEqualTo(
            "finetune: epoch 1 of 4: trained loss 0.5000; validated logloss 0.5500, gauc 0.6100,"
                + " best so far");
    pass(20);
    progress.step(2, 2_000, 4_000, losses(0.4));
    // 2,000 and 2 more epochs of 4,000 at 100 a second, and 3 validations of 8 s.
    assertThat(progress.status())
        .isEqualTo(
            "finetune: epoch 2 of 4: 2,000 of 4,000 requests, 100 a second, at most 2 min 04 s"
                + " left; loss 0.4000");
  }

  @Test
  void anEpochIsExpectedToBeLikeTheOneBefore() {
    TrainingProgress progress = progress(Kind.PRETRAINING, 2, false);
    progress.counted(COUNTS);
    pass(5);
    SortedMap<String, Double> terms = losses(3);
    terms.put("train.next", 2.0);
    terms.put("train.align", 1.5);
    progress.step(1, 500, 1_000, terms);
    assertThat(progress.status())
        .isEqualTo(
            "pretrain: epoch 1 of 2: 500 of 1,000 behaviours, 100 a second, 15.0 s left; loss"
                + " 3.0000, next 2.0000, align 1.5000");
    progress.validating(1); // some users had fewer
    progress.epoch(1, new TreeMap<>(Map.of("train.loss", 3.0, "validation.score", -2.0)), false);
    assertThat(kept).last().isEqualTo("pretrain: epoch 1 of 2: trained loss 3.0000");
    assertThat(progress.status()).isEqualTo("pretrain: epoch 1 of 2: done");
    pass(1);
    progress.step(2, 100, 1_000, losses(2));
    assertThat(progress.status()).contains("epoch 2 of 2: 100 of 500 behaviours", " 4.0 s left");
    progress.step(2, 600, 1_000, losses(2));
    assertThat(progress.status()).contains("600 of 600 behaviours", " 0.0 s left");
    pass(194);
    assertThat(progress.status()).contains(", 5.5 a second, ");
  }

  @Test
  void goesOnWhereItWasInterrupted() {
    TrainingProgress progress = progress(Kind.FINETUNING, 5, false);
    progress.counted(COUNTS);
    pass(3);
    progress.resumed(3);
    pass(10);
    progress.step(4, 1_000, 4_000, losses(0.3));
    assertThat(kept).last().isEqualTo("finetune: going on after epoch 3 of 5");
    assertThat(progress.status()).contains("epoch 4 of 5", "100 a second, 1 min 10 s left");
  }

  @Test
  void tellsTheFirstRejectedUsersAndCountsTheRest() {
    TrainingProgress progress = progress(Kind.FINETUNING, 5, false);
    for (int row = 0; row < 7; row++) {
      progress.rejected(new Problem("users-0.arrow", row, "history[0].item", "999", "an item"));
    }
    progress.counted(COUNTS);
    assertThat(kept).hasSize(7);
    assertThat(kept.get(4)).startsWith("finetune: rejected: users-0.arrow, row 4");
    assertThat(kept.get(5)).isEqualTo("finetune: 7 users rejected");
  }

  @Test
  void undefinedMeasuresAreSaidToBe() {
    TrainingProgress progress = progress(Kind.PRETRAINING, 2, false);
    progress.validating(1);
    progress.epoch(
        1, new TreeMap<>(Map.of("train.loss", 1.0, "validation.loss", Double.NaN)), true);
    assertThat(kept)
        .containsExactly(
            "pretrain: epoch 1 of 2: trained loss 1.0000; validated loss undefined, best so far");
  }
}
