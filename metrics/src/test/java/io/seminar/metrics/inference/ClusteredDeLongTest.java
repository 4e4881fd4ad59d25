package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import io.seminar.metrics.ranking.Auc;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusteredDeLongTest {
  private final Golden golden = new Golden("/inference/reference.properties");

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void agreesWithAllPairsInNumPy(int c) {
    String key = "delong." + c + ".";
    float[] a = golden.floats(key + "a");
    float[] b = golden.floats(key + "b");
    byte[] labels = golden.bytes(key + "labels");
    int[] users = new int[a.length];
    int[] single = new int[a.length];
    for (int i = 0; i < users.length; i++) {
      users[i] = golden.bytes(key + "users")[i];
      single[i] = i;
    }
    ClusteredDeLong ours = ClusteredDeLong.of(a, labels, users, 50); // some users do not occur
    ClusteredDeLong theirs = ClusteredDeLong.of(b, labels, users, 50);
    double[] aucs = golden.doubles(key + "aucs");
    double[] variances = golden.doubles(key + "variances");
    assertThat(ours.auc()).isCloseTo(aucs[0], within(1e-14));
    assertThat(theirs.auc()).isCloseTo(aucs[1], within(1e-14));
    assertThat(ours.variance()).isCloseTo(variances[0], within(1e-13 * variances[0]));
    assertThat(theirs.variance()).isCloseTo(variances[1], within(1e-13 * variances[1]));
    double covariance = golden.number(key + "covariance");
    assertThat(ours.covariance(theirs)).isCloseTo(covariance, within(1e-12 * covariance));
    assertThat(theirs.covariance(ours)).isEqualTo(ours.covariance(theirs));

    double[] plain = golden.doubles(key + "single");
    ClusteredDeLong first = ClusteredDeLong.of(a, labels, single, a.length);
    ClusteredDeLong second = ClusteredDeLong.of(b, labels, single, b.length);
    assertThat(first.variance()).isCloseTo(plain[0], within(1e-13 * plain[0]));
    assertThat(first.covariance(second)).isCloseTo(plain[1], within(1e-12 * plain[1]));
    assertThat(second.variance()).isCloseTo(plain[2], within(1e-13 * plain[2]));
  }

  /** Random ties, signs of zero, graded labels: the formulas over all pairs, once more. */
  @Test
  void agreesWithAllPairs() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 100; trial++) {
      int n = 10 + random.nextInt(80);
      int userCount = 3 + random.nextInt(10);
      int levels = 1 + random.nextInt(40);
      float[] scores = new float[n];
      byte[] labels = new byte[n];
      int[] users = new int[n];
      for (int i = 0; i < n; i++) {
        scores[i] = (random.nextInt(levels) - levels / 2) / 8f;
        scores[i] = scores[i] == 0 && random.nextBoolean() ? -0f : scores[i];
        labels[i] = (byte) Math.max(0, random.nextInt(5) - 2);
        users[i] = random.nextInt(userCount);
      }
      ClusteredDeLong made = ClusteredDeLong.of(scores, labels, users, userCount);
      String what = "seed " + seed + " trial " + trial;
      assertThat(made.auc()).as(what).isEqualTo(Auc.of(scores, labels, 0, n));
      double expected = allPairs(scores, labels, users, userCount);
      if (Double.isNaN(expected)) {
        assertThat(made.variance()).as(what).isNaN();
      } else {
        assertThat(made.variance()).as(what).isCloseTo(expected, within(1e-12));
      }
    }
  }

  private static double allPairs(float[] scores, byte[] labels, int[] users, int userCount) {
    double m = 0;
    double n = 0;
    double won = 0;
    double[] clicks = new double[userCount];
    double[] others = new double[userCount];
    double[] up = new double[userCount];
    double[] down = new double[userCount];
    for (int x = 0; x < scores.length; x++) {
      (labels[x] > 0 ? clicks : others)[users[x]]++;
      m += labels[x] > 0 ? 1 : 0;
      n += labels[x] > 0 ? 0 : 1;
      for (int y = 0; y < scores.length; y++) {
        if (labels[x] > 0 && labels[y] == 0) {
          double win = scores[x] > scores[y] ? 1 : scores[x] == scores[y] ? .5 : 0;
          won += win;
          up[users[x]] += win;
          down[users[y]] += win;
        }
      }
    }
    double auc = won / (m * n);
    int i10 = 0;
    int i01 = 0;
    int any = 0;
    double s10 = 0;
    double s01 = 0;
    double s11 = 0;
    for (int u = 0; u < userCount; u++) {
      i10 += clicks[u] > 0 ? 1 : 0;
      i01 += others[u] > 0 ? 1 : 0;
      any += clicks[u] + others[u] > 0 ? 1 : 0;
      double v10 = up[u] / n - clicks[u] * auc;
      double v01 = down[u] / m - others[u] * auc;
      s10 += v10 * v10;
      s01 += v01 * v01;
      s11 += v10 * v01;
    }
    return i10 < 2 || i01 < 2
        ? Double.NaN
        : i10 / (i10 - 1.) * s10 / (m * m)
            + i01 / (i01 - 1.) * s01 / (n * n)
            + 2 * any / (any - 1.) * s11 / (m * n);
  }

  @Test
  void saysWhyThereIsNoInterval() {
    float[] scores = {1, 2, 3};
    int[] users = {0, 1, 2};
    ClusteredDeLong none = ClusteredDeLong.of(scores, new byte[3], users, 3);
    assertThat(none.auc()).isNaN();
    assertThat(none.variance()).isNaN();
    assertThat(none.interval(.95).reason()).isEqualTo("no click among 3 impressions");
    ClusteredDeLong all = ClusteredDeLong.of(scores, new byte[] {1, 2, 1}, users, 3);
    assertThat(all.interval(.95).reason()).isEqualTo("all of 3 impressions are clicks");
    assertThat(all.differenceInterval(all, .95).reason()).isEqualTo(all.interval(.95).reason());
    ClusteredDeLong few = ClusteredDeLong.of(scores, new byte[] {1, 0, 1}, users, 3);
    assertThat(few.interval(.95).reason()).isEqualTo("1 users, an interval needs at least 10");
    assertThat(few.variance()).isNaN();
    ClusteredDeLong empty = ClusteredDeLong.of(new float[0], new byte[0], new int[0], 0);
    assertThat(empty.interval(.95).reason()).isEqualTo("no click among 0 impressions");
  }

  @Test
  void refusesBadInput() {
    float[] scores = {1, Float.NaN};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusteredDeLong.of(scores, new byte[2], new int[2], 1))
        .withMessageContaining("score 1 is NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusteredDeLong.of(new float[1], new byte[] {-1}, new int[1], 1))
        .withMessageContaining("label 0 is -1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusteredDeLong.of(new float[1], new byte[1], new int[] {1}, 1))
        .withMessageContaining("user 0 is 1, expected 0..0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClusteredDeLong.of(new float[1], new byte[2], new int[1], 1))
        .withMessageContaining("1 scores, 2 labels and 1 users");
    int[] users = {0, 1};
    ClusteredDeLong one = ClusteredDeLong.of(new float[2], new byte[] {0, 1}, users, 2);
    ClusteredDeLong other = ClusteredDeLong.of(new float[2], new byte[] {1, 0}, users, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> one.covariance(other))
        .withMessageContaining("not of the same impressions");
  }
}
