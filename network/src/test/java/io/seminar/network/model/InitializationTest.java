package io.seminar.network.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.Modality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  @Test
  void refusesParametersThatNoArrayHolds() {
    NetworkSpec wide =
        new NetworkSpec(Architecture.SEMINAR, 1 << 26, 2, 4, List.of("id"), false, true, 12, 3, 8);
    assertThatThrownBy(() -> Initialization.of(wide, SHAPE, new float[50], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameter items.id would be [50, 67108864]")
        .hasMessageContaining("smaller hidden");
  }

  @ParameterizedTest
  @EnumSource
  void theLayoutIsThatOfTheParameters(Architecture architecture) {
    for (boolean more : new boolean[] {false, true}) {
      NetworkSpec spec =
          new NetworkSpec(
              architecture, 8, 2, 4, List.of("attributes", "text"), more, more, 12, 3, 8);
      CatalogueShape shape =
          new CatalogueShape(
              50,
              4,
              2,
              5,
              List.of(new Modality("image", 2), new Modality("text", 3)),
              more ? 7 : 0);
      List<TensorLayout> layout = new ArrayList<>();
      for (Parameters.Tensor tensor : Initialization.of(spec, shape, new float[50], 1).tensors()) {
        List<Integer> dimensions = Arrays.stream(tensor.shape()).boxed().toList();
        layout.add(new TensorLayout(tensor.name(), tensor.kind(), dimensions));
        assertThat(tensor.values()).hasSize((int) layout.get(layout.size() - 1).size());
      }
      assertThat(Initialization.layout(spec, shape)).isEqualTo(layout);
    }
  }

  @Test
  void aFieldThatTheCatalogueLacksIsNamed() {
    NetworkSpec spec =
        new NetworkSpec(Architecture.DIN, 8, 2, 4, List.of("image"), true, true, 12, 3, 8);
    assertThatThrownBy(() -> Initialization.layout(spec, SHAPE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("field \"image\"")
        .hasMessageContaining("text");
  }

  private static float[] table(long seed) {
    return Initialization.of(SPEC, SHAPE, new float[SHAPE.items()], seed).values("items.id");
  }
}
