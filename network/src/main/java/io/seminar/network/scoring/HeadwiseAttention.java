package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;
import io.seminar.attention.retrieval.Capacity;
import io.seminar.network.model.NetworkSpec;
import io.seminar.sessions.History;

/**
 * Target attention whose own scores choose the K behaviours, a set a head; the scores with TWIN's
 * biases, or the candidates narrowed by QIN's cascade.
 */
final class HeadwiseAttention implements UserInterest {
  private final TrainedNetwork network;
  private final NetworkSpec spec;
  private final float temperature;
  private final CrossBiases biases; // null: none
  private final QueryCascade cascade; // null: none
  private final Behaviours behaviours;
  private final float[][] queries; // H times (n, d_h)
  private float[] scores = new float[0]; // (n, L) of one head
  private TopK topK = new TopK(1);
  private int[] kept = new int[1];

  HeadwiseAttention(TrainedNetwork network, CrossBiases biases, QueryCascade cascade) {
    this.network = network;
    this.biases = biases;
    this.cascade = cascade;
    spec = network.spec();
    temperature = network.temperature();
    behaviours = new Behaviours(network, true, cascade != null);
    queries = new float[spec.heads()][TrainedNetwork.MOST_TARGETS * spec.headSize()];
  }

  @Override
  public void open(History history) {
    behaviours.embed(history);
    int length = behaviours.length();
    int cells = Capacity.of(length, TrainedNetwork.MOST_TARGETS);
    if (Capacity.misfits(scores.length, cells)) {
      scores = Capacity.NONE;
      scores = new float[cells];
    }
    int keep = Math.max(1, Math.min(spec.keep(), length));
    if (Capacity.misfits(kept.length, keep)) {
      kept = new int[keep];
      topK = new TopK(keep);
    }
    if (biases != null) {
      biases.open(behaviours);
    }
    if (cascade != null) {
      cascade.open(behaviours);
    }
  }

  @Override
  public int lengthBefore(long time) {
    return behaviours.lengthBefore(time);
  }

  @Override
  public void find(TargetPage page, float[] outputs, float[] intensities) {
    network.queries(page.pairs(), page.size(), queries);
    int candidates = page.length();
    float[][] keys = behaviours.keys();
    float[][] values = behaviours.values();
    if (cascade != null && cascade.narrows(page)) {
      candidates = cascade.narrow(page, behaviours);
      keys = cascade.keys();
      values = cascade.values();
    }
    if (biases != null) {
      biases.prepare(page, behaviours);
    }
    for (int h = 0; h < spec.heads(); h++) {
      AttentionKernels.scores(
          queries[h], page.size(), keys[h], candidates, spec.headSize(), scores, candidates);
      if (biases != null) {
        biases.add(h, page, scores);
      }
      attend(h, page, candidates, values[h], outputs, intensities);
    }
  }

  private void attend(
      int head,
      TargetPage page,
      int candidates,
      float[] values,
      float[] outputs,
      float[] intensities) {
    int size = spec.headSize();
    int keep = Math.min(spec.keep(), candidates);
    double logLength = Math.log(page.length());
    for (int i = 0; i < page.size(); i++) {
      int at = i * candidates;
      int k = topK.select(scores, at, candidates, keep, kept, 0);
      double logSum =
          AttentionKernels.attendKept(
              scores,
              at,
              kept,
              k,
              temperature,
              values,
              size,
              outputs,
              i * spec.hidden() + head * size);
      intensities[i * spec.heads() + head] = k == 0 ? 0 : (float) (logSum - logLength);
    }
  }
}
