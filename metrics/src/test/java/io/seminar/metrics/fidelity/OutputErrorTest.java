package io.seminar.metrics.fidelity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class OutputErrorTest {

  @Test
  void ofHandComputedVectors() {
    float[] exact = {9, 3, 4, 9};
    float[] approximate = {4, 3};
    assertThat(OutputError.cosine(exact, 1, approximate, 0, 2)).isEqualTo(24 / 25.);
    assertThat(OutputError.relativeL2(exact, 1, approximate, 0, 2))
        .isCloseTo(Math.sqrt(2) / 5, within(1e-15));
    float[] opposite = {-3, -4};
    assertThat(OutputError.cosine(exact, 1, opposite, 0, 2)).isEqualTo(-1);
    assertThat(OutputError.relativeL2(exact, 1, opposite, 0, 2)).isEqualTo(2);
  }

  /** |a - b|² = |a|² + |b|² - 2<a, b> ties the two together. */
  @Test
  void obeyTheLawOfCosines() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 200; trial++) {
      int n = 1 + random.nextInt(300);
      float[] a = new float[n];
      float[] b = new float[n];
      double aa = 0;
      double bb = 0;
      for (int i = 0; i < n; i++) {
        a[i] = (float) random.nextGaussian();
        b[i] = a[i] + (float) (random.nextGaussian() * trial / 50.);
        aa += a[i] * (double) a[i];
        bb += b[i] * (double) b[i];
      }
      double relative = OutputError.relativeL2(a, 0, b, 0, n);
      double cosine = OutputError.cosine(a, 0, b, 0, n);
      assertThat(relative * relative * aa)
          .as("seed " + seed + " trial " + trial)
          .isCloseTo(aa + bb - 2 * cosine * Math.sqrt(aa * bb), within(1e-9 * (aa + bb)));
    }
  }

  @Test
  void zeroVectorsAreUndefinedOrTotalLoss() {
    float[] zero = new float[3];
    float[] some = {0, 1e-30f, 0};
    assertThat(OutputError.cosine(zero, 0, some, 0, 3)).isNaN();
    assertThat(OutputError.cosine(some, 0, zero, 0, 3)).isNaN();
    assertThat(OutputError.relativeL2(zero, 0, some, 0, 3)).isNaN();
    assertThat(OutputError.relativeL2(zero, 0, zero, 0, 3)).isNaN();
    assertThat(OutputError.relativeL2(some, 0, zero, 0, 3)).isEqualTo(1);
  }

  @Test
  void neitherTinyNorHugeNumbersAreLost() {
    for (float size : new float[] {Float.MIN_VALUE, 1e-40f, Float.MAX_VALUE / 2}) {
      float[] a = {size, size};
      float[] b = {size, 0};
      assertThat(OutputError.cosine(a, 0, b, 0, 2)).isCloseTo(Math.sqrt(.5), within(1e-12));
      assertThat(OutputError.relativeL2(a, 0, b, 0, 2)).isCloseTo(Math.sqrt(.5), within(1e-12));
    }
  }

  @Test
  void refusesBadInput() {
    float[] good = {1, 2};
    float[] bad = {1, Float.NaN};
    float[] infinite = {1, Float.NEGATIVE_INFINITY};
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputError.cosine(bad, 0, good, 0, 2))
        .withMessageContaining("the exact vector")
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputError.relativeL2(good, 0, infinite, 0, 2))
        .withMessageContaining("the approximate vector");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputError.cosine(good, 0, good, 1, 2))
        .withMessageContaining("2 numbers from 0 of 2 and from 1 of 2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> OutputError.relativeL2(good, 0, good, 0, 0))
        .withMessageContaining("n was 0");
  }
}
