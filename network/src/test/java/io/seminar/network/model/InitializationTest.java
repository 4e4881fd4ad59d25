package io.seminar.network.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.sessions.Modality;
import java.util.List;
import org.junit.jupiter.api.Test;

class InitializationTest {
  private static final NetworkSpec SPEC =
      new NetworkSpec(Architecture.SEMINAR, 8, 2, 4, List.of("id", "text"), true, true, 12, 3, 8);
  private static final CatalogueShape SHAPE =
      new CatalogueShape(50, 4, 2, 5, List.of(new Modality("text", 3)), 0);

  @Test
  void neighbouringSeedsDrawOtherNumbersAndNotTheSameOnesShifted() {
    float[] first = table(1);
    assertThat(table(1)).containsExactly(first);
    for (long seed = 2; seed <= 5; seed++) {
      float[] other = table(seed);
      for (int shift = -8; shift <= 8; shift++) {
        int equal = 0;
        for (int i = 8; i < first.length - 8; i++) {
          equal += first[i + shift] == other[i] ? 1 : 0;
        }
        assertThat(equal).as("equal numbers, seed %d, shift %d", seed, shift).isLessThan(3);
      }
    }
  }

  private static float[] table(long seed) {
    return Initialization.of(SPEC, SHAPE, new float[SHAPE.items()], seed).values("items.id");
  }
}
