package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.network.checkpoint.OptimizerState;
import io.seminar.network.model.Parameters;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AdamTest {
  private static final int ROWS = 6;
  private static final int SIZE = 3;
  private static final float RATE = 0.01f;

  /** Algorithm 1 of the paper (arXiv 1412.6980) in double, with its constants; one number. */
  private static final class Reference {
    private double theta;
    private double m;
    private double v;

    void step(double g, int t) {
      m = 0.9 * m + 0.1 * g;
      v = 0.999 * v + 0.001 * g * g;
      double mHat = m / (1 - Math.pow(0.9, t));
      double vHat = v / (1 - Math.pow(0.999, t));
      theta -= RATE * mHat / (Math.sqrt(vHat) + 1e-8);
    }
  }

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Parameters parameters = new Parameters();
  private final Reference[] dense = references(5);
  private final Reference[] table = references(ROWS * SIZE);

  AdamTest() {
    parameters.add("dense", Parameters.Kind.DENSE, new int[] {5}, start(dense));
    parameters.add("table", Parameters.Kind.TABLE, new int[] {ROWS, SIZE}, start(table));
    parameters.add("fixed", Parameters.Kind.FIXED, new int[] {2}, new float[] {1, 2});
  }

  private static Reference[] references(int n) {
    Reference[] references = new Reference[n];
    Arrays.setAll(references, i -> new Reference());
    return references;
  }

  private float[] start(Reference[] references) {
    float[] values = new float[references.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
      references[i].theta = values[i];
    }
    return values;
  }

  /** A step with gradients of any size: of all of the dense one, of some rows of the table. */
  private void step(Adam adam, int t) {
    adam.begin();
    float[] gradient = gradient(5);
    adam.accept(parameters.tensor("dense"), null, gradient);
    for (int i = 0; i < 5; i++) {
      dense[i].step(gradient[i], t);
    }
    int[] rows = random.ints(0, ROWS).distinct().limit(2).toArray();
    gradient = gradient(2 * SIZE);
    adam.accept(parameters.tensor("table"), rows, gradient);
    for (int i = 0; i < 2 * SIZE; i++) {
      table[rows[i / SIZE] * SIZE + i % SIZE].step(gradient[i], t);
    }
  }

  private float[] gradient(int n) {
    float[] gradient = new float[n];
    double size = Math.pow(10, random.nextInt(7) - 4);
    for (int i = 0; i < n; i++) {
      gradient[i] = (float) (size * (0.3 + random.nextGaussian()));
    }
    return gradient;
  }

  @Test
  void followsThePublishedAlgorithmRowsOnlyWhereTheyAreRead() {
    Adam adam = new Adam(parameters, RATE);
    for (int t = 1; t <= 400; t++) {
      step(adam, t);
    }
    assertThat(adam.steps()).isEqualTo(400);
    check("dense", dense);
    check("table", table);
    assertThat(parameters.values("fixed")).containsExactly(1, 2);
    assertThat(adam.first()).containsOnlyKeys("dense", "table");
  }

  private void check(String name, Reference[] references) {
    for (int i = 0; i < references.length; i++) {
      assertThat((double) parameters.values(name)[i])
          .as("seed %d, %s[%d]", seed, name, i)
          .isCloseTo(references[i].theta, within(1e-4));
    }
  }

  @Test
  void theFirstStepIsTheRateAgainstTheGradientsSign() {
    Adam adam = new Adam(parameters, RATE);
    float[] before = parameters.values("dense").clone();
    adam.begin();
    adam.accept(parameters.tensor("dense"), null, new float[] {3, -1e-3f, 1e4f, -7, 0});
    float[] after = parameters.values("dense");
    float[] steps = {-RATE, RATE, -RATE, RATE, 0};
    for (int i = 0; i < steps.length; i++) {
      assertThat(after[i] - before[i]).isCloseTo(steps[i], within(1e-6f));
    }
  }

  @Test
  void goesOnFromAStateToTheBit() {
    Adam whole = new Adam(parameters, RATE);
    for (int t = 1; t <= 5; t++) {
      step(whole, t);
    }
    Parameters copy = parameters.copy();
    Adam resumed =
        new Adam(
            copy, RATE, new OptimizerState(whole.steps(), copy(whole, true), copy(whole, false)));
    for (int t = 0; t < 5; t++) {
      float[] gradient = gradient(5);
      whole.begin();
      whole.accept(parameters.tensor("dense"), null, gradient);
      resumed.begin();
      resumed.accept(copy.tensor("dense"), null, gradient);
    }
    assertThat(copy.values("dense")).containsExactly(parameters.values("dense"));
    assertThat(resumed.steps()).isEqualTo(10);
  }

  private static Map<String, float[]> copy(Adam adam, boolean first) {
    Map<String, float[]> copy = new TreeMap<>();
    (first ? adam.first() : adam.second()).forEach((name, m) -> copy.put(name, m.clone()));
    return copy;
  }
}
