package io.seminar.pipelines.sweep;

import java.io.Serializable;

/**
 * An arm as it takes part in a comparison.
 *
 * @param arm its name
 * @param batch candidates of a page that are handed to it together
 * @param name of its point: the arm's, followed by {@code :batchN} where a page is handed over in
 *     parts of N
 */
record Entrant(String arm, int batch, String name) implements Serializable {
  /** An arm that is handed at most so many of a page's candidates together. */
  static Entrant of(String arm, int batch, int targets) {
    return batch < targets
        ? new Entrant(arm, batch, arm + ":batch" + batch)
        : new Entrant(arm, targets, arm);
  }
}
