package io.seminar.pipelines.replay;

import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.network.scoring.UserScorer;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;

/** Scores as a network of any architecture does by itself: it has no fidelity to measure. */
final class ForwardPassArm implements ArmGroup {
  private final UserScorer scorer;
  private final int arm;

  /**
   * Sets up the arm.
   *
   * @param arm its index in the outcomes
   */
  ForwardPassArm(TrainedNetwork network, int arm) {
    this.scorer = new UserScorer(network);
    this.arm = arm;
  }

  @Override
  public void open(History history) {
    scorer.open(history);
  }

  @Override
  public void page(Request request, OutcomeRow[] outcomes) {
    long start = System.nanoTime();
    scorer.score(request, outcomes[arm].scores);
    outcomes[arm].attendNanos = System.nanoTime() - start;
  }
}
