package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.scoring.RandomNetwork;
import io.seminar.network.scoring.TrainedNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * SEMINAR's general search unit twice: matrix products and top-K of the engine on the pairs of the
 * graph, and the kernels on the tables that score at serving.
 */
class SearchAgreementTest {
  private static final int TARGETS = 6;
  private static final int LENGTH = 150;

  @TempDir Path folder;

  @Test
  void scoresAgreeAndSoDoTheBestUpToTies() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 5; round++) {
      NetworkSpec spec = RandomNetwork.draw(Architecture.SEMINAR, random);
      try (RandomNetwork network = new RandomNetwork(folder.resolve("set" + round), spec, random);
          NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
        int n = TARGETS + LENGTH; // targets, then behaviours
        int[] items = random.ints(n, 0, network.features.items()).toArray();
        int[] queries = random.ints(n, 0, network.features.queries()).toArray();
        NDArray scores = engineScores(network, manager, items, queries); // (H, B, L)
        TrainedNetwork trained = new TrainedNetwork(network.features, network.parameters);
        for (int h = 0; h < spec.heads(); h++) {
          float[] expected = kernelScores(trained, h, items, queries);
          float[] found = scores.get(h).toFloatArray();
          String what = "seed %d, round %d, %s, head %d".formatted(seed, round, spec, h);
          compareScores(what, found, expected);
          NDList best = scores.get(h).topK(spec.keep(), 1, true, false);
          compareBest(what, best.get(1).toLongArray(), expected, spec.keep());
        }
      }
    }
  }

  private static NDArray engineScores(
      RandomNetwork network, NDManager manager, int[] items, int[] queries) {
    NetworkSpec spec = network.spec;
    Leaves leaves = new Leaves(manager, DataType.FLOAT32, network.parameters, false);
    DistinctIndex distinctItems = new DistinctIndex(network.features.items());
    DistinctIndex distinctQueries = new DistinctIndex(network.features.queries());
    int[] itemNumbers = new int[items.length];
    int[] queryNumbers = new int[items.length];
    for (int i = 0; i < items.length; i++) {
      itemNumbers[i] = distinctItems.add(items[i]);
      queryNumbers[i] = distinctQueries.add(queries[i]);
    }
    EmbeddingGraph embeddings =
        new EmbeddingGraph(
            network.features, leaves, distinctItems.toArray(), distinctQueries.toArray());
    Shape all = new Shape(items.length);
    NDArray item = EmbeddingGraph.lookUp(embeddings.items(), leaves.indices(itemNumbers, all));
    NDArray pairs =
        spec.queries()
            ? embeddings.pair(
                item,
                EmbeddingGraph.lookUp(embeddings.queries(), leaves.indices(queryNumbers, all)))
            : item; // (B + L, d)
    Shape heads = new Shape(items.length, spec.heads(), spec.headSize());
    NDArray keys =
        EmbeddingGraph.linear(pairs, leaves.dense("attention.key"))
            .reshape(heads)
            .transpose(1, 2, 0); // (H, d_h, B + L)
    NDArray scale = leaves.dense("attention.scale").exp().reshape(spec.heads(), 1, 1);
    NDArray targets =
        EmbeddingGraph.linear(pairs, leaves.dense("attention.query"))
            .reshape(heads)
            .transpose(1, 0, 2)
            .mul(scale); // (H, B + L, d_h)
    return targets.get(":, :{}, :", TARGETS).matMul(keys.get(":, :, {}:", TARGETS)); // (H, B, L)
  }

  private static float[] kernelScores(
      TrainedNetwork trained, int head, int[] items, int[] queries) {
    NetworkSpec spec = trained.spec();
    float[][] keys = new float[spec.heads()][LENGTH * spec.headSize()];
    for (int l = 0; l < LENGTH; l++) {
      trained.keys(items[TARGETS + l], queries[TARGETS + l], keys, l);
    }
    float[] pairs = new float[TARGETS * spec.hidden()];
    for (int t = 0; t < TARGETS; t++) {
      trained.pair(items[t], queries[t], pairs, t * spec.hidden());
    }
    float[][] targets = new float[spec.heads()][TARGETS * spec.headSize()];
    trained.queries(pairs, TARGETS, targets);
    float[] scores = new float[TARGETS * LENGTH];
    AttentionKernels.scores(
        targets[head], TARGETS, keys[head], LENGTH, spec.headSize(), scores, LENGTH);
    return scores;
  }

  private static float tolerance(float[] expected, int target) {
    float largest = 0;
    for (int l = 0; l < LENGTH; l++) {
      largest = Math.max(largest, Math.abs(expected[target * LENGTH + l]));
    }
    return 1e-4f * largest + 1e-7f;
  }

  private static void compareScores(String what, float[] found, float[] expected) {
    assertThat(found).hasSameSizeAs(expected);
    for (int i = 0; i < found.length; i++) {
      assertThat(found[i])
          .as("%s, score %d", what, i)
          .isCloseTo(expected[i], within(tolerance(expected, i / LENGTH)));
    }
  }

  /** What one finds and the other does not scores as the last of the other's. */
  private static void compareBest(String what, long[] found, float[] expected, int keep) {
    TopK topK = new TopK(keep);
    int[] kept = new int[keep];
    for (int t = 0; t < TARGETS; t++) {
      int n = topK.select(expected, t * LENGTH, LENGTH, keep, kept, 0);
      assertThat(n).isEqualTo(keep);
      List<Integer> best = new ArrayList<>();
      for (int place : kept) {
        best.add(place);
      }
      float last = expected[t * LENGTH + kept[keep - 1]];
      for (int k = 0; k < keep; k++) {
        int place = (int) found[t * keep + k];
        if (!best.contains(place)) {
          assertThat(expected[t * LENGTH + place])
              .as("%s, target %d: %s lacks %d", what, t, best, place)
              .isCloseTo(last, within(tolerance(expected, t)));
        }
      }
    }
  }
}
