package io.seminar.pipelines.arms;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;
import io.seminar.attention.retrieval.Kept;
import io.seminar.attention.retrieval.Targets;
import io.seminar.metrics.fidelity.OutputError;
import io.seminar.metrics.fidelity.RetrievalRecall;
import java.util.Arrays;

/**
 * How faithful arms are to exact attention. The truth of a page, its exact scores and full
 * attention over all behaviours before the request, is computed once, and what the arms make of the
 * page is compared with it.
 *
 * <p>Recall and mass kept are means over the heads; the output error is that of the heads' outputs
 * side by side.
 *
 * <p>Allocates nothing once it has seen its largest sizes. Not thread-safe: one instance a thread.
 */
public final class Fidelity {
  private final AttentionModel model;
  private final int heads;
  private final int keep;
  private final int recallAts;
  private final TopK topK;
  private final float[][] scores; // (H) of (B, L)
  private final int[][] best; // (B, H), of K
  private final float[] headReference; // (B, d_v)
  private final double[][] logSumExp; // (H, B)
  private final float[] reference; // (B, H d_v)
  private final RetrievalRecall recall;
  private final float[] headRecall;
  private final double[] recallSums;
  private int length;

  private double massKept;
  private double outputCosine;
  private double outputRelL2;

  /**
   * Measures for a model.
   *
   * @param recallAt the K of recall@K, ascending, at most the model's K
   */
  public Fidelity(AttentionModel model, int[] recallAt) {
    this.model = model;
    this.heads = model.heads();
    this.keep = model.keep();
    this.recallAts = recallAt.length;
    this.topK = new TopK(keep);
    this.scores = new float[heads][0];
    this.best = new int[Targets.MAXIMUM * heads][keep];
    int size = model.valueSize();
    this.headReference = new float[Targets.MAXIMUM * size];
    this.logSumExp = new double[heads][Targets.MAXIMUM];
    this.reference = new float[Targets.MAXIMUM * heads * size];
    this.recall = new RetrievalRecall(recallAt);
    this.headRecall = new float[recallAts];
    this.recallSums = new double[recallAts];
  }

  /** Turns to targets: computes the truth about them. */
  public void turnTo(EmbeddedHistory history, RequestTargets targets) {
    length = targets.length();
    int count = targets.count();
    int size = model.valueSize();
    int cells = Math.multiplyExact(Targets.MAXIMUM, length);
    for (int h = 0; h < heads; h++) {
      if (scores[h].length < cells || scores[h].length / 4 > cells + (1 << 16)) {
        scores[h] = new float[cells];
      }
      AttentionKernels.scores(
          targets.queries(h), count, history.keys(h), length, model.keySize(), scores[h], length);
      for (int b = 0; b < count; b++) {
        topK.select(scores[h], b * length, length, keep, best[b * heads + h], 0);
      }
      AttentionKernels.attendAll(
          scores[h],
          count,
          length,
          length,
          model.temperature(),
          history.values(h),
          size,
          headReference,
          logSumExp[h]);
      for (int b = 0; b < count; b++) {
        System.arraycopy(headReference, b * size, reference, (b * heads + h) * size, size);
      }
    }
  }

  /**
   * Compares what an arm made of a target, which must see at least one behaviour.
   *
   * @param kept what the arm keeps of the targets turned to; null: it pools, and has neither recall
   *     nor mass
   * @param outputs (B, H d_v): of the arm
   */
  public void measure(int target, Kept kept, float[] outputs) {
    Arrays.fill(recallSums, kept == null ? Double.NaN : 0);
    double mass = kept == null ? Double.NaN : 0;
    for (int h = 0; h < heads && kept != null; h++) {
      int[] rows = kept.rows(h, target);
      int count = kept.count(h, target);
      int at = target * length;
      recall.truth(scores[h], at, length, best[target * heads + h], 0, Math.min(keep, length));
      recall.measure(rows, 0, count, headRecall, 0);
      for (int k = 0; k < recallAts; k++) {
        recallSums[k] += headRecall[k];
      }
      mass +=
          AttentionKernels.massKept(
              scores[h], at, rows, count, model.temperature(), logSumExp[h][target]);
    }
    massKept = mass / heads;
    int width = heads * model.valueSize();
    outputCosine = OutputError.cosine(reference, target * width, outputs, target * width, width);
    outputRelL2 = OutputError.relativeL2(reference, target * width, outputs, target * width, width);
  }

  /** Recall at the k-th of the K of recall@K, as measured last; NaN of an arm that pools. */
  public float recall(int k) {
    return (float) (recallSums[k] / heads);
  }

  /** Share of the full softmax that is kept, as measured last; NaN of an arm that pools. */
  public float massKept() {
    return (float) massKept;
  }

  /** Cosine of the arm's output and that of full attention, as measured last. */
  public float outputCosine() {
    return (float) outputCosine;
  }

  /** Relative L2 error of the arm's output, as measured last. */
  public float outputRelL2() {
    return (float) outputRelL2;
  }
}
