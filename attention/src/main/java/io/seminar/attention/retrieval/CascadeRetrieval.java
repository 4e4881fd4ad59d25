package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;
import java.util.Arrays;

/**
 * QIN (arXiv 2310.06444): first the K1 behaviours whose query is nearest to the request's, by inner
 * product of the queries' vectors, one set for the request; among them the K best of each head by
 * exact scores. Behaviours without a query vector come behind all that have one, the most recent
 * first. A request whose query has no vector, or which has no query, or which sees no more than K1
 * behaviours, leaves none out.
 */
public final class CascadeRetrieval implements Retrieval {
  private final QueryVectors vectors;
  private final TopK first;
  private final Refinement second;
  private final ExactRetrieval all;
  private final int[] found; // (K1)
  private final float[] request; // (d_q)
  private Behaviours history;
  private float[] rows = new float[0]; // (L, d_q): the behaviours' query vectors
  private boolean[] absent = new boolean[0]; // (L)
  private float[] scores = new float[0]; // (L)

  /**
   * Sets up the cascade.
   *
   * @param vectors null: queries have none, and no request leaves a behaviour out
   * @param cascade K1, at least K
   * @param keep K
   */
  public CascadeRetrieval(QueryVectors vectors, int cascade, int keep) {
    if (cascade < keep) {
      throw new IllegalArgumentException(
          "a cascade over K1 = " + cascade + " to K = " + keep + ": expected K1 of at least K");
    }
    this.vectors = vectors;
    this.first = new TopK(cascade);
    this.second = new Refinement(cascade, keep);
    this.all = new ExactRetrieval(keep);
    this.found = new int[cascade];
    this.request = new float[vectors == null ? 0 : vectors.size()];
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    all.open(history);
    if (vectors == null) {
      return;
    }
    int length = history.length();
    int size = vectors.size();
    rows = Capacity.fit(rows, Capacity.of(length, size));
    scores = Capacity.fit(scores, length);
    if (Capacity.misfits(absent.length, length)) {
      absent = new boolean[length];
    }
    for (int l = 0; l < length; l++) {
      absent[l] = !vectors.copy(history.queries()[l], rows, l * size);
      if (absent[l]) {
        Arrays.fill(rows, l * size, (l + 1) * size, 0);
      }
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    boolean narrows =
        vectors != null
            && targets.query() != 0
            && length > found.length
            && vectors.copy(targets.query(), request, 0);
    if (!narrows) {
      all.retrieve(targets, kept, cost);
      return;
    }
    int size = vectors.size();
    cost.start();
    AttentionKernels.scores(request, 1, rows, length, size, scores, length);
    for (int l = 0; l < length; l++) {
      scores[l] = absent[l] ? Float.NEGATIVE_INFINITY : scores[l];
    }
    cost.lap(Cost.Stage.SCAN);
    int n = first.select(scores, 0, length, found.length, found, 0);
    cost.lap(Cost.Stage.SELECT);
    cost.scanned(length, (long) length * size * Float.BYTES);
    for (int h = 0; h < history.heads(); h++) {
      for (int b = 0; b < targets.count(); b++) {
        second.refine(history, targets, h, b, found, n, kept, cost);
      }
    }
    cost.lap(Cost.Stage.RERANK);
  }

  /** The behaviours' query vectors, and whether they have one. */
  @Override
  public long indexBytes() {
    return vectors == null ? 0 : history.length() * (1 + (long) vectors.size() * Float.BYTES);
  }
}
