package io.seminar.pipelines.evaluation;

import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserDraws;
import java.util.Arrays;

/**
 * The weights of users that come again and again in no order, as they do in a merge by score. They
 * are a pure function of the user, but drawing them takes longer than everything else that a row
 * costs; so those of the first users that come are kept, a byte each.
 *
 * <p>Not thread-safe.
 */
final class KeptWeights {
  /** Bytes that are kept at most. */
  private static final int MOST = 1 << 26;

  private final UserDraws weights;
  private final int columns;
  private final int mostUsers;

  private long[] hashes = new long[1 << 8]; // open addressing; a slot is free where places is 0
  private int[] places = new int[hashes.length]; // of the user's bytes, from 1 on
  private byte[] kept = new byte[0]; // (users, columns)
  private int users;

  /**
   * Keeps weights without flips.
   *
   * @param weights of the users
   */
  KeptWeights(UserDraws weights) {
    Resampling resampling = weights.resampling();
    if (resampling.flips() > 0) {
      throw new IllegalArgumentException(resampling + ": expected no flips, which take too long");
    }
    this.weights = weights;
    columns = resampling.columns();
    mostUsers = columns == 0 ? 0 : MOST / columns;
  }

  /**
   * Writes the weights of a user.
   *
   * @param out (R + G)
   */
  void fill(long userHash, long[] out) {
    int slot = slot(userHash);
    if (places[slot] > 0) {
      int from = (places[slot] - 1) * columns;
      for (int r = 0; r < columns; r++) {
        out[r] = kept[from + r];
      }
      return;
    }
    weights.fill(userHash, out);
    if (users < mostUsers) {
      keep(userHash, slot, out);
    }
  }

  private int slot(long userHash) {
    int mask = hashes.length - 1;
    int slot = (int) (userHash ^ userHash >>> 32) & mask;
    while (places[slot] > 0 && hashes[slot] != userHash) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private void keep(long userHash, int slot, long[] drawn) {
    int from = users * columns;
    if (kept.length - from < columns) {
      kept = Arrays.copyOf(kept, Math.min(mostUsers, Math.max(64, 2 * users)) * columns);
    }
    for (int r = 0; r < columns; r++) {
      kept[from + r] = (byte) drawn[r]; // a Poisson weight of 128 has a probability below 1e-200
    }
    users++;
    hashes[slot] = userHash;
    places[slot] = users;
    if (2 * users > hashes.length) {
      grow();
    }
  }

  private void grow() {
    long[] oldHashes = hashes;
    int[] oldPlaces = places;
    hashes = new long[2 * oldHashes.length];
    places = new int[hashes.length];
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldPlaces[i] > 0) {
        int slot = slot(oldHashes[i]);
        hashes[slot] = oldHashes[i];
        places[slot] = oldPlaces[i];
      }
    }
  }
}
