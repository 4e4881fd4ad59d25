package io.seminar.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class MedianTimeTest {
  @Test
  void isNullWithoutTimes() {
    assertThat(new MedianTime().median()).isNull();
  }

  @Test
  void isExactWhereTheTimesFitIntoBuckets() {
    assertThat(median(List.of(1000L))).isEqualTo(1000);
    assertThat(median(List.of(3L, 1L, 2L))).isEqualTo(2);
    assertThat(median(List.of(4L, 1L, 3L, 2L))).isEqualTo(3);
    assertThat(median(List.of(-5L, 7L, 7L))).isEqualTo(7);
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
    MedianTime median = new MedianTime();
    times.forEach(median::add);
    return median.median();
  }
}
