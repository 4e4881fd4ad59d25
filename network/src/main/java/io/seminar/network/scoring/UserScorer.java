package io.seminar.network.scoring;

import io.seminar.network.model.Architecture.Interest;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;

/**
 * Scores a user's requests with a trained network. Not thread-safe: one a thread.
 *
 * <p>The history is embedded once a user. A request sees only behaviours strictly before its time,
 * and requests may come in any order. A target's logit is a function of the network, the history,
 * the request's time and query, and the target alone: to the bit, whatever else is on the page.
 * Scoring allocates nothing; buffers grow to the longest history and are given back after an
 * outlier.
 */
public final class UserScorer {
  private final TrainedNetwork network;
  private final UserInterest interest; // null: popularity
  private final PredictionHead head;
  private final TargetPage page;
  private final float[] outputs; // (n, d)
  private final float[] intensities; // (n, H)
  private boolean opened;

  /** A scorer for one thread. */
  public UserScorer(TrainedNetwork network) {
    this.network = network;
    int hidden = network.spec().hidden();
    boolean scoresUsers = network.spec().architecture().interest() != Interest.NONE;
    interest = scoresUsers ? network.newInterest() : null;
    head = scoresUsers ? network.newHead() : null;
    page = new TargetPage(hidden);
    outputs = new float[TrainedNetwork.MOST_TARGETS * hidden];
    intensities = new float[TrainedNetwork.MOST_TARGETS * network.spec().heads()];
  }

  /**
   * Turns to a user.
   *
   * @throws IllegalArgumentException if the history names an item or query that the catalogue
   *     lacks, or is too long for an array
   */
  public void open(History history) {
    opened = false; // should this fail
    for (int l = 0; l < history.length(); l++) {
      check("behaviour", l, history.item()[l], history.query()[l]);
    }
    if (interest != null) {
      interest.open(history);
    }
    opened = true;
  }

  /**
   * Logits of the request's impressions.
   *
   * @param logits an entry an impression, overwritten
   * @throws IllegalArgumentException if the request names an item or query that the catalogue
   *     lacks, or {@code logits} is too short
   * @throws IllegalStateException if no user is open
   */
  public void score(Request request, float[] logits) {
    if (!opened) {
      throw new IllegalStateException("no user is open");
    }
    int n = request.length();
    if (logits.length < n) {
      throw new IllegalArgumentException(
          "logits has " + logits.length + " floats: expected at least " + n);
    }
    for (int i = 0; i < n; i++) {
      check("impression", i, request.item()[i], request.query());
    }
    if (interest == null) {
      for (int i = 0; i < n; i++) {
        logits[i] = network.popularity(request.item()[i]);
      }
      return;
    }
    int length = interest.lengthBefore(request.time());
    page.request(request.time(), request.query(), length);
    for (int from = 0; from < n; from += TrainedNetwork.MOST_TARGETS) {
      int size = Math.min(TrainedNetwork.MOST_TARGETS, n - from);
      page.targets(network.pairs(), request.item(), from, size);
      interest.find(page, outputs, intensities);
      head.logits(
          outputs,
          intensities,
          page.pairs(),
          page.items(),
          size,
          request.query(),
          length,
          logits,
          from);
    }
  }

  private void check(String what, int index, int item, int query) {
    int items = network.features().items();
    int queries = network.features().queries();
    if (item < 0 || item >= items || query < 0 || query >= queries) {
      throw new IllegalArgumentException(
          what
              + " "
              + index
              + " is of item "
              + item
              + " and query "
              + query
              + ": expected ordinals below "
              + items
              + " and "
              + queries);
    }
  }
}
