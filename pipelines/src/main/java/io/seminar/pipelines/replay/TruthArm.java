package io.seminar.pipelines.replay;

import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import io.seminar.testdata.simulation.SimulationTruth;

/** Scores an impression by the log odds of a probability that the simulator knows. */
final class TruthArm implements ArmGroup {
  private final SimulationTruth truth;
  private final boolean relevance;
  private final int arm;

  /**
   * Sets up the arm.
   *
   * @param relevance whether the position is taken as looked at
   * @param arm its index in the outcomes
   */
  TruthArm(SimulationTruth truth, boolean relevance, int arm) {
    this.truth = truth;
    this.relevance = relevance;
    this.arm = arm;
  }

  @Override
  public void open(History history) {}

  @Override
  public void page(Request request, OutcomeRow[] outcomes) {
    SimulationTruth.Page page = truth.page(request.id());
    float[] probabilities = relevance ? page.relevanceProbability() : page.clickProbability();
    for (int i = 0; i < request.length(); i++) {
      double p = probabilities[i];
      outcomes[arm].scores[i] = (float) Math.log(p / (1 - p));
    }
  }
}
