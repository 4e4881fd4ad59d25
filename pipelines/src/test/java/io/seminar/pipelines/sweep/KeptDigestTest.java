package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.attention.retrieval.Kept;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeptDigestTest {
  private static Kept kept(int... rows) {
    Kept kept = new Kept(1, 4);
    System.arraycopy(rows, 0, kept.rows(0, 0), 0, rows.length);
    kept.setCount(0, 0, rows.length);
    return kept;
  }

  private static long digest(Kept kept, int targets) {
    KeptDigest digest = new KeptDigest();
    digest.fold(kept, targets);
    return digest.value();
  }

  @Test
  void everyRowItsPlaceAndTheirNumberCount() {
    Set<Long> digests = new HashSet<>();
    digests.add(digest(kept(1, 2, 3), 1));
    digests.add(digest(kept(3, 2, 1), 1));
    digests.add(digest(kept(1, 2), 1));
    digests.add(digest(kept(1, 2, 4), 1));
    digests.add(digest(kept(1, 2, 3, 0), 1));
    digests.add(digest(kept(), 1));
    digests.add(digest(kept(1, 2, 3), 2));
    assertThat(digests).hasSize(7);
    assertThat(digest(kept(1, 2, 3), 1)).isEqualTo(digest(kept(1, 2, 3), 1));
    assertThat(digest(kept(1, 2, 3), 0)).isEqualTo(new KeptDigest().value());
  }

  @Test
  void aPageInPartsHasTheDigestOfAPage() {
    Kept page = new Kept(2, 3);
    for (int b = 0; b < 2; b++) {
      for (int h = 0; h < 2; h++) {
        page.rows(h, b)[0] = 10 * b + h;
        page.setCount(h, b, 1);
      }
    }
    Kept second = new Kept(2, 3);
    for (int h = 0; h < 2; h++) {
      second.rows(h, 0)[0] = 10 + h;
      second.setCount(h, 0, 1);
    }
    KeptDigest parts = new KeptDigest();
    parts.fold(page, 1);
    parts.fold(second, 1);
    assertThat(parts.value()).isEqualTo(digest(page, 2));
  }

  @Test
  void outputsCountToTheBit() {
    Set<Long> digests = new HashSet<>();
    for (float value : new float[] {0f, -0f, 1f, Math.nextUp(1f)}) {
      KeptDigest digest = new KeptDigest();
      digest.fold(new float[] {value, 7}, 2);
      digests.add(digest.value());
    }
    assertThat(digests).hasSize(4);
  }
}
