package io.seminar.network.device;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.seminar.attention.retrieval.Behaviours;
import io.seminar.attention.retrieval.Cost;
import io.seminar.attention.retrieval.Kept;
import io.seminar.attention.retrieval.Retrieval;
import io.seminar.attention.retrieval.Targets;
import java.nio.FloatBuffer;

/**
 * Exact retrieval as matrix products on the device: {@code (B, d_k) x (d_k, L)} and the engine's
 * top-K, a head at a time. Keys are copied once a user. Scores are rounded as the engine rounds, so
 * what is kept is that of the CPU up to scores that differ by rounding alone.
 *
 * <p>Allocates native memory in every call and frees it before it returns; on the host, the arrays
 * that results are copied to.
 */
public final class DeviceExactRetrieval implements Retrieval {
  private final NDManager parent;
  private NDManager user;
  private NDArray[] keys = new NDArray[0]; // (H) of (L, d_k)
  private Behaviours history;

  /**
   * @param device stays open while this is used, and is closed by its owner
   */
  public DeviceExactRetrieval(TorchDevice device) {
    this.parent = device.manager();
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    if (user != null) {
      user.close();
    }
    user = parent.newSubManager();
    keys = new NDArray[history.heads()];
    int floats = history.length() * history.keySize();
    for (int h = 0; h < keys.length && floats > 0; h++) {
      keys[h] =
          user.create(
              FloatBuffer.wrap(history.keys(h), 0, floats),
              new Shape(history.length(), history.keySize()));
    }
    if (floats > 0) {
      TorchDevice.await(keys[keys.length - 1]);
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int count = targets.count();
    int size = history.keySize();
    for (int h = 0; h < history.heads(); h++) {
      if (length == 0 || count == 0) {
        for (int b = 0; b < count; b++) {
          kept.setCount(h, b, 0);
        }
        continue;
      }
      cost.start();
      try (NDManager call = parent.newSubManager()) {
        NDArray queries =
            call.create(
                FloatBuffer.wrap(targets.queries(h), 0, count * size), new Shape(count, size));
        if (cost.timed()) {
          TorchDevice.await(queries);
        }
        cost.lap(Cost.Stage.COPY);
        NDArray seen = keys[h].get(call, new NDIndex("0:{}", length));
        NDArray scores = queries.matMul(seen.transpose());
        cost.lap(Cost.Stage.QUEUE);
        if (cost.timed()) {
          TorchDevice.await(scores);
          cost.lap(Cost.Stage.SCAN);
        }
        DeviceSelection.select(scores, count, h, kept, true, cost);
      }
    }
    cost.scanned(
        (long) length * count * history.heads(),
        (long) length * size * Float.BYTES * history.heads());
  }

  /** The keys' copy on the device. */
  @Override
  public long indexBytes() {
    return (long) history.length() * history.keySize() * Float.BYTES * history.heads();
  }
}
