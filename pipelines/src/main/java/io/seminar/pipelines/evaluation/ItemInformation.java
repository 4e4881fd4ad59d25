package io.seminar.pipelines.evaluation;

import io.seminar.metrics.catalogue.Novelty;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.ItemCounts;
import java.nio.file.Path;

/** How surprising every item of a catalogue is: bits, by item ordinal. */
final class ItemInformation {
  private final float[] bits;

  private ItemInformation(float[] bits) {
    this.bits = bits;
  }

  /** That of a data set's items, by its history events. */
  static ItemInformation of(Path dataset) {
    ItemCounts counts = Dataset.open(dataset).itemCounts();
    long events = 0;
    for (int i = 0; i < counts.size(); i++) {
      events += counts.historyEvents(i);
    }
    float[] bits = new float[counts.size()];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Novelty.selfInformation(counts.historyEvents(i), events, bits.length);
    }
    return new ItemInformation(bits);
  }

  /** Items of the catalogue. */
  int items() {
    return bits.length;
  }

  /** Bits of an item. */
  float of(int item) {
    return bits[item];
  }
}
