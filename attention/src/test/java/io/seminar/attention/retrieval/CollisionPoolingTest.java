package io.seminar.attention.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** SDIM against its formula, and the promises of {@link Pooling}. */
class CollisionPoolingTest {
  private static final long SEED = 20261128;
  private static final long PLANES = 9;
  private static final int BITS = 24;
  private static final int GROUP = 3;
  private static final int[] LENGTHS = {0, 1, 2, 15, 16, 17, 31, 33, 1_000, 4_097};
  private static final World WORLD = new World(SEED, 120, true);

  private static CollisionPooling pooling() {
    return new CollisionPooling(World.HEADS, World.KEY, World.VALUE, BITS, GROUP, PLANES);
  }

  private static float[] pool(CollisionPooling pooling, World.Page page) {
    float[] outputs = new float[page.count() * World.HEADS * World.VALUE];
    Arrays.fill(outputs, 7);
    pooling.pool(page, outputs, new Cost(false));
    return outputs;
  }

  /** (bits, d_k) of each head. */
  private static float[][] planes() {
    SplittableRandom random = new SplittableRandom(PLANES);
    float[][] planes = new float[World.HEADS][BITS * World.KEY];
    for (float[] ofHead : planes) {
      for (int i = 0; i < ofHead.length; i++) {
        ofHead[i] = (float) random.nextGaussian();
      }
    }
    return planes;
  }

  private static boolean[] signature(float[] planes, float[] vectors, int at) {
    boolean[] signature = new boolean[BITS];
    for (int bit = 0; bit < BITS; bit++) {
      double sum = 0;
      for (int k = 0; k < World.KEY; k++) {
        sum += (double) planes[bit * World.KEY + k] * vectors[at + k];
      }
      signature[bit] = sum >= 0;
    }
    return signature;
  }

  private static double[] expected(World.History history, World.Page page, int head, int target) {
    float[] planes = planes()[head];
    boolean[] query = signature(planes, page.queries(head), target * World.KEY);
    double[] out = new double[World.VALUE];
    for (int g = 0; g < BITS / GROUP; g++) {
      double[] sum = new double[World.VALUE];
      for (int l = 0; l < page.length(); l++) {
        boolean[] key = signature(planes, history.keys(head), l * World.KEY);
        if (Arrays.equals(query, g * GROUP, (g + 1) * GROUP, key, g * GROUP, (g + 1) * GROUP)) {
          for (int j = 0; j < World.VALUE; j++) {
            sum[j] += history.values(head)[l * World.VALUE + j];
          }
        }
      }
      double norm = Math.sqrt(Arrays.stream(sum).map(x -> x * x).sum());
      for (int j = 0; j < World.VALUE && norm > 0; j++) {
        out[j] += sum[j] / norm / (BITS / GROUP);
      }
    }
    return out;
  }

  @Test
  void agreesWithItsFormula() {
    Random random = new Random(SEED);
    CollisionPooling pooling = pooling();
    double largest = 0;
    for (int length : LENGTHS) {
      World.History history = WORLD.history(random, length + 37);
      pooling.open(history);
      World.Page page = WORLD.page(random, 3, 7, length);
      float[] outputs = pool(pooling, page);
      for (int b = 0; b < 3; b++) {
        for (int h = 0; h < World.HEADS; h++) {
          double[] expected = expected(history, page, h, b);
          for (int j = 0; j < World.VALUE; j++) {
            int at = (b * World.HEADS + h) * World.VALUE + j;
            assertThat((double) outputs[at])
                .as("seed %d, L %d, target %d, head %d", SEED, length, b, h)
                .isCloseTo(expected[j], within(1e-5));
            largest = Math.max(largest, Math.abs(expected[j]));
          }
        }
      }
    }
    assertThat(largest).isGreaterThan(0.1);
  }

  @Test
  void isAFunctionOfHistoryAndTarget() {
    Random random = new Random(SEED + 1);
    CollisionPooling pooling = pooling();
    for (int length : LENGTHS) {
      for (int count : new int[] {1, 3, 4, 16, 32}) {
        World.History history = WORLD.history(random, length + 37);
        World.Page page = WORLD.page(random, count, 3, length);
        pooling.open(history);
        float[] outputs = pool(pooling, page);
        assertThat(pool(pooling, page)).isEqualTo(outputs);
        pool(pooling, WORLD.page(random, 2, 3, length + 37));
        pool(pooling, WORLD.page(random, 2, 3, length / 3));
        assertThat(pool(pooling, page)).as("after others").isEqualTo(outputs);
        int only = random.nextInt(count);
        int width = World.HEADS * World.VALUE;
        assertThat(pool(pooling, page.only(only)))
            .as("alone")
            .isEqualTo(Arrays.copyOfRange(outputs, only * width, (only + 1) * width));
        CollisionPooling other = pooling();
        other.open(history.first(length));
        assertThat(pool(other, page)).as("without a future").isEqualTo(outputs);
      }
    }
  }

  @Test
  void saysWhatItCosts() {
    Random random = new Random(SEED + 2);
    CollisionPooling pooling = pooling();
    pooling.open(WORLD.history(random, 600));
    World.Page page = WORLD.page(random, 8, 3, 600);
    World.Page earlier = WORLD.page(random, 8, 3, 400);
    float[] outputs = new float[8 * World.HEADS * World.VALUE];
    Cost cost = new Cost(true);
    pooling.pool(page, outputs, cost);
    assertThat(cost.nanos(Cost.Stage.PREPARE)).isPositive();
    pooling.pool(page, outputs, cost);
    cost.reset();
    pooling.pool(page, outputs, cost);
    assertThat(cost.scanned()).as("nothing new since the last request").isZero();
    assertThat(cost.bytesRead())
        .as("a sum a group, head and target")
        .isEqualTo(8L * World.HEADS * (BITS / GROUP) * World.VALUE * Double.BYTES);
    pooling.pool(earlier, outputs, cost);
    assertThat(cost.scanned()).as("summed again from the start").isEqualTo(400 * World.HEADS);
    assertThat(pooling.indexBytes())
        .isEqualTo(8L * World.HEADS * (600 + BITS / GROUP * (1 << GROUP) * World.VALUE));
  }

  @Test
  void refusesGroupsThatDoNotFit() {
    assertThatThrownBy(() -> new CollisionPooling(1, 4, 4, 10, 3, 1))
        .hasMessageContaining("10 bits in groups of 3");
    assertThatThrownBy(() -> new CollisionPooling(1, 4, 4, 9, 9, 1))
        .hasMessageContaining("groups of 9");
  }
}
