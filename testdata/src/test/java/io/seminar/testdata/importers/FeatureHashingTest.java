package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FeatureHashingTest {
  private static long[] keys(int first, int count) {
    long[] keys = new long[count];
    for (int i = 0; i < count; i++) {
      keys[i] = FeatureHashing.key(first + i);
    }
    return keys;
  }

  /**
   * SplitMix64 seeded with 0 begins with these values; Steele, Lea, Flood 2014, and
   * java.util.SplittableRandom.
   */
  @Test
  void theMixerIsTheFinaliserOfSplitMix64() {
    long golden = 0x9E3779B97F4A7C15L;
    assertThat(FeatureHashing.mix(golden)).isEqualTo(0xE220A8397B1DCDAFL);
    assertThat(FeatureHashing.mix(2 * golden)).isEqualTo(0x6E789E6AA1B965F4L);
    assertThat(FeatureHashing.mix(3 * golden)).isEqualTo(0x06C45D188009454FL);
  }

  /** FNV-1a of "foobar" is 85944171f73967e8 in the authors' table of test vectors. */
  @Test
  void textsAreHashedByFnv1a() {
    assertThat(FeatureHashing.key("foobar")).isEqualTo(FeatureHashing.mix(0x85944171f73967e8L));
    assertThat(FeatureHashing.token("foobar"))
        .isEqualTo((int) (FeatureHashing.mix(0x85944171f73967e8L) >>> 33))
        .isNotNegative();
  }

  @Test
  void theCosineEstimatesTheOverlapOfTwoBags() {
    // 100 pairs of bags of 8 that share 4: cosine 0.5; its mean over the pairs has a deviation of
    // about 0.01.
    FeatureHashing hashing = new FeatureHashing(96);
    double mean = 0;
    for (int pair = 0; pair < 100; pair++) {
      float[] a = hashing.vector(keys(1000 * pair, 8), 8);
      float[] b = hashing.vector(keys(1000 * pair + 4, 8), 8);
      double cosine = 0;
      for (int i = 0; i < 96; i++) {
        cosine += (double) a[i] * b[i];
      }
      mean += cosine / 100;
    }
    assertThat(mean).isCloseTo(0.5, within(0.05));
  }

  @Test
  void orderAndRepetitionDoNotMatterToTheLastBit() {
    FeatureHashing hashing = new FeatureHashing(70);
    long[] bag = {3, 1, 2, 9, 1, 3, 3};
    float[] vector = hashing.vector(bag, 7);
    assertThat(hashing.vector(new long[] {9, 2, 1, 3, 77}, 4)).containsExactly(vector);
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    assertThat(squares).isCloseTo(1, within(1e-6));
  }

  @Test
  void nothingHasNoVector() {
    assertThat(new FeatureHashing(64).vector(new long[0], 0)).isNull();
  }
}
