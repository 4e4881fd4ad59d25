package io.seminar.attention.retrieval;

/** Any approximate arm with a last exact step: of its R·K best, the K best by exact scores. */
public final class RefinedRetrieval implements Retrieval {
  private final Retrieval coarse;
  private final Kept candidates;
  private final Refinement refinement;
  private Behaviours history;

  /**
   * Refines an arm.
   *
   * @param coarse made to keep {@code candidates} behaviours
   * @param heads H
   * @param candidates R·K
   * @param keep K
   */
  public RefinedRetrieval(Retrieval coarse, int heads, int candidates, int keep) {
    this.coarse = coarse;
    this.candidates = new Kept(heads, candidates);
    this.refinement = new Refinement(candidates, keep);
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    coarse.open(history);
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    coarse.retrieve(targets, candidates, cost);
    cost.start();
    for (int h = 0; h < history.heads(); h++) {
      for (int b = 0; b < targets.count(); b++) {
        refinement.refine(
            history, targets, h, b, candidates.rows(h, b), candidates.count(h, b), kept, cost);
      }
    }
    cost.lap(Cost.Stage.RERANK);
  }

  @Override
  public long indexBytes() {
    return coarse.indexBytes();
  }
}
