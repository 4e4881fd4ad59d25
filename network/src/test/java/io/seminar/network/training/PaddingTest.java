package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.scoring.RandomNetwork;
import io.seminar.network.training.BatchBuilder.Example;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Three behaviours where K is 5, beside a long history; what fills the places beyond a history's
 * end is the first target of the batch, here one whose vector is far longer than any other.
 */
class PaddingTest {
  private static final int EXTREME = 17;

  @TempDir Path folder;

  private static Example example(int query, int[] items, int target) {
    long[] time = new long[items.length];
    Arrays.setAll(time, l -> 1_000 + l);
    int[] queries = new int[items.length];
    Arrays.fill(queries, query);
    Request request = RandomNetwork.request(5_000, query, target, target + 1);
    History history = new History(time, items, queries, new byte[items.length]);
    return new Example(new User("user", history, List.of(request)), request);
  }

  private RandomNetwork network(Architecture architecture) {
    NetworkSpec spec = new NetworkSpec(architecture, 6, 2, 5, List.of("id"), true, true, 6, 2, 6);
    return new RandomNetwork(folder.resolve("set"), spec, new Random(3));
  }

  /** Every item has its id. */
  private static CatalogueFeatures features(RandomNetwork network) {
    float[] counts = new float[network.counts.length];
    Arrays.fill(counts, 1);
    return new CatalogueFeatures(
        network.spec,
        CatalogueShape.of(network.catalogue, network.queries),
        network.catalogue,
        network.queries,
        counts);
  }

  @ParameterizedTest
  @EnumSource(value = Architecture.class, names = "POPULARITY", mode = EnumSource.Mode.EXCLUDE)
  void placesBeyondAHistoryAreNeverFound(Architecture architecture) {
    try (RandomNetwork network = network(architecture);
        Torch torch = new Torch("cpu", 1)) {
      CatalogueFeatures features = features(network);
      float[] ids = network.parameters.values("items.id");
      Example crowded = example(0, new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, EXTREME);
      Example small = example(0, new int[] {11, 12, 13}, 30);
      GraphScorer scorer = new GraphScorer(torch, features, network.parameters, 50);
      for (float size : new float[] {-1e3f, 1e3f}) {
        for (int j = 0; j < 6; j++) {
          ids[EXTREME * 6 + j] = size * (1 + j);
        }
        float[] alone = scorer.score(List.of(small))[0];
        float[] beside = scorer.score(List.of(crowded, small))[1];
        for (int t = 0; t < alone.length; t++) {
          assertThat(beside[t]).isCloseTo(alone[t], within(1e-4f * Math.abs(alone[t]) + 1e-5f));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(value = Architecture.class, names = "POPULARITY", mode = EnumSource.Mode.EXCLUDE)
  void noGradientReachesThem(Architecture architecture) {
    try (RandomNetwork network = network(architecture);
        NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      CatalogueFeatures features = features(network);
      Example crowded = example(0, new int[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, EXTREME);
      Example small = example(0, new int[] {11, 12, 13}, 30);
      Batch batch = new BatchBuilder(features, 50).build(List.of(crowded, small));
      assertThat(batch.items()[0]).isEqualTo(EXTREME);
      Leaves leaves = new Leaves(manager, DataType.FLOAT32, network.parameters, true);
      collector.backward(new HeadGraph(features, leaves, batch).logits().get(1).sum());
      leaves.gradients(
          (tensor, rows, gradient) -> {
            boolean ids = tensor.name().equals("items.id");
            for (int i = 0; ids && i < rows.length; i++) {
              float[] row = Arrays.copyOfRange(gradient, i * 6, (i + 1) * 6);
              boolean own = List.of(11, 12, 13, 30, 31).contains(rows[i]);
              if (!own) {
                assertThat(row).as("item %d", rows[i]).containsOnly(0);
              } else if (rows[i] >= 30) { // a target
                assertThat(row).as("item %d", rows[i]).isNotEqualTo(new float[6]);
              }
            }
          });
    }
  }
}
