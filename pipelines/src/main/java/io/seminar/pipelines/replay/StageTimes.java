package io.seminar.pipelines.replay;

import io.seminar.reports.store.OutcomeRow;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;

/**
 * How long the stages of every arm took a page, as histograms of nanoseconds with two significant
 * digits. Mergeable in any order. For orientation: a replay measures many threads at once, and
 * cold.
 */
final class StageTimes implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Stage names, in the order of the arrays. */
  public static final List<String> STAGES = List.of("retrieve", "attend");

  private static final int DIGITS = 2;

  /** Compressed histograms by arm and stage; null where nothing was recorded. */
  private final byte[][] encoded;

  private StageTimes(byte[][] encoded) {
    this.encoded = encoded;
  }

  /** Records while a shard is replayed. */
  static final class Recorder {
    private final Histogram[] histograms;

    Recorder(int arms) {
      histograms = new Histogram[arms * STAGES.size()];
      for (int i = 0; i < histograms.length; i++) {
        histograms[i] = new Histogram(DIGITS);
      }
    }

    void record(int arm, OutcomeRow outcome) {
      histograms[arm * STAGES.size()].recordValue(outcome.retrieveNanos);
      histograms[arm * STAGES.size() + 1].recordValue(outcome.attendNanos);
    }

    StageTimes toStageTimes() {
      return encode(List.of(histograms));
    }
  }

  /** No arm, no time: neutral in a merge. */
  static StageTimes none() {
    return new StageTimes(new byte[0][]);
  }

  private static StageTimes encode(List<Histogram> histograms) {
    byte[][] encoded = new byte[histograms.size()][];
    for (int i = 0; i < encoded.length; i++) {
      Histogram histogram = histograms.get(i);
      ByteBuffer buffer = ByteBuffer.allocate(histogram.getNeededByteBufferCapacity());
      int length = histogram.encodeIntoCompressedByteBuffer(buffer);
      encoded[i] = new byte[length];
      buffer.flip().get(encoded[i]);
    }
    return new StageTimes(encoded);
  }

  /** Both together. */
  StageTimes plus(StageTimes other) {
    if (encoded.length == 0) {
      return other;
    }
    if (other.encoded.length == 0) {
      return this;
    }
    List<Histogram> sums = histograms();
    List<Histogram> added = other.histograms();
    for (int i = 0; i < sums.size(); i++) {
      sums.get(i).add(added.get(i));
    }
    return encode(sums);
  }

  /** The histogram of an arm's stage; empty if nothing was recorded. */
  public Histogram histogram(int arm, int stage) {
    int index = arm * STAGES.size() + stage;
    return index < encoded.length ? decode(encoded[index]) : new Histogram(DIGITS);
  }

  private List<Histogram> histograms() {
    List<Histogram> histograms = new ArrayList<>();
    for (byte[] bytes : encoded) {
      histograms.add(decode(bytes));
    }
    return histograms;
  }

  private static Histogram decode(byte[] bytes) {
    try {
      return Histogram.decodeFromCompressedByteBuffer(ByteBuffer.wrap(bytes), 0);
    } catch (DataFormatException e) {
      throw new IllegalStateException("a histogram of stage times does not decode", e);
    }
  }
}
