package io.seminar.network.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainedNetworkTest {
  @TempDir Path folder;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  private void eachOf(Architecture architecture, BiConsumer<RandomNetwork, TrainedNetwork> check) {
    for (int round = 0; round < 10; round++) {
      NetworkSpec spec = RandomNetwork.draw(architecture, random);
      try (RandomNetwork network = new RandomNetwork(folder.resolve("set" + round), spec, random)) {
        check.accept(network, new TrainedNetwork(network.features, network.parameters));
      }
    }
  }

  @Test
  void anItemIsTheWeightedSumOfItsFieldsWithTheSameWeightsForAll() {
    eachOf(
        Architecture.SEMINAR,
        (network, trained) -> {
          ReferenceNetwork reference = new ReferenceNetwork(network);
          int d = network.spec.hidden();
          List<String> fields = network.spec.fields();
          double gates = 0;
          for (int f = 0; f < fields.size(); f++) {
            gates += trained.gate(f);
          }
          assertThat(gates).isCloseTo(1, within(1e-6));
          for (int item = 0; item < trained.features().items(); item++) {
            double[] sum = new double[d];
            for (int f = 0; f < fields.size(); f++) {
              float[] x = new float[d + 1];
              Arrays.fill(x, Float.NaN);
              boolean there = trained.itemField(f, item, x, 1);
              assertThat(there).isEqualTo(reference.field(fields.get(f), item) != null);
              assertThat(x[0]).isNaN();
              for (int j = 0; j < d; j++) {
                assertThat(Float.isNaN(x[1 + j])).isEqualTo(!there);
                sum[j] += there ? (double) trained.gate(f) * x[1 + j] : 0;
              }
            }
            double[] expected = reference.item(item);
            assertClose(sum, expected == null ? new double[d] : expected, "i of item " + item);
          }
        });
  }

  @Test
  void aPairIsTheBalancedSumOfQueryAndItem() {
    eachOf(
        Architecture.SEMINAR,
        (network, trained) -> {
          ReferenceNetwork reference = new ReferenceNetwork(network);
          int d = network.spec.hidden();
          for (int query = 0; query < trained.features().queries(); query++) {
            int item = random.nextInt(trained.features().items());
            float[] e = new float[d + 1];
            trained.pair(item, query, e, 1);
            assertClose(doubles(e, 1, d), reference.pair(item, query), "e");
            float[] q = new float[d + 1];
            Arrays.fill(q, Float.NaN);
            trained.queryField(query, q, 1);
            double[] i = reference.item(item);
            double[] sum = new double[d];
            for (int j = 0; j < d; j++) {
              sum[j] =
                  trained.balance() * q[1 + j] + (1 - trained.balance()) * (i == null ? 0 : i[j]);
            }
            assertClose(sum, reference.pair(item, query), "a q' + (1 − a) i");
          }
        });
  }

  @Test
  void aFoldedTargetScoresPairsAsQueryAndKeyDo() {
    eachOf(
        Architecture.SEMINAR,
        (network, trained) -> {
          NetworkSpec spec = network.spec;
          int d = spec.hidden();
          int size = spec.headSize();
          int n = 3;
          float[] targets = new float[n * d];
          float[][] queries = new float[spec.heads()][n * size];
          float[][] keys = new float[spec.heads()][4 * size];
          for (int i = 0; i < n; i++) {
            trained.pair(any(trained.features().items()), any(15), targets, i * d);
          }
          trained.queries(targets, n, queries);
          for (int i = 0; i < n; i++) {
            float[][] folded = new float[spec.heads()][d];
            trained.fold(targets, i * d, folded);
            int item = any(trained.features().items());
            int query = any(15);
            float[] e = new float[d];
            trained.pair(item, query, e, 0);
            trained.keys(item, query, keys, 3);
            for (int h = 0; h < spec.heads(); h++) {
              double byFold = dot(folded[h], 0, e, 0, d);
              double byKey = dot(queries[h], i * size, keys[h], 3 * size, size);
              double exact = 0; // √d_h s_l from the parameters
              double magnitude = 0;
              for (int r = h * size; r < (h + 1) * size; r++) {
                double left =
                    dot(network.parameters.values("attention.query"), r * d, targets, i * d, d);
                double right = dot(network.parameters.values("attention.key"), r * d, e, 0, d);
                double scale = Math.exp(network.parameters.values("attention.scale")[h]);
                exact += scale * left * right;
                magnitude += Math.abs(scale * left * right);
              }
              double tolerance = 1e-5 * magnitude + 1e-6;
              assertThat(byFold).as("seed %d", seed).isCloseTo(exact, within(tolerance));
              assertThat(byKey).as("seed %d", seed).isCloseTo(exact, within(tolerance));
            }
          }
        });
  }

  @Test
  void valuesAreProjectedPairs() {
    eachOf(
        Architecture.ETA,
        (network, trained) -> {
          NetworkSpec spec = network.spec;
          int d = spec.hidden();
          int size = spec.headSize();
          int item = any(trained.features().items());
          int query = any(15);
          float[] e = new float[d];
          trained.pair(item, query, e, 0);
          float[][] values = new float[spec.heads()][3 * size];
          trained.values(item, query, values, 2);
          for (int r = 0; r < d; r++) {
            double expected = dot(network.parameters.values("attention.value"), r * d, e, 0, d);
            assertThat((double) values[r / size][2 * size + r % size])
                .as("seed %d", seed)
                .isCloseTo(expected, within(1e-4 * Math.abs(expected) + 1e-5));
          }
        });
  }

  private int any(int below) {
    return random.nextInt(below);
  }

  private static double dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    double sum = 0;
    for (int j = 0; j < n; j++) {
      sum += (double) a[aOffset + j] * b[bOffset + j];
    }
    return sum;
  }

  private static double[] doubles(float[] x, int offset, int n) {
    double[] doubles = new double[n];
    for (int j = 0; j < n; j++) {
      doubles[j] = x[offset + j];
    }
    return doubles;
  }

  private void assertClose(double[] found, double[] expected, String what) {
    assertThat(found.length).isEqualTo(expected.length);
    for (int j = 0; j < found.length; j++) {
      assertThat(found[j])
          .as("seed %d: %s, element %d", seed, what, j)
          .isCloseTo(expected[j], within(1e-4 * Math.abs(expected[j]) + 1e-5));
    }
  }

  @Test
  void refusesParametersOfAnotherNetworkOrCatalogueByName() {
    NetworkSpec spec =
        new NetworkSpec(Architecture.SEMINAR, 6, 2, 3, List.of("id", "text"), true, true, 8, 2, 3);
    try (RandomNetwork network = new RandomNetwork(folder.resolve("set"), spec, random)) {
      assertRefused(
          network,
          replaced(network, "items.text.encoder", new int[] {6, 7}),
          "parameter items.text.encoder is [6, 7]: expected [6, 6], [d, floats of modality text]");
      assertRefused(
          network,
          replaced(network, "items.id", new int[] {59, 6}),
          "parameter items.id is [59, 6]: expected [60, 6], [items, d]");
      assertRefused(
          network,
          replaced(network, "attention.scale", new int[] {3}),
          "parameter attention.scale is [3]: expected [2], [heads]");
      assertRefused(
          network,
          replaced(network, "head.0.weight", new int[] {128, 20}),
          "parameter head.0.weight is [128, 20]: expected [128, 23], [out, in]");
      assertRefused(
          network, replaced(network, "queries.browse", null), "no parameter queries.browse");
      Parameters broken = network.parameters.copy();
      broken.values("attention.key")[7] = Float.NaN;
      assertRefused(network, broken, "parameter attention.key holds NaN at 7");
    }
  }

  /** A copy with another shape of one parameter, or without it. */
  private static Parameters replaced(RandomNetwork network, String name, int[] shape) {
    Parameters copy = new Parameters();
    for (Parameters.Tensor tensor : network.parameters.tensors()) {
      if (!tensor.name().equals(name)) {
        copy.add(tensor.name(), tensor.kind(), tensor.shape(), tensor.values());
      } else if (shape != null) {
        int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        copy.add(name, tensor.kind(), shape, new float[size]);
      }
    }
    return copy;
  }

  private static void assertRefused(RandomNetwork network, Parameters parameters, String message) {
    assertThatThrownBy(() -> new TrainedNetwork(network.features, parameters))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesWhatAnArchitectureDoesNotHave() {
    NetworkSpec twin =
        new NetworkSpec(Architecture.TWIN, 6, 2, 3, List.of("text"), true, true, 8, 2, 3);
    try (RandomNetwork network = new RandomNetwork(folder.resolve("twin"), twin, random)) {
      TrainedNetwork trained = new TrainedNetwork(network.features, network.parameters);
      assertThatThrownBy(() -> trained.gate(0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("network twin cannot be quantised: expected seminar");
      assertThatThrownBy(
              () ->
                  trained
                      .newHead()
                      .logits(
                          new float[198],
                          new float[66],
                          new float[198],
                          new int[33],
                          33,
                          0,
                          1,
                          new float[33],
                          0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("33 targets: expected 0 to 32");
    }
    NetworkSpec din =
        new NetworkSpec(Architecture.DIN, 6, 2, 3, List.of("text"), true, true, 8, 2, 3);
    try (RandomNetwork network = new RandomNetwork(folder.resolve("din"), din, random)) {
      TrainedNetwork trained = new TrainedNetwork(network.features, network.parameters);
      assertThatThrownBy(() -> trained.keys(0, 0, new float[2][3], 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("network din has no target attention");
    }
    NetworkSpec popularity =
        new NetworkSpec(Architecture.POPULARITY, 6, 2, 3, List.of("text"), true, true, 8, 2, 3);
    try (RandomNetwork network = new RandomNetwork(folder.resolve("popular"), popularity, random)) {
      TrainedNetwork trained = new TrainedNetwork(network.features, network.parameters);
      assertThatThrownBy(() -> trained.pair(0, 0, new float[6], 0))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("popularity has no embeddings");
    }
  }
}
