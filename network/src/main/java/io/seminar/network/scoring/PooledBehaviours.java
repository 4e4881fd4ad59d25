package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.hashing.SimHash;
import io.seminar.attention.retrieval.Capacity;
import io.seminar.sessions.History;
import java.util.Arrays;

/**
 * Interests that are sums of behaviours: SDIM's, over those whose signature collides with the
 * target's in a group of bits, normalised and averaged over the groups; and the plain mean, the
 * same with one group of no bits, divided by L.
 *
 * <p>The sums of all signatures are kept, in double, and go on from one request to the next where
 * these come in time order. Behaviours are added one by one in their order, so a sum does not
 * depend on the requests before.
 */
final class PooledBehaviours implements UserInterest {
  private final SimHash hash; // null: the mean
  private final float[] value; // (d, d)
  private final int hidden;
  private final int groups;
  private final int groupBits;
  private final Behaviours behaviours;
  private final double[] sums; // (groups, 2^groupBits, d)
  private final long[] targets = new long[TrainedNetwork.MOST_TARGETS];
  private final double[] total; // (d)
  private final float[] pooled; // (n, d)
  private long[] signatures = new long[0]; // (L)
  private int summed;

  /**
   * @param planes (bits, d): not copied; null: the mean
   * @param value (d, d): not copied
   */
  PooledBehaviours(TrainedNetwork network, float[] planes, float[] value) {
    this.value = value;
    hidden = network.spec().hidden();
    int bits = network.spec().hashBits();
    hash = planes == null ? null : new SimHash(planes, bits, hidden);
    groupBits = planes == null ? 0 : network.spec().hashGroup();
    groups = planes == null ? 1 : bits / groupBits;
    behaviours = new Behaviours(network, false, true);
    sums = new double[Math.multiplyExact(groups << groupBits, hidden)];
    total = new double[hidden];
    pooled = new float[TrainedNetwork.MOST_TARGETS * hidden];
  }

  @Override
  public void open(History history) {
    behaviours.embed(history);
    int length = behaviours.length();
    if (Capacity.misfits(signatures.length, length)) {
      signatures = new long[length];
    }
    if (hash != null) {
      hash.signatures(behaviours.pairs(), length, signatures);
    }
    clear();
  }

  private void clear() {
    Arrays.fill(sums, 0);
    summed = 0;
  }

  @Override
  public int lengthBefore(long time) {
    return behaviours.lengthBefore(time);
  }

  /** Where the sum of the behaviours that share a group of bits starts. */
  private int bucket(int group, long signature) {
    int bits = (int) (signature >>> group * groupBits) & (1 << groupBits) - 1;
    return ((group << groupBits) + bits) * hidden;
  }

  private void sum(int length) {
    if (length < summed) {
      clear();
    }
    float[] pairs = behaviours.pairs();
    for (; summed < length; summed++) {
      for (int g = 0; g < groups; g++) {
        int at = bucket(g, signatures[summed]);
        for (int j = 0; j < hidden; j++) {
          sums[at + j] += pairs[summed * hidden + j];
        }
      }
    }
  }

  @Override
  public void find(TargetPage page, float[] outputs, float[] intensities) {
    sum(page.length());
    if (hash != null) {
      hash.signatures(page.pairs(), page.size(), targets);
    }
    for (int i = 0; i < page.size(); i++) {
      Arrays.fill(total, 0);
      for (int g = 0; g < groups; g++) {
        int at = bucket(g, targets[i]);
        double scale = 1 / (hash == null ? page.length() : groups * norm(at));
        for (int j = 0; j < hidden && scale < Double.POSITIVE_INFINITY; j++) {
          total[j] += scale * sums[at + j];
        }
      }
      for (int j = 0; j < hidden; j++) {
        pooled[i * hidden + j] = (float) total[j];
      }
    }
    AttentionKernels.scores(pooled, page.size(), value, hidden, hidden, outputs, hidden);
  }

  private double norm(int at) {
    double squared = 0;
    for (int j = at; j < at + hidden; j++) {
      squared += sums[j] * sums[j];
    }
    return Math.sqrt(squared);
  }
}
