package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;
import io.seminar.network.model.NetworkSpec;
import io.seminar.sessions.History;

/** Target attention whose own scores choose the K behaviours, a set a head. */
final class HeadwiseAttention implements UserInterest {
  private final TrainedNetwork network;
  private final NetworkSpec spec;
  private final float temperature;
  private final Behaviours behaviours;
  private final float[][] queries; // H times (n, d_h)
  private float[] scores = new float[0]; // (n, L) of one head
  private TopK topK = new TopK(1);
  private int[] kept = new int[1];

  HeadwiseAttention(TrainedNetwork network) {
    this.network = network;
    spec = network.spec();
    temperature = network.temperature();
    behaviours = new Behaviours(network, true, false);
    queries = new float[spec.heads()][TrainedNetwork.MOST_TARGETS * spec.headSize()];
  }

  @Override
  public void open(History history) {
    behaviours.embed(history);
    int length = behaviours.length();
    int cells = Capacity.floats(length, TrainedNetwork.MOST_TARGETS);
    if (Capacity.misfits(scores.length, cells)) {
      scores = null;
      scores = new float[cells];
    }
    int keep = Math.max(1, Math.min(spec.keep(), length));
    if (Capacity.misfits(kept.length, keep)) {
      kept = new int[keep];
      topK = new TopK(keep);
    }
  }

  @Override
  public int lengthBefore(long time) {
    return behaviours.lengthBefore(time);
  }

  @Override
  public void find(TargetPage page, float[] outputs, float[] intensities) {
    network.queries(page.pairs(), page.size(), queries);
    int n = page.size();
    int length = page.length();
    int size = spec.headSize();
    int keep = Math.min(spec.keep(), length);
    double logLength = Math.log(length);
    for (int h = 0; h < spec.heads(); h++) {
      AttentionKernels.scores(queries[h], n, behaviours.keys()[h], length, size, scores, length);
      for (int i = 0; i < n; i++) {
        int at = i * length;
        int k = topK.select(scores, at, length, keep, kept, 0);
        double logSum =
            AttentionKernels.attendKept(
                scores,
                at,
                kept,
                k,
                temperature,
                behaviours.values()[h],
                size,
                outputs,
                i * spec.hidden() + h * size);
        intensities[i * spec.heads() + h] = k == 0 ? 0 : (float) (logSum - logLength);
      }
    }
  }
}
