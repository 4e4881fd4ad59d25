package io.seminar.attention.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Attention over what is kept against plain double arithmetic. */
class KeptAttentionTest {
  private static final long SEED = 20261129;
  private static final int KEEP = 9;
  private static final float TEMPERATURE = 0.7f;
  private static final World WORLD = new World(SEED, 90, true);

  private final Random random = new Random(SEED);
  private final World.History history = WORLD.history(random, 200);
  private final World.Page page = WORLD.page(random, 5, 3, 200);
  private final Kept kept = new Kept(World.HEADS, KEEP);
  private final float[] outputs = new float[5 * World.HEADS * World.VALUE];
  private final double[] logSums = new double[5 * World.HEADS];

  /** Head h of target b keeps h + b behaviours, any ones. */
  private void keep() {
    for (int h = 0; h < World.HEADS; h++) {
      for (int b = 0; b < 5; b++) {
        int n = h + b;
        for (int i = 0; i < n; i++) {
          kept.rows(h, b)[i] = (31 * i + 7 * b + h) % 200;
        }
        kept.setCount(h, b, n);
      }
    }
  }

  private double score(int head, int target, int row) {
    double score = 0;
    for (int k = 0; k < World.KEY; k++) {
      score +=
          (double) page.queries(head)[target * World.KEY + k]
              * history.keys(head)[row * World.KEY + k];
    }
    return score;
  }

  @Test
  void attendsToWhatIsKept() {
    keep();
    new KeptAttention(KEEP, TEMPERATURE).attend(history, page, kept, outputs, logSums);
    for (int h = 0; h < World.HEADS; h++) {
      for (int b = 0; b < 5; b++) {
        double sum = 0;
        double[] expected = new double[World.VALUE];
        for (int i = 0; i < h + b; i++) {
          int row = kept.rows(h, b)[i];
          double e = Math.exp(score(h, b, row) / TEMPERATURE);
          sum += e;
          for (int j = 0; j < World.VALUE; j++) {
            expected[j] += e * history.values(h)[row * World.VALUE + j];
          }
        }
        String where = "seed %d, head %d, target %d".formatted(SEED, h, b);
        int at = b * World.HEADS + h;
        if (h + b == 0) {
          assertThat(logSums[at]).as(where).isEqualTo(Double.NEGATIVE_INFINITY);
        } else {
          assertThat(logSums[at]).as(where).isCloseTo(Math.log(sum), within(1e-4));
        }
        for (int j = 0; j < World.VALUE; j++) {
          double value = h + b == 0 ? 0 : expected[j] / sum;
          assertThat((double) outputs[at * World.VALUE + j])
              .as(where)
              .isCloseTo(value, within(1e-5));
        }
      }
    }
  }

  @Test
  void usesScoresThatAreThere() {
    keep();
    KeptAttention attention = new KeptAttention(KEEP, TEMPERATURE);
    attention.attend(history, page, kept, outputs, logSums);
    float[] expected = outputs.clone();
    for (int h = 0; h < World.HEADS; h++) {
      for (int b = 0; b < 5; b++) {
        for (int i = 0; i < h + b; i++) {
          kept.scores(h, b)[i] = (float) score(h, b, kept.rows(h, b)[i]);
        }
        kept.setScored(h, b, h + b);
      }
    }
    attention.attend(history, page, kept, outputs, logSums);
    for (int i = 0; i < outputs.length; i++) {
      assertThat(outputs[i]).isCloseTo(expected[i], within(1e-5f));
    }
    int at = (4 * World.HEADS + 2) * World.VALUE;
    Arrays.fill(kept.scores(2, 4), 0);
    attention.attend(history, page, kept, outputs, logSums);
    double changed = 0;
    for (int j = 0; j < World.VALUE; j++) {
      changed = Math.max(changed, Math.abs(outputs[at + j] - expected[at + j]));
    }
    assertThat(changed).as("scores that are handed on are taken as they are").isGreaterThan(1e-2);
    kept.setCount(2, 4, 6);
    attention.attend(history, page, kept, outputs, logSums);
    assertThat(kept.scored(2, 4)).isFalse();
    assertThat(outputs[at]).isCloseTo(expected[at], within(1e-5f));
  }
}
