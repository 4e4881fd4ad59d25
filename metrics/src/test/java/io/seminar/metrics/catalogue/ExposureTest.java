package io.seminar.metrics.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import io.seminar.metrics.inference.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExposureTest {

  @Test
  void agreesWithNumPy() {
    Golden golden = new Golden("/golden/rankings.properties");
    int size = (int) golden.number("exposure.size");
    int[] shown = golden.ints("exposure.shown");
    float[] scores = golden.floats("exposure.scores");
    int[] ks = {1, 3, 10};
    Exposure exposure = new Exposure((int) golden.number("exposure.items"), ks);
    for (int from = 0; from < shown.length; from += size) {
      exposure.addPage(scores, shown, from, from + size);
      exposure.endUser();
    }
    for (int c = 0; c < ks.length; c++) {
      Value coverage = exposure.coverage(c);
      assertThat(coverage.value())
          .isCloseTo(golden.number("exposure.coverage." + ks[c]), within(1e-12));
      assertThat(coverage.n()).isEqualTo(9);
      assertThat(coverage.users()).isEqualTo(9);
      assertThat(exposure.gini(c).value())
          .isCloseTo(golden.number("exposure.gini." + ks[c]), within(1e-12));
    }
  }

  /** Both by their definitions, ties drawn many times: coverage is what is covered on average. */
  @Test
  void isTheExpectationOverOrdersOfTies() {
    Random random = new Random(3);
    int items = 6;
    int[][] shown = {{0, 1, 2, 3}, {1, 2, 3, 4}, {0, 2, 4, 3}};
    float[][] scores = {{1, 1, 1, 0}, {2, 1, 1, 1}, {0, 0, 0, 0}};
    Exposure exposure = new Exposure(items, 2);
    for (int p = 0; p < shown.length; p++) {
      exposure.addPage(scores[p], shown[p], 0, 4);
    }
    double[] appeared = new double[items];
    double covered = 0;
    int draws = 40_000;
    for (int d = 0; d < draws; d++) {
      boolean[] seen = new boolean[items];
      for (int p = 0; p < shown.length; p++) {
        List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3));
        Collections.shuffle(order, random);
        float[] page = scores[p];
        order.sort((a, b) -> Float.compare(page[b], page[a])); // stable
        for (int i : order.subList(0, 2)) {
          seen[shown[p][i]] = true;
          appeared[shown[p][i]]++;
        }
      }
      for (boolean one : seen) {
        covered += one ? 1. / items : 0;
      }
    }
    for (int i = 0; i < items; i++) {
      assertThat(exposure.appearances(0, i)).isCloseTo(appeared[i] / draws, within(.02));
    }
    assertThat(exposure.coverage(0).value()).isCloseTo(covered / draws, within(.01));
    // Item 1 is missing with probability 1/3 times 0, item 0 with 1/3 times 1/2, and so on.
    double missed = (1 / 3. * .5 + 0 + 1 / 3. * 2 / 3. * .5 + 2 / 3. * .5 + 2 / 3. * .5 + 1) / 6;
    assertThat(exposure.coverage(0).value()).isCloseTo(1 - missed, within(1e-9));
  }

  @Test
  void giniOfHandComputedExposures() {
    assertThat(gini(0, 1, 2, 3)).isEqualTo(0);
    assertThat(gini(2, 2, 2, 2)).isCloseTo(3 / 4., within(1e-15));
    // Appearances 0 0 1 3: (-3·0 - 1·0 + 1·1 + 3·3) / (4 · 4).
    assertThat(gini(1, 3, 3, 3)).isCloseTo(10 / 16., within(1e-15));
  }

  private static double gini(int... firsts) {
    Exposure exposure = new Exposure(4, 1);
    for (int item : firsts) {
      exposure.addPage(new float[] {1}, new int[] {item}, 0, 1);
    }
    return exposure.gini(0).value();
  }

  /** Shuffled, split, merged in random order, through bytes: the same to the last byte. */
  @Test
  void doesNotDependOnOrderOrGrouping() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<float[]> scores = new ArrayList<>();
    List<int[]> shown = new ArrayList<>();
    Exposure whole = new Exposure(30, 1, 4);
    for (int p = 0; p < 200; p++) {
      int n = 1 + random.nextInt(9);
      float[] page = new float[n];
      int[] items = new int[n];
      for (int i = 0; i < n; i++) {
        page[i] = random.nextInt(4);
        items[i] = random.nextInt(30);
      }
      scores.add(page);
      shown.add(items);
      whole.addPage(page, items, 0, n);
      whole.endUser();
    }
    byte[] expected = bytes(whole);
    for (int trial = 0; trial < 10; trial++) {
      List<Exposure> parts = new ArrayList<>();
      for (int p = 1 + random.nextInt(6); p > 0; p--) {
        parts.add(new Exposure(30, 1, 4));
      }
      List<Integer> order = new ArrayList<>();
      for (int p = 0; p < 200; p++) {
        order.add(p);
      }
      Collections.shuffle(order, random);
      for (int p : order) {
        Exposure part = parts.get(random.nextInt(parts.size()));
        part.addPage(scores.get(p), shown.get(p), 0, shown.get(p).length);
        part.endUser();
      }
      while (parts.size() > 1) {
        Exposure other = parts.remove(random.nextInt(parts.size()));
        parts.get(random.nextInt(parts.size())).merge(random.nextBoolean() ? copy(other) : other);
      }
      assertThat(bytes(parts.get(0))).as("seed " + seed + " trial " + trial).isEqualTo(expected);
    }
    assertThat(bytes(copy(whole))).isEqualTo(expected);
    assertThat(copy(whole).gini(1)).isEqualTo(whole.gini(1));
    assertThat(copy(whole).coverage(1)).isEqualTo(whole.coverage(1));
  }

  @Test
  void isUndefinedWithoutAPage() {
    Exposure none = new Exposure(3, 1);
    none.addPage(new float[1], new int[1], 1, 1);
    none.endUser();
    assertThat(none.coverage(0)).isEqualTo(new Value(Double.NaN, "no page", 0, 0, 0, 0));
    assertThat(none.gini(0).reason()).isEqualTo("no page");
  }

  @Test
  void refusesBadInput() throws IOException {
    Exposure exposure = new Exposure(3, 1, 2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exposure.addPage(new float[] {1, 2}, new int[] {0, 3}, 0, 2))
        .withMessageContaining("item 3 of impression 1 is outside 0..2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exposure.addPage(new float[] {1, Float.NaN}, new int[] {0, 1}, 0, 2))
        .withMessageContaining("score 1 is NaN");
    assertThat(exposure.coverage(0).n()).as("nothing has been added").isZero();
    assertThat(exposure.appearances(0, 0)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exposure.merge(new Exposure(3, 1)))
        .withMessageContaining("[1]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> exposure.merge(new Exposure(4, 1, 2)))
        .withMessageContaining("4 items");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Exposure(0, 1))
        .withMessageContaining("was 0");
    for (int[] ks : new int[][] {{}, {0}, {2, 2}}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Exposure(3, ks))
          .withMessageContaining("K");
    }
    byte[] damaged = bytes(exposure);
    damaged[0] = 9;
    assertThatThrownBy(() -> Exposure.read(input(damaged)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 9");
  }

  private static byte[] bytes(Exposure exposure) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    exposure.write(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  private static DataInputStream input(byte[] bytes) {
    return new DataInputStream(new ByteArrayInputStream(bytes));
  }

  private static Exposure copy(Exposure exposure) throws IOException {
    return Exposure.read(input(bytes(exposure)));
  }
}
