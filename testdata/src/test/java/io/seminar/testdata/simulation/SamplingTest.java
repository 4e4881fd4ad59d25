package io.seminar.testdata.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Random streams, alias tables and modality views: the parts that everything is drawn with. */
class SamplingTest {
  private static final long SEED = 42;

  @Test
  void aliasTablesDrawEachMemberWithItsShareOfTheGroupsWeight() {
    int[] start = {0, 3, 3, 4, 9};
    int[] member = {10, 11, 12, 20, 30, 31, 32, 33, 34};
    double[] weight = {1, 0, 3, 5, 0.1, 100, 7, 7, 7};
    AliasTables tables = new AliasTables(start, member, weight);
    assertThat(tables.size(1)).isZero();
    RandomStream random = new RandomStream().restart(SEED, Purpose.USER_HISTORY, 0);
    int draws = 400_000;
    for (int group : new int[] {0, 2, 3}) {
      int[] seen = new int[35];
      for (int d = 0; d < draws; d++) {
        seen[tables.draw(group, random)]++;
      }
      double sum = 0;
      for (int i = start[group]; i < start[group + 1]; i++) {
        sum += weight[i];
      }
      int total = 0;
      for (int i = start[group]; i < start[group + 1]; i++) {
        double p = weight[i] / sum;
        total += seen[member[i]];
        assertThat(seen[member[i]] / (double) draws)
            .describedAs("seed %d, member %d", SEED, member[i])
            .isCloseTo(p, within(1e-6 + 5 * Math.sqrt(p * (1 - p) / draws)));
      }
      assertThat(total).isEqualTo(draws);
    }
  }

  @Test
  void gaussiansAndExponentialsHaveTheirMoments() {
    RandomStream random = new RandomStream().restart(SEED, Purpose.USER_HISTORY, 1);
    int n = 400_000;
    double sum = 0;
    double squares = 0;
    double fourth = 0;
    double waiting = 0;
    for (int i = 0; i < n; i++) {
      double g = random.nextGaussian();
      sum += g;
      squares += g * g;
      fourth += g * g * g * g;
      waiting += random.nextExponential();
    }
    // Five standard errors: variances of g, g², g⁴ and of an exponential are 1, 2, 96 and 1.
    assertThat(sum / n).isCloseTo(0, within(5 / Math.sqrt(n)));
    assertThat(squares / n).isCloseTo(1, within(5 * Math.sqrt(2.0 / n)));
    assertThat(fourth / n).isCloseTo(3, within(5 * Math.sqrt(96.0 / n)));
    assertThat(waiting / n).isCloseTo(1, within(5 / Math.sqrt(n)));
  }

  @Test
  void streamsOfDifferentKeysDiffer() {
    RandomStream random = new RandomStream();
    long first = random.restart(SEED, Purpose.ITEM_VIEW, 7).nextLong();
    assertThat(random.restart(SEED, Purpose.ITEM_VIEW, 7).nextLong()).isEqualTo(first);
    assertThat(random.restart(SEED + 1, Purpose.ITEM_VIEW, 7).nextLong()).isNotEqualTo(first);
    assertThat(random.restart(SEED, Purpose.QUERY_VIEW, 7).nextLong()).isNotEqualTo(first);
    assertThat(random.restart(SEED, Purpose.ITEM_VIEW, 8).nextLong()).isNotEqualTo(first);
  }

  @Test
  void mapsIntoAsManyOrMoreDimensionsKeepInnerProducts() {
    for (int d : new int[] {8, 13, 64}) {
      int k = 8;
      float[] map =
          ModalityView.orthogonalMap(
              d, k, new RandomStream().restart(SEED, Purpose.MODALITY_MAP, d));
      for (int a = 0; a < k; a++) {
        for (int b = 0; b < k; b++) {
          double inner = 0;
          for (int row = 0; row < d; row++) {
            inner += map[row * k + a] * map[row * k + b];
          }
          assertThat(inner).isCloseTo(a == b ? 1 : 0, within(1e-6));
        }
      }
    }
  }

  @Test
  void mapsIntoFewerDimensionsKeepTheExpectedLength() {
    int d = 5;
    int k = 20;
    float[] map =
        ModalityView.orthogonalMap(d, k, new RandomStream().restart(SEED, Purpose.MODALITY_MAP, 0));
    for (int a = 0; a < d; a++) {
      for (int b = 0; b < d; b++) {
        double inner = Vectors.dot(map, a * k, map, b * k, k);
        assertThat(inner).isCloseTo(a == b ? (double) k / d : 0, within(1e-5));
      }
    }
  }

  @Test
  void viewsAreNearTheCleanViewWithinAModalityAndUnrelatedBetweenModalities() {
    int k = 32;
    double noise = 0.6;
    RandomStream random = new RandomStream();
    ModalityView text =
        new ModalityView(
            new SimulatedModality("text", 64, noise),
            k,
            random.restart(SEED, Purpose.MODALITY_MAP, 0));
    ModalityView image =
        new ModalityView(
            new SimulatedModality("image", 64, noise),
            k,
            random.restart(SEED, Purpose.MODALITY_MAP, 1));
    float[] latent = new float[k];
    int n = 2_000;
    double same = 0;
    double other = 0;
    random.restart(SEED, Purpose.ITEM_VIEW, 0);
    for (int i = 0; i < n; i++) {
      Vectors.uniform(random, latent, 0, k);
      float[] once = text.view(latent, 0, random);
      float[] again = text.view(latent, 0, random);
      float[] elsewhere = image.view(latent, 0, random);
      same += Vectors.dot(once, 0, again, 0, 64) / n;
      other += Vectors.dot(once, 0, elsewhere, 0, 64) / n;
    }
    // Two noisy views of one latent: cosine 1 / (1 + noise²), as SimulatedModality says.
    assertThat(same).isCloseTo(1 / (1 + noise * noise), within(0.01));
    // One random rotation against another: the trace of a random orthogonal matrix, of order 1,
    // over k.
    assertThat(Math.abs(other)).isLessThan(4.0 / k);
  }
}
