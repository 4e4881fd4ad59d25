package io.seminar.metrics.inference;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How an {@link Interval} is made of the values of an {@link Estimate}. */
public enum IntervalMethod {
  /** {@link Interval#percentile}: needs bootstrap replicates. */
  PERCENTILE,
  /** {@link Interval#bca}: needs bootstrap replicates and jackknife groups. */
  BCA,
  /** {@link Interval#jackknife}: needs jackknife groups only, the cheap one. */
  JACKKNIFE;

  /** Stable name: {@code percentile}, {@code bca} or {@code jackknife}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The method called {@code key}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static IntervalMethod of(String key) {
    for (IntervalMethod method : values()) {
      if (method.key().equals(key)) {
        return method;
      }
    }
    throw new IllegalArgumentException(
        "no interval method "
            + key
            + ", expected one of "
            + Arrays.stream(values()).map(IntervalMethod::key).collect(Collectors.joining(", ")));
  }
}
