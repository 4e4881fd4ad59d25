package io.seminar.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimeQuantilesTest {
  @Test
  void isNullWithoutTimes() {
    assertThat(new TimeQuantiles().quantile(0.5)).isNull();
  }

  @Test
  void isExactWhereTheTimesFitIntoBuckets() {
    assertThat(median(List.of(1000L))).isEqualTo(1000);
    assertThat(median(List.of(3L, 1L, 2L))).isEqualTo(2);
    assertThat(median(List.of(4L, 1L, 3L, 2L))).isEqualTo(3);
    assertThat(median(List.of(-5L, 7L, 7L))).isEqualTo(7);
  }

  @Test
  void otherSharesAreExactWhereTheTimesFitIntoBuckets() {
    List<Long> times = List.of(9L, 1L, 3L, 5L, 7L);
    assertThat(quantile(times, 0)).isEqualTo(1);
    assertThat(quantile(times, 0.79)).isEqualTo(7);
    assertThat(quantile(times, 0.8)).isEqualTo(9);
    assertThat(quantile(times, 1)).isEqualTo(9);
    assertThatThrownBy(() -> quantile(times, 1.5)).hasMessageContaining("share is 1.5");
  }

  @Test
  void isWithinABucketOfTheSortedMedianInAnyOrder() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int trial = 0; trial < 20; trial++) {
      long range = 1L << (10 + random.nextInt(40));
      long start = (random.nextLong() >> 20) - range;
      List<Long> times =
          LongStream.generate(() -> start + (random.nextLong() >>> 1) % range)
              .limit(501)
              .boxed()
              .collect(Collectors.toList());
      long[] sorted = times.stream().mapToLong(Long::longValue).sorted().toArray();
      long median = median(times);
      Collections.shuffle(times, random);
      assertThat(median(times)).as("another order, seed %d", seed).isEqualTo(median);
      assertThat(Arrays.stream(sorted).filter(t -> t < median).count())
          .as("times before the median, seed %d", seed)
          .isLessThanOrEqualTo(250);
      assertThat(sorted[250] - median)
          .as("distance to the sorted median, seed %d", seed)
          .isBetween(0L, Math.max(1, (sorted[500] - sorted[0]) >> 14));
    }
  }

  private static long median(List<Long> times) {
    return quantile(times, 0.5);
  }

  private static long quantile(List<Long> times, double share) {
    TimeQuantiles quantiles = new TimeQuantiles();
    times.forEach(quantiles::add);
    return quantiles.quantile(share);
  }
}
