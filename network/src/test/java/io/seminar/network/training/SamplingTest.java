package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class SamplingTest {
  @Test
  void itemsAreDrawnAsOftenAsTheyOccurred() {
    float[] counts = {0, 3, 0, 0, 1, 6, 0};
    PopularitySampler sampler = new PopularitySampler(counts);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int draws = 20_000;
    int[] drawn = new int[counts.length];
    for (int i = 0; i < draws; i++) {
      drawn[sampler.draw(random)]++;
    }
    for (int item = 0; item < counts.length; item++) {
      double expected = counts[item] / 10;
      // Five standard deviations of a share; none at all for what never occurred.
      double tolerance = 5 * Math.sqrt(expected * (1 - expected) / draws);
      assertThat((double) drawn[item] / draws)
          .as("seed %d, item %d", seed, item)
          .isCloseTo(expected, within(tolerance));
    }
  }

  @Test
  void theBordersOfTheSharesBelongToWhatOccurred() {
    float[] counts = {0, 0, 2, 0, 0, 2, 0, 4, 0};
    PopularitySampler sampler = new PopularitySampler(counts);
    assertThat(sampler.draw(always(0))).isEqualTo(2);
    assertThat(sampler.draw(always(Math.nextDown(0.25)))).isEqualTo(2);
    assertThat(sampler.draw(always(0.25))).isEqualTo(5);
    assertThat(sampler.draw(always(0.5))).isEqualTo(7);
    assertThat(sampler.draw(always(Math.nextDown(1.0)))).isEqualTo(7);
  }

  private static RandomGenerator always(double u) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new UnsupportedOperationException();
      }

      @Override
      public double nextDouble() {
        return u;
      }
    };
  }

  @Test
  void nothingToDrawFromIsRefused() {
    assertThatThrownBy(() -> new PopularitySampler(new float[3]))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no item occurs before the end of training");
  }

  @Test
  void streamsDifferInSeedPurposeAndNumberAndAreNotEachOthersShifted() {
    Set<Long> seen = new HashSet<>();
    int streams = 0;
    for (long seed : new long[] {0, 1, 2, -1, 0x9e3779b97f4a7c15L}) {
      for (String purpose : new String[] {"pretraining", "finetuning"}) {
        for (int number = 0; number < 5; number++) {
          SplittableRandom random = Streams.of(seed, purpose, number);
          streams++;
          for (int i = 0; i < 100; i++) {
            seen.add(random.nextLong());
          }
        }
      }
    }
    assertThat(seen).hasSize(100 * streams);
    assertThat(Streams.of(3, "a", 4).nextLong()).isEqualTo(Streams.of(3, "a", 4).nextLong());
  }

  @Test
  void ordinalsAreNumberedInTheOrderOfTheirFirstAppearance() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    DistinctIndex index = new DistinctIndex(5_000);
    for (int round = 0; round < 5; round++) {
      index.clear();
      int[] ordinals = random.ints(4_000, 0, 5_000).toArray();
      int[] numbers = new int[ordinals.length];
      for (int i = 0; i < ordinals.length; i++) {
        numbers[i] = index.add(ordinals[i]);
      }
      int[] distinct = index.toArray();
      assertThat(distinct).as("seed %d", seed).hasSize(index.size()).doesNotHaveDuplicates();
      int largest = -1;
      for (int i = 0; i < ordinals.length; i++) {
        assertThat(distinct[numbers[i]]).as("seed %d", seed).isEqualTo(ordinals[i]);
        assertThat(numbers[i]).as("seed %d", seed).isLessThanOrEqualTo(largest + 1);
        largest = Math.max(largest, numbers[i]);
      }
      assertThat(largest + 1).isEqualTo(index.size());
    }
  }

  @Test
  void aTermThatAStepLacksDoesNotCount() {
    MeanLosses losses = new MeanLosses("train.", "loss", "next", "align");
    assertThat(losses.total()).isNaN();
    assertThat(losses.means()).isEmpty();
    losses.add(new double[] {3, 1, Double.NaN});
    losses.add(new double[] {5, Double.NaN, Double.NaN});
    assertThat(losses.total()).isEqualTo(4);
    assertThat(losses.means()).containsOnlyKeys("train.loss", "train.next");
    assertThat(losses.means()).containsEntry("train.loss", 4.0).containsEntry("train.next", 1.0);
  }
}
