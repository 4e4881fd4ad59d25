package io.seminar.pipelines.replay;

import io.seminar.attention.retrieval.Cost;
import io.seminar.attention.retrieval.Targets;
import io.seminar.pipelines.arms.Arm;
import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.pipelines.arms.EmbeddedHistory;
import io.seminar.pipelines.arms.Fidelity;
import io.seminar.pipelines.arms.RequestTargets;
import io.seminar.pipelines.arms.View;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import java.util.Set;

/**
 * The arms that retrieve for one attention model. The history is embedded once for all of them, the
 * truth of a page is computed once, and what an arm makes of the page is compared with it in the
 * same visit.
 */
final class AttentionArms implements ArmGroup {

  private final AttentionModel model;
  private final int[] indices; // in the outcomes
  private final Arm[] arms;
  private final int recallAts;

  private final EmbeddedHistory history;
  private final RequestTargets targets;
  private final Fidelity fidelity;
  private final Cost cost = new Cost(false);
  private final float[] outputs; // (B, H d_v)
  private final double[] logSums; // (B, H)
  private final float[] scores = new float[Targets.MAXIMUM];

  private long unreadBehaviours;
  private long unreadTargets;

  /**
   * Sets up the arms of a model.
   *
   * @param views what the arms read of a history
   * @param indices of the arms in the outcomes
   */
  AttentionArms(AttentionModel model, Set<View> views, int[] recallAt, int[] indices, Arm[] arms) {
    this.model = model;
    this.indices = indices;
    this.arms = arms;
    this.recallAts = recallAt.length;
    this.history = new EmbeddedHistory(model, views);
    this.targets = new RequestTargets(model);
    this.fidelity = new Fidelity(model, recallAt);
    this.outputs = new float[Targets.MAXIMUM * model.heads() * model.valueSize()];
    this.logSums = new double[Targets.MAXIMUM * model.heads()];
  }

  @Override
  public void open(History events) {
    history.embed(events);
    unreadBehaviours += events.length() - history.length();
    for (Arm arm : arms) {
      arm.open(history);
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
      fidelity.turnTo(history, targets);
      for (int a = 0; a < arms.length; a++) {
        score(arms[a], outcomes[indices[a]], from);
      }
    }
  }

  private void score(Arm arm, OutcomeRow outcome, int from) {
    long start = System.nanoTime();
    arm.retrieve(targets, cost);
    long retrieved = System.nanoTime();
    arm.attend(targets, outputs, logSums, cost);
    model.score(targets, outputs, logSums, scores);
    outcome.retrieveNanos += retrieved - start;
    outcome.attendNanos += System.nanoTime() - retrieved;
    System.arraycopy(scores, 0, outcome.scores, from, targets.count());
    for (int b = 0; b < targets.count() && targets.length() > 0; b++) {
      if (targets.holds(b)) {
        compare(arm, b, outcome, from + b);
      }
    }
  }

  private void compare(Arm arm, int target, OutcomeRow outcome, int impression) {
    fidelity.measure(target, arm.kept(), outputs);
    for (int k = 0; k < recallAts; k++) {
      outcome.recall[impression * recallAts + k] = fidelity.recall(k);
    }
    outcome.massKept[impression] = fidelity.massKept();
    outcome.outputCosine[impression] = fidelity.outputCosine();
    outcome.outputRelL2[impression] = fidelity.outputRelL2();
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
