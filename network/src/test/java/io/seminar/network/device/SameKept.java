package io.seminar.network.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.retrieval.Behaviours;
import io.seminar.attention.retrieval.Kept;
import io.seminar.attention.retrieval.Targets;

/** Two sets are the same where their exact scores are, place by place, up to rounding. */
final class SameKept {
  private SameKept() {}

  static void check(
      Behaviours history,
      Targets targets,
      int head,
      int target,
      Kept found,
      Kept expected,
      String what) {
    int n = expected.count(head, target);
    assertThat(found.count(head, target)).as(what).isEqualTo(n);
    assertThat(java.util.Arrays.stream(found.rows(head, target), 0, n).distinct().count())
        .as(what)
        .isEqualTo(n);
    for (int i = 0; i < n; i++) {
      int row = found.rows(head, target)[i];
      assertThat(row).as(what).isBetween(0, targets.length() - 1);
      assertThat(score(history, targets, head, target, row))
          .as(what)
          .isCloseTo(
              score(history, targets, head, target, expected.rows(head, target)[i]), within(1e-5f));
    }
  }

  private static float score(Behaviours history, Targets targets, int head, int target, int row) {
    int size = history.keySize();
    return AttentionKernels.dot(
        targets.queries(head), target * size, history.keys(head), row * size, size);
  }
}
