package io.seminar.pipelines.replay;

import io.seminar.attention.AttentionKernels;
import io.seminar.metrics.fidelity.OutputError;
import io.seminar.metrics.fidelity.RetrievalRecall;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import java.util.Arrays;

/**
 * The arms that retrieve for one attention model. The history is embedded once for all of them, the
 * exact scores of a page are computed once, and what an arm keeps is compared with them in the same
 * visit.
 *
 * <p>The reference for mass kept and output error is full attention over all behaviours before the
 * request. Recall and mass kept are means over the heads; the output error is that of the heads'
 * outputs side by side.
 */
final class AttentionArms implements ArmGroup {

  private final AttentionModel model;
  private final int[] arms; // indices in the outcomes
  private final Retrieval[] retrievals; // null: the exact one
  private final int recallAts;

  private final EmbeddedHistory history;
  private final Targets targets;
  private final ExactRetrieval exact;
  private final Kept exactKept;
  private final Kept kept;
  private final float[] headReference; // (B, d_v)
  private final double[][] logSumExp; // (H, B)
  private final float[] reference; // (B, H d_v)
  private final float[] outputs; // (B, H d_v)
  private final double[] logSums; // (B, H)
  private final float[] scores = new float[Targets.MAXIMUM];
  private final RetrievalRecall recall;
  private final float[] headRecall;
  private final double[] recallSums;

  private long unreadBehaviours;
  private long unreadTargets;

  /**
   * Sets up the arms of a model.
   *
   * @param arms their indices in the outcomes
   * @param retrievals of each; null for the exact one
   */
  AttentionArms(AttentionModel model, int[] recallAt, int[] arms, Retrieval[] retrievals) {
    this.model = model;
    this.arms = arms;
    this.retrievals = retrievals;
    this.recallAts = recallAt.length;
    this.history = new EmbeddedHistory(model);
    this.targets = new Targets(model);
    this.exact = new ExactRetrieval(model);
    this.exactKept = new Kept(model);
    this.kept = new Kept(model);
    int width = model.heads() * model.valueSize();
    this.headReference = new float[Targets.MAXIMUM * model.valueSize()];
    this.logSumExp = new double[model.heads()][Targets.MAXIMUM];
    this.reference = new float[Targets.MAXIMUM * width];
    this.outputs = new float[Targets.MAXIMUM * width];
    this.logSums = new double[Targets.MAXIMUM * model.heads()];
    this.recall = new RetrievalRecall(recallAt);
    this.headRecall = new float[recallAt.length];
    this.recallSums = new double[recallAt.length];
  }

  @Override
  public void open(History events) {
    history.embed(events);
    unreadBehaviours += events.length() - history.length();
    exact.open(history);
    for (Retrieval retrieval : retrievals) {
      if (retrieval != null) {
        retrieval.open(history);
      }
    }
  }

  @Override
  public void page(Request request, OutcomeRow[] outcomes) {
    int length = history.lengthBefore(request.time());
    for (int from = 0; from < request.length(); from += Targets.MAXIMUM) {
      targets.take(request, from, length);
      for (int b = 0; b < targets.count(); b++) {
        unreadTargets += targets.holds(b) ? 0 : 1;
      }
      score(from, outcomes);
    }
  }

  private void score(int from, OutcomeRow[] outcomes) {
    long start = System.nanoTime();
    exact.retrieve(targets, exactKept);
    long exactNanos = System.nanoTime() - start;
    attendToAll();
    for (int a = 0; a < arms.length; a++) {
      OutcomeRow outcome = outcomes[arms[a]];
      if (retrievals[a] == null) {
        outcome.retrieveNanos += exactNanos;
        attend(outcome, from, exactKept);
      } else {
        start = System.nanoTime();
        retrievals[a].retrieve(targets, kept);
        outcome.retrieveNanos += System.nanoTime() - start;
        attend(outcome, from, kept);
      }
    }
  }

  private void attendToAll() {
    int length = targets.length();
    int size = model.valueSize();
    for (int h = 0; h < model.heads(); h++) {
      AttentionKernels.attendAll(
          targets.scores(h),
          targets.count(),
          length,
          length,
          model.temperature(),
          history.values(h),
          size,
          headReference,
          logSumExp[h]);
      for (int b = 0; b < targets.count(); b++) {
        System.arraycopy(headReference, b * size, reference, (b * model.heads() + h) * size, size);
      }
    }
  }

  private void attend(OutcomeRow outcome, int from, Kept chosen) {
    int length = targets.length();
    int heads = model.heads();
    int size = model.valueSize();
    long start = System.nanoTime();
    for (int h = 0; h < heads; h++) {
      for (int b = 0; b < targets.count(); b++) {
        logSums[b * heads + h] =
            AttentionKernels.attendKept(
                targets.scores(h),
                b * length,
                chosen.rows(h, b),
                chosen.count(h, b),
                model.temperature(),
                history.values(h),
                size,
                outputs,
                (b * heads + h) * size);
      }
    }
    model.score(targets, outputs, logSums, scores);
    outcome.attendNanos += System.nanoTime() - start;
    System.arraycopy(scores, 0, outcome.scores, from, targets.count());
    for (int b = 0; b < targets.count() && length > 0; b++) {
      if (targets.holds(b)) {
        compare(outcome, from + b, b, chosen);
      }
    }
  }

  /** How faithful an arm was to exact attention for target b. */
  private void compare(OutcomeRow outcome, int impression, int b, Kept chosen) {
    int length = targets.length();
    int heads = model.heads();
    double mass = 0;
    Arrays.fill(recallSums, 0);
    for (int h = 0; h < heads; h++) {
      float[] exactScores = targets.scores(h);
      int[] rows = chosen.rows(h, b);
      int count = chosen.count(h, b);
      recall.truth(exactScores, b * length, length, exactKept.rows(h, b), 0, exactKept.count(h, b));
      recall.measure(rows, 0, count, headRecall, 0);
      for (int k = 0; k < recallAts; k++) {
        recallSums[k] += headRecall[k];
      }
      mass +=
          AttentionKernels.massKept(
              exactScores, b * length, rows, count, model.temperature(), logSumExp[h][b]);
    }
    for (int k = 0; k < recallAts; k++) {
      outcome.recall[impression * recallAts + k] = (float) (recallSums[k] / heads);
    }
    outcome.massKept[impression] = (float) (mass / heads);
    int width = heads * model.valueSize();
    outcome.outputCosine[impression] =
        (float) OutputError.cosine(reference, b * width, outputs, b * width, width);
    outcome.outputRelL2[impression] =
        (float) OutputError.relativeL2(reference, b * width, outputs, b * width, width);
  }

  /** What the model reads nothing of, since {@link #resetUnread()}. */
  ReplayCounts.Unread unread() {
    return new ReplayCounts.Unread(unreadBehaviours, unreadTargets);
  }

  void resetUnread() {
    unreadBehaviours = 0;
    unreadTargets = 0;
  }
}
