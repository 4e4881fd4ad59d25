package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;
import io.seminar.attention.retrieval.Capacity;
import io.seminar.network.model.NetworkSpec;

/** SIM's soft search: the K best by an inner product of projections of their own. */
final class InnerProductSearch implements BehaviourSearch {
  private final Weights weights;
  private final int hidden;
  private final int keep;
  private final float[] targets; // (n, d)
  private float[] rows = new float[0]; // (L, d)
  private float[] scores = new float[0]; // (n, L)
  private TopK topK = new TopK(1);

  /**
   * The projections.
   *
   * @param target (d, d)
   * @param behaviour (d, d)
   */
  record Weights(float[] target, float[] behaviour) {
    static Weights read(NetworkSpec spec, ParameterReader parameters) {
      int d = spec.hidden();
      return new Weights(
          parameters.read("search.target", "d, d", d, d).clone(),
          parameters.read("search.behaviour", "d, d", d, d).clone());
    }
  }

  InnerProductSearch(TrainedNetwork network, Weights weights) {
    this.weights = weights;
    hidden = network.spec().hidden();
    keep = network.spec().keep();
    targets = new float[TrainedNetwork.MOST_TARGETS * hidden];
  }

  @Override
  public boolean readsPairs() {
    return true;
  }

  @Override
  public void open(Behaviours behaviours) {
    int length = behaviours.length();
    if (Capacity.misfits(rows.length, Capacity.of(length, hidden))) {
      rows = Capacity.NONE;
      rows = new float[length * hidden];
    }
    int cells = Capacity.of(length, TrainedNetwork.MOST_TARGETS);
    if (Capacity.misfits(scores.length, cells)) {
      scores = Capacity.NONE;
      scores = new float[cells];
    }
    int most = Math.max(1, Math.min(keep, length));
    if (Capacity.misfits(topK.maxK(), most)) {
      topK = new TopK(most);
    }
    AttentionKernels.scores(
        behaviours.pairs(), length, weights.behaviour(), hidden, hidden, rows, hidden);
  }

  @Override
  public void prepare(TargetPage page) {
    AttentionKernels.scores(
        page.pairs(), page.size(), weights.target(), hidden, hidden, targets, hidden);
    AttentionKernels.scores(
        targets, page.size(), rows, page.length(), hidden, scores, page.length());
  }

  @Override
  public int find(TargetPage page, int target, int[] kept) {
    int length = page.length();
    return topK.select(scores, target * length, length, Math.min(keep, length), kept, 0);
  }
}
