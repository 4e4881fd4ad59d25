package io.seminar.reports.store;

import java.util.Arrays;

/**
 * What one arm did with one request: a row of {@link OutcomesFile}, reusable and mutable, so that
 * millions of them cost no allocation. Arrays may be longer than their contents: {@link
 * #impressions} says how much of them counts.
 *
 * <pre>{@code
 * OutcomeRow row = new OutcomeRow(retrievalKs.length);
 * row.resize(request.item().length); // then fill fields and arrays
 * writer.add(row);
 * }</pre>
 */
public final class OutcomeRow {
  /** Name of the arm. */
  public String arm;

  /** Id of the user. */
  public String user;

  /** Id of the request. */
  public long request;

  /** Time of the request, ms since 1970. */
  public long time;

  /** Ordinal of the request's query; 0: browse. */
  public int query;

  /** Behaviours before the request. */
  public int historyLength;

  /** Share of these behaviours that a query led to, in [0, 1]; NaN without behaviours. */
  public float searchedShare;

  /** False: the request belongs to the half that the calibration is fitted on. */
  public boolean evaluated;

  /** Impressions on the page, n. Set by {@link #resize}. */
  public int impressions;

  /** (n) item ordinals. */
  public int[] items = {};

  /** (n) positions on the page as logged. */
  public short[] positions = {};

  /** (n) labels; 1 and more: clicked. */
  public byte[] labels = {};

  /** (n) whether the item is cold. */
  public boolean[] cold = {};

  /** (n) scores of the arm, before calibration. */
  public float[] scores = {};

  /** (n, retrieval Ks), impression-major: recall@K of the kept behaviours, in [0, 1] or NaN. */
  public float[] recall = {};

  /** (n) share of the full softmax mass that the kept behaviours hold, in [0, 1] or NaN. */
  public float[] massKept = {};

  /** (n) cosine of the output with full attention's, in [-1, 1] or NaN. */
  public float[] outputCosine = {};

  /** (n) L2 error of the output over the norm of full attention's, at least 0, or NaN. */
  public float[] outputRelL2 = {};

  /** Time to retrieve for the whole page, ns. */
  public long retrieveNanos;

  /** Time to attend for the whole page, ns. */
  public long attendNanos;

  private final int retrievalKs;

  /**
   * @param retrievalKs number of K at which recall is taken
   */
  public OutcomeRow(int retrievalKs) {
    if (retrievalKs < 0) {
      throw new IllegalArgumentException("retrievalKs: found " + retrievalKs + ", expected ≥ 0");
    }
    this.retrievalKs = retrievalKs;
  }

  /** Number of K at which recall is taken. */
  public int retrievalKs() {
    return retrievalKs;
  }

  /**
   * Makes room for a page of {@code n} impressions; what the arrays held is not kept.
   *
   * @throws IllegalArgumentException if {@code n} is negative
   */
  public void resize(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("impressions: found " + n + ", expected ≥ 0");
    }
    impressions = n;
    if (items.length < n) {
      int room = Math.max(n, Math.min(2 * items.length, 1 << 20));
      items = new int[room];
      positions = new short[room];
      labels = new byte[room];
      cold = new boolean[room];
      scores = new float[room];
      recall = new float[Math.multiplyExact(room, retrievalKs)];
      massKept = new float[room];
      outputCosine = new float[room];
      outputRelL2 = new float[room];
    }
  }

  /** For messages: which row this is, and its scores. */
  @Override
  public String toString() {
    return "outcome of "
        + arm
        + ", user "
        + user
        + ", request "
        + request
        + ", scores "
        + Arrays.toString(Arrays.copyOf(scores, Math.min(impressions, scores.length)));
  }
}
