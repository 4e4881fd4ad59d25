package io.seminar.pipelines.embedding;

import io.seminar.network.scoring.TrainedNetwork;
import java.util.Arrays;
import java.util.List;

/**
 * A SEMINAR network's pairs as one head sees them: the query and the item, each projected into the
 * head's key space, d_h floats each. An item is the weighted sum of its fields, one vector whatever
 * it lacks, so that a few sub-codes say more of it than a few for each of its fields would. A
 * behaviour's key is the weighted sum of the two, so the head's own query stands for both in a
 * target.
 *
 * <p>Not thread-safe: one instance a thread.
 */
public final class HeadFields implements FieldVectors {
  /** The name of the item's field. */
  public static final String ITEM = "item";

  private final TrainedNetwork network;
  private final NetworkFields fields;
  private final FieldLayout layout;
  private final int head;
  private final float itemShare;
  private final float[] field; // (d)
  private final float[] whole; // (d)

  /**
   * @param head from 0
   * @throws IllegalStateException of a network whose score is not linear in its fields
   */
  public HeadFields(TrainedNetwork network, int head) {
    this.network = network;
    this.fields = new NetworkFields(network);
    this.head = head;
    this.field = new float[network.spec().hidden()];
    this.whole = new float[network.spec().hidden()];
    FieldLayout shared = fields.layout();
    float share = 0;
    for (int f = firstOfItem(); f < shared.fields(); f++) {
      share += shared.weights()[f];
    }
    this.itemShare = share;
    int size = network.spec().headSize();
    this.layout =
        shared.hasQuery()
            ? new FieldLayout(
                List.of(FieldLayout.QUERY, ITEM),
                new int[] {size, size},
                new int[] {0, size},
                new float[] {shared.weights()[0], share},
                true)
            : new FieldLayout(
                List.of(ITEM), new int[] {size}, new int[1], new float[] {share}, false);
  }

  private int firstOfItem() {
    return fields.layout().hasQuery() ? 1 : 0;
  }

  @Override
  public FieldLayout layout() {
    return layout;
  }

  @Override
  public boolean hasItem(int field, int item) {
    for (int f = firstOfItem(); f < fields.layout().fields(); f++) {
      if (fields.hasItem(f, item)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean item(int ofLayout, int item, float[] out, int offset) {
    Arrays.fill(whole, 0);
    boolean has = false;
    for (int f = firstOfItem(); f < fields.layout().fields(); f++) {
      if (fields.item(f, item, field, 0)) {
        has = true;
        float weight = fields.layout().weights()[f] / itemShare;
        for (int d = 0; d < whole.length; d++) {
          whole[d] += weight * field[d];
        }
      }
    }
    if (has) {
      network.key(head, whole, 0, out, offset);
    }
    return has;
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
