package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.FastScan;
import io.seminar.attention.Samples;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** However bits are laid out, the sums over the segments are those of the levels. */
class NibbleLayoutTest {

  @Test
  void segmentsSumToTheProductWithTheLevels() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      int bits = 1 + round % 8;
      int dimension = 1 + random.nextInt(300);
      String what = "seed " + seed + ", D " + dimension + ", bits " + bits;
      NibbleLayout layout = new NibbleLayout(dimension, bits);
      int[] levels = random.ints(dimension, 0, 1 << bits).toArray();
      byte[] nibbles = new byte[layout.nibbles()];
      layout.pack(levels, nibbles);
      float[] t = Samples.gaussian(random, 3 + dimension);
      double expected = 0;
      double size = 0;
      for (int d = 0; d < dimension; d++) {
        expected += t[3 + d] * (levels[d] - ((1 << bits) - 1) / 2.0);
        size += Math.abs(t[3 + d]) * (1 << bits);
      }
      double sum = 0;
      int bytes = 0;
      for (int s = 0; s < layout.segments(); s++) {
        assertThat(layout.size(s)).as(what).isBetween(1, FastScan.MOST_SUBCODES);
        bytes += (layout.size(s) + 1) / 2;
        float[] tables = new float[layout.size(s) * FastScan.SLOTS];
        layout.tables(s, t, 3, tables);
        for (int c = 0; c < layout.size(s); c++) {
          int nibble = nibbles[layout.start(s) + c];
          sum += tables[c * FastScan.SLOTS + nibble];
          if (layout.linear(s)) {
            assertThat((double) tables[c * FastScan.SLOTS + nibble])
                .as(what)
                .isCloseTo(
                    layout.weight(s) * t[3 + layout.firstDimension(s) + c] * (nibble - 7.5),
                    within(1e-5 * (1 << bits)));
          }
        }
      }
      assertThat(sum).as(what).isCloseTo(expected, within(1e-6 * size));
      assertThat(layout.bytesARow()).as(what).isEqualTo(bytes);
      assertThat(bytes).as(what).isBetween(dimension * bits / 8, dimension * bits / 8 + 6);
    }
    assertThatThrownBy(() -> new NibbleLayout(4, 9)).hasMessageContaining("9 bits a dimension");
  }
}
