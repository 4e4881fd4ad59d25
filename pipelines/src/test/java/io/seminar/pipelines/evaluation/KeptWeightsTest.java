package io.seminar.pipelines.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserWeights;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Kept or drawn again, a user's weights are the same. */
class KeptWeightsTest {
  @Test
  void weightsAreThoseThatAreDrawn() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    // The last has so many columns that not all users can be kept.
    for (int columns : new int[] {0, 1, 57, 1 << 17}) {
      Resampling resampling = new Resampling(seed, columns, 0, 0);
      UserWeights drawn = new UserWeights(resampling);
      KeptWeights kept = new KeptWeights(drawn);
      int users = columns > 1_000 ? 700 : 3_000;
      long[] hashes = random.longs(users).toArray();
      hashes[0] = 0; // a hash like another
      hashes[1] = hashes[2] ^ 1L << 40; // the same slot at first
      long[] expected = new long[columns];
      long[] found = new long[columns];
      for (int row = 0; row < 2 * users; row++) {
        long user = hashes[row < users ? row : random.nextInt(users)];
        drawn.fill(user, expected);
        kept.fill(user, found);
        assertThat(found).as("%d columns, row %d, seed %d", columns, row, seed).isEqualTo(expected);
      }
    }
  }

  @Test
  void flipsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new KeptWeights(new UserWeights(new Resampling(1, 10, 5, 1))))
        .withMessageContaining("no flips");
  }
}
