package io.seminar.pipelines.sweep;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import org.HdrHistogram.Histogram;

/**
 * Latencies in nanoseconds, in fixed memory and mergeable (HdrHistogram): each is kept to three
 * digits, their sum and the largest exactly. Recording allocates nothing.
 *
 * <p>A quantile is given only where at least {@value #FEWEST_BEYOND} samples lie beyond it: the
 * 99.9th percentile of a hundred samples would be their maximum under another name.
 */
final class Latencies {
  /** Samples that must lie beyond a quantile. */
  static final int FEWEST_BEYOND = 10;

  private static final int DIGITS = 3;
  private static final long LONGEST = 3_600_000_000_000L; // an hour

  private final Histogram histogram;
  private long sum;

  Latencies() {
    this(new Histogram(LONGEST, DIGITS));
  }

  private Latencies(Histogram histogram) {
    this.histogram = histogram;
  }

  /** Adds a latency; a longer one than an hour counts as an hour. */
  void record(long nanos) {
    long value = Math.max(0, Math.min(LONGEST, nanos));
    histogram.recordValue(value);
    sum += value;
  }

  /** How many. */
  long samples() {
    return histogram.getTotalCount();
  }

  /** Their sum. */
  long sum() {
    return sum;
  }

  /** NaN without samples. */
  double mean() {
    return samples() == 0 ? Double.NaN : (double) sum / samples();
  }

  /** The largest, to three digits; NaN without samples. */
  double max() {
    return samples() == 0 ? Double.NaN : histogram.getMaxValue();
  }

  /**
   * The latency that a share of the samples does not exceed; NaN where fewer than {@value
   * #FEWEST_BEYOND} lie beyond it.
   *
   * @param share in (0, 1), such as 0.99
   */
  double quantile(double share) {
    return supports(samples(), share) ? histogram.getValueAtPercentile(100 * share) : Double.NaN;
  }

  /** The middle one, however few there are: to order arms by; NaN without samples. */
  double median() {
    return samples() == 0 ? Double.NaN : histogram.getValueAtPercentile(50);
  }

  /** Whether enough of so many samples lie beyond a quantile. */
  static boolean supports(long samples, double share) {
    // 1 - 0.99 is not quite 0.01: a millionth of a sample is forgiven.
    return Math.round(samples * (1 - share) * 1e6) >= FEWEST_BEYOND * 1_000_000L;
  }

  /** Adds what another has recorded. */
  void add(Latencies other) {
    histogram.add(other.histogram);
    sum += other.sum;
  }

  /** Forgets all. */
  void reset() {
    histogram.reset();
    sum = 0;
  }

  /** As text, for another process. */
  String encode() {
    ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
    int length = histogram.encodeIntoCompressedByteBuffer(buffer, Deflater.BEST_SPEED);
    byte[] bytes = new byte[length];
    buffer.rewind();
    buffer.get(bytes);
    return sum + " " + Base64.getEncoder().encodeToString(bytes);
  }

  /**
   * What {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if the text is something else
   */
  static Latencies decode(String text) {
    String[] words = text.split(" ", -1);
    try {
      Latencies latencies =
          new Latencies(
              Histogram.decodeFromCompressedByteBuffer(
                  ByteBuffer.wrap(Base64.getDecoder().decode(words[words.length - 1])), LONGEST));
      latencies.sum = Long.parseLong(words[0]);
      return latencies;
    } catch (DataFormatException | RuntimeException e) {
      throw new IllegalArgumentException(
          "found '" + text + "', expected an encoded histogram of latencies", e);
    }
  }
}
