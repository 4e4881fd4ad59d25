package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.retrieval.Capacity;
import io.seminar.network.model.NetworkSpec;
import io.seminar.sessions.History;

/** Target attention over behaviours that a search of its own found, one set for all heads. */
final class SearchedAttention implements UserInterest {
  private final TrainedNetwork network;
  private final NetworkSpec spec;
  private final BehaviourSearch search;
  private final Behaviours behaviours;
  private final float[][] queries; // H times (n, d_h)
  private float[] scores = new float[0]; // (L) of one target and head, at what was found
  private int[] kept = new int[0];

  SearchedAttention(TrainedNetwork network, BehaviourSearch search) {
    this.network = network;
    this.search = search;
    spec = network.spec();
    behaviours = new Behaviours(network, true, search.readsPairs());
    queries = new float[spec.heads()][TrainedNetwork.MOST_TARGETS * spec.headSize()];
  }

  @Override
  public void open(History history) {
    behaviours.embed(history);
    int length = behaviours.length();
    if (Capacity.misfits(scores.length, length)) {
      scores = new float[length];
    }
    int keep = Math.min(spec.keep(), length);
    if (Capacity.misfits(kept.length, keep)) {
      kept = new int[keep];
    }
    search.open(behaviours);
  }

  @Override
  public int lengthBefore(long time) {
    return behaviours.lengthBefore(time);
  }

  @Override
  public void find(TargetPage page, float[] outputs, float[] intensities) {
    network.queries(page.pairs(), page.size(), queries);
    search.prepare(page);
    int size = spec.headSize();
    double logLength = Math.log(page.length());
    for (int i = 0; i < page.size(); i++) {
      int k = search.find(page, i, kept);
      for (int h = 0; h < spec.heads(); h++) {
        float[] keys = behaviours.keys()[h];
        for (int j = 0; j < k; j++) {
          scores[kept[j]] = AttentionKernels.dot(queries[h], i * size, keys, kept[j] * size, size);
        }
        double logSum =
            AttentionKernels.attendKept(
                scores,
                0,
                kept,
                k,
                network.temperature(),
                behaviours.values()[h],
                size,
                outputs,
                i * spec.hidden() + h * size);
        intensities[i * spec.heads() + h] = k == 0 ? 0 : (float) (logSum - logLength);
      }
    }
  }
}
