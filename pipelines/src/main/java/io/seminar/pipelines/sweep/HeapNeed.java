package io.seminar.pipelines.sweep;

import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.pipelines.arms.View;
import java.util.Arrays;
import java.util.List;

/**
 * The heap that a fork needs, estimated from above: what is embedded of every history, an index and
 * work space of every entrant on every history, and the exact scores of a page.
 */
final class HeapNeed {
  /** What a JVM with the libraries, a data set's counts and a mapped catalogue takes. */
  private static final long FIXED = 384L << 20;

  /** Bytes of a behaviour for an entrant: scores of 32 targets, codes, and what is beside them. */
  private static final long AN_ENTRANT = 4 * 32 + 64;

  /** Times, ordinals, categories, actions, in the history and in what is embedded of it. */
  private static final long ORDINALS = 2 * (8 + 4 + 4) + 4 + 4 + 1;

  private static final double MARGIN = 1.4;

  /** Bytes of a behaviour and field for an entrant that reads the fields, beside its vectors. */
  private static final long A_LINKED_FIELD = 300;

  private final long tables;
  private final long embedded;
  private final long graphs;
  private final long scores;

  /**
   * For a model.
   *
   * @param networkFloats floats of the network's tables; 0 without one
   */
  HeapNeed(AttentionModel model, long networkFloats) {
    int[] dimensions = model.fields().layout().dimensions();
    long fieldFloats = Arrays.stream(dimensions).sum();
    long floats =
        (long) model.heads() * (model.keySize() + (model.valuesAreKeys() ? 0 : model.valueSize()))
            + model.pairSize()
            + fieldFloats;
    this.tables = networkFloats * Float.BYTES;
    this.embedded = floats * Float.BYTES + ORDINALS;
    this.graphs = fieldFloats * Float.BYTES + dimensions.length * A_LINKED_FIELD;
    this.scores = 32L * model.heads() * Float.BYTES;
  }

  /**
   * Bytes for a case with so many histories open.
   *
   * @param entrants the arm of each
   */
  long bytes(CaseSpec spec, List<ArmSpec> entrants, int histories) {
    long indices = 0;
    for (ArmSpec arm : entrants) {
      indices += AN_ENTRANT + (arm.kind().views().contains(View.FIELDS) ? graphs : 0);
    }
    long open = histories * (long) spec.historyLength() * (embedded + indices + scores);
    return (long) (MARGIN * (FIXED + tables + open));
  }

  /**
   * How many histories can be open, at most {@code wanted}.
   *
   * @throws IllegalArgumentException if not even one can
   */
  int histories(CaseSpec spec, List<ArmSpec> entrants, int wanted, long memoryBytes) {
    for (int n = wanted; n >= 1; n--) {
      if (bytes(spec, entrants, n) <= memoryBytes) {
        return n;
      }
    }
    throw new IllegalArgumentException(
        "measure.memory-mb is "
            + (memoryBytes >> 20)
            + ", expected at least "
            + ((bytes(spec, entrants, 1) >> 20) + 1)
            + " for "
            + entrants.size()
            + " arms at "
            + spec.title());
  }

  /** Bytes that all heads' keys and values of a history take: what exact attention reads. */
  static long attendedBytes(AttentionModel model, int length) {
    return (long) length
        * model.heads()
        * (model.keySize() + (model.valuesAreKeys() ? 0 : model.valueSize()))
        * Float.BYTES;
  }
}
