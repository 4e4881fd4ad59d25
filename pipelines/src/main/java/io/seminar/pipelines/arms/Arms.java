package io.seminar.pipelines.arms;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.retrieval.CodeRetrieval;
import io.seminar.attention.retrieval.ExactRetrieval;
import io.seminar.attention.retrieval.RecentRetrieval;
import io.seminar.attention.retrieval.RefinedRetrieval;
import io.seminar.attention.retrieval.Retrieval;

/** Makes arms of their names. */
public final class Arms {
  private Arms() {}

  /**
   * Makes an arm for a thread.
   *
   * @param arm one that {@link ArmSpec.Kind#attends() attends}
   * @param model that it retrieves for; of this thread
   * @param codebook of the arm; null where it needs none
   */
  public static Arm of(ArmSpec arm, AttentionModel model, CodebookFolder codebook) {
    if (arm.refine() == 0) {
      return Arm.of(retrieval(arm, model, codebook, model.keep()), model);
    }
    int candidates = Math.multiplyExact(arm.refine(), model.keep());
    Retrieval coarse = retrieval(arm, model, codebook, candidates);
    return Arm.of(new RefinedRetrieval(coarse, model.heads(), candidates, model.keep()), model);
  }

  private static Retrieval retrieval(
      ArmSpec arm, AttentionModel model, CodebookFolder codebook, int keep) {
    return switch (arm.kind()) {
      case EXACT -> new ExactRetrieval(keep);
      case RECENT -> new RecentRetrieval();
      case PQ -> new CodeRetrieval(codebook, null, keep);
      case PQ_SDC -> new CodeRetrieval(codebook, model, keep);
      case NETWORK, ORACLE, ORACLE_RELEVANCE ->
          throw new IllegalArgumentException(arm.name() + " does not attend to a history");
    };
  }
}
