package io.seminar.pipelines.embedding;

import io.seminar.network.scoring.TrainedNetwork;
import java.util.Arrays;

/**
 * The fields of a SEMINAR network's pairs as one head sees them: those of {@link NetworkFields}
 * projected into the head's key space, d_h floats each, with the same weights. A behaviour's key is
 * their weighted sum, so the head's own query stands for every field of a target.
 *
 * <p>Not thread-safe: one instance a thread.
 */
public final class HeadFields implements FieldVectors {
  private final TrainedNetwork network;
  private final NetworkFields fields;
  private final FieldLayout layout;
  private final int head;
  private final float[] whole; // (d)

  /**
   * @param head from 0
   * @throws IllegalStateException of a network whose score is not linear in its fields
   */
  public HeadFields(TrainedNetwork network, int head) {
    this.network = network;
    this.fields = new NetworkFields(network);
    this.head = head;
    this.whole = new float[network.spec().hidden()];
    FieldLayout shared = fields.layout();
    int size = network.spec().headSize();
    int[] dimensions = new int[shared.fields()];
    int[] offsets = new int[shared.fields()];
    Arrays.fill(dimensions, size);
    Arrays.setAll(offsets, f -> f * size);
    this.layout =
        new FieldLayout(shared.names(), dimensions, offsets, shared.weights(), shared.hasQuery());
  }

  @Override
  public FieldLayout layout() {
    return layout;
  }

  @Override
  public boolean hasItem(int field, int item) {
    return fields.hasItem(field, item);
  }

  @Override
  public boolean item(int field, int item, float[] out, int offset) {
    if (!fields.item(field, item, whole, 0)) {
      return false;
    }
    network.key(head, whole, 0, out, offset);
    return true;
  }

  @Override
  public boolean hasQuery(int query) {
    return fields.hasQuery(query);
  }

  @Override
  public boolean query(int query, float[] out, int offset) {
    boolean has = fields.query(query, whole, 0);
    network.key(head, whole, 0, out, offset);
    return has;
  }
}
