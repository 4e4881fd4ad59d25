package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.network.scoring.RandomNetwork;
import io.seminar.network.training.BatchBuilder.Example;
import io.seminar.network.training.PretrainingBatchBuilder.Position;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The losses' gradients against central differences, all in double. Parameters are floats: an
 * element is moved to two floats beside it, whose distance is known exactly.
 */
class GradientTest {
  private static final String ENGINE = "PyTorch";

  /** Elements of every parameter that are checked. */
  private static final int SAMPLE = 5;

  @TempDir Path folder;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @BeforeAll
  static void oneThread() {
    new Torch("cpu", 1).close();
  }

  /** A loss, a scalar, of the parameters. */
  private interface Loss extends Function<Leaves, NDArray> {}

  @ParameterizedTest
  @EnumSource(value = Architecture.class, names = "POPULARITY", mode = EnumSource.Mode.EXCLUDE)
  void ofTheHeadsCrossEntropy(Architecture architecture) {
    try (RandomNetwork network = network(architecture)) {
      List<Example> examples = new ArrayList<>();
      for (int user = 0; user < 3; user++) {
        History history = network.history(user == 0 ? 0 : 12);
        Request request = labelled(network.request(history, 1 + random.nextInt(3)));
        examples.add(new Example(new User("user", history, List.of(request)), request));
      }
      Batch batch = new BatchBuilder(network.features, 10).build(examples);
      check(
          network.parameters, leaves -> new HeadGraph(network.features, leaves, batch).losses()[0]);
    }
  }

  /** At any positions, clicked or not. */
  private Request labelled(Request request) {
    int n = request.length();
    short[] position = new short[n];
    byte[] label = new byte[n];
    for (int i = 0; i < n; i++) {
      position[i] = (short) random.nextInt(Parameters.POSITIONS);
      label[i] = (byte) random.nextInt(2);
    }
    return new Request(
        request.id(), request.time(), request.query(), request.item(), position, label, null);
  }

  @ParameterizedTest
  @ValueSource(strings = {"next", "align", "relevance"})
  void ofPretrainingsObjectives(String objective) {
    Objectives objectives =
        new Objectives(
            objective.equals("next") ? 1 : 0,
            objective.equals("align") ? 1 : 0,
            objective.equals("relevance") ? 1 : 0,
            0.3);
    try (RandomNetwork network = network(Architecture.SEMINAR)) {
      PretrainingBatch batch = pretrainingBatch(network);
      while (!contrasts(batch)) { // a small batch may hold no two searches for relevance
        batch = pretrainingBatch(network);
      }
      PretrainingBatch drawn = batch;
      check(
          network.parameters,
          leaves -> new PretrainingGraph(network.features, leaves, drawn).losses(objectives)[0]);
    }
  }

  private PretrainingBatch pretrainingBatch(RandomNetwork network) {
    List<Position> positions = new ArrayList<>();
    while (positions.size() < 4) {
      History history = network.history(12);
      if (history.length() > 1) {
        positions.add(new Position(new User("user", history, List.of()), history.length() - 1));
      }
    }
    return new PretrainingBatchBuilder(
            network.features, 6, new PopularitySampler(network.counts), 3, 12, 12)
        .build(positions, random);
  }

  private static boolean contrasts(PretrainingBatch batch) {
    int[] items = batch.pairItems();
    int[] queries = batch.pairQueries();
    for (int i = 0; i < items.length; i++) {
      for (int j = 0; j < i; j++) {
        if (items[i] != items[j] && queries[i] != queries[j]) {
          return true;
        }
      }
    }
    return false;
  }

  private RandomNetwork network(Architecture architecture) {
    NetworkSpec spec =
        new NetworkSpec(
            architecture,
            6,
            2,
            3,
            List.of("text", "id", "image", "attributes"),
            true,
            true,
            6,
            2,
            5);
    return new RandomNetwork(folder.resolve("set"), spec, random);
  }

  private void check(Parameters parameters, Loss loss) {
    Map<String, float[]> gradients = new TreeMap<>();
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), ENGINE);
        GradientCollector collector = Engine.getEngine(ENGINE).newGradientCollector()) {
      Leaves leaves = new Leaves(manager, DataType.FLOAT64, parameters, true);
      collector.backward(loss.apply(leaves));
      leaves.gradients(
          (tensor, rows, gradient) ->
              scatter(
                  gradients.computeIfAbsent(tensor.name(), n -> new float[tensor.values().length]),
                  tensor.rowSize(),
                  rows,
                  gradient));
    }
    int checked = 0;
    int kinks = 0;
    for (Parameters.Tensor tensor : parameters.tensors()) {
      float[] gradient = gradients.get(tensor.name());
      if (tensor.kind() == Parameters.Kind.FIXED) {
        assertThat(gradient).as(tensor.name()).isNull();
      } else {
        for (int at : sample(tensor, gradient)) {
          double expected = gradient == null ? 0 : gradient[at];
          checked++;
          if (Math.abs(difference(tensor, at, 64, parameters, loss) - expected)
              > tolerance(expected)) {
            // Where the loss has a kink or a jump within the step, a smaller step misses it.
            kinks++;
            assertThat(difference(tensor, at, 8, parameters, loss))
                .as("seed %d, %s[%d]", seed, tensor.name(), at)
                .isCloseTo(expected, within(10 * tolerance(expected)));
          }
        }
      }
    }
    assertThat(kinks).as("seed %d: kinks among %d", seed, checked).isLessThan(checked / 10);
  }

  private static double tolerance(double expected) {
    return 1e-6 + 1e-5 * Math.abs(expected);
  }

  private static void scatter(float[] into, int size, int[] rows, float[] gradient) {
    for (int i = 0; i < gradient.length; i++) {
      into[rows == null ? i : rows[i / size] * size + i % size] += gradient[i];
    }
  }

  /** Elements to check: where there is a gradient, if there are such, and any other ones. */
  private int[] sample(Parameters.Tensor tensor, float[] gradient) {
    int n = tensor.values().length;
    int[] moving =
        gradient == null
            ? new int[0]
            : IntStream.range(0, n).filter(i -> gradient[i] != 0).toArray();
    int[] sample = new int[Math.min(n, SAMPLE)];
    Arrays.setAll(
        sample,
        i ->
            i > 0 && moving.length > 0 ? moving[random.nextInt(moving.length)] : random.nextInt(n));
    return sample;
  }

  /** The central difference over {@code ulps} floats to either side, of at least 1/16 in size. */
  private static double difference(
      Parameters.Tensor tensor, int at, int ulps, Parameters parameters, Loss loss) {
    float[] values = tensor.values();
    float value = values[at];
    float step = ulps * Math.ulp(Math.max(Math.abs(value), 1f / 16));
    values[at] = value + step;
    double above = evaluate(parameters, loss);
    double from = values[at];
    values[at] = value - step;
    double below = evaluate(parameters, loss);
    double distance = from - values[at];
    values[at] = value;
    return (above - below) / distance;
  }

  private static double evaluate(Parameters parameters, Loss loss) {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), ENGINE)) {
      return loss.apply(new Leaves(manager, DataType.FLOAT64, parameters, false))
          .toDoubleArray()[0];
    }
  }
}
