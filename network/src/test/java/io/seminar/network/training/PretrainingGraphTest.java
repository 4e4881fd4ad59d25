package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.scoring.RandomNetwork;
import io.seminar.network.scoring.ReferenceNetwork;
import io.seminar.network.training.PretrainingBatchBuilder.Position;
import io.seminar.sessions.History;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PretrainingGraphTest {
  private static final Objectives NEXT = new Objectives(1, 0, 0, 0.1);
  private static final Objectives ALIGN = new Objectives(0, 1, 0, 0.1);
  private static final Objectives RELEVANCE = new Objectives(0, 0, 1, 0.1);

  @TempDir Path folder;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final Torch torch = new Torch("cpu", 1);
  private RandomNetwork network;

  @BeforeEach
  void open() {
    NetworkSpec spec =
        new NetworkSpec(
            Architecture.SEMINAR,
            8,
            2,
            3,
            List.of("text", "id", "image", "attributes"),
            true,
            true,
            6,
            2,
            5);
    network = new RandomNetwork(folder.resolve("set"), spec, random);
  }

  @AfterEach
  void close() {
    network.close();
    torch.close();
  }

  private PretrainingBatch batch(int prefixes) {
    List<Position> positions = new ArrayList<>();
    while (positions.size() < prefixes) {
      History history = network.history(20);
      int event = history.length() - 1;
      if (event > 2 && network.features.hasPair(history.item()[event], history.query()[event])) {
        positions.add(new Position(new User("user", history, List.of()), event));
      }
    }
    return new PretrainingBatchBuilder(
            network.features, 10, new PopularitySampler(network.counts), 6, 30, 40)
        .build(positions, random);
  }

  private float loss(PretrainingBatch batch, Objectives objectives) {
    return torch
        .forward(
            network.parameters,
            leaves -> new PretrainingGraph(network.features, leaves, batch).losses(objectives)[0])[
        0];
  }

  /** Mean cosine of the searched pairs, less that of their queries with the pairs' other items. */
  private double margin(PretrainingBatch batch) {
    ReferenceNetwork reference = new ReferenceNetwork(network);
    int r = batch.pairItems().length;
    double own = 0;
    double other = 0;
    int others = 0;
    for (int i = 0; i < r; i++) {
      double[] query = reference.projectedQuery(batch.batch().queries()[batch.pairQueries()[i]]);
      for (int j = 0; j < r; j++) {
        double[] item = reference.item(batch.batch().items()[batch.pairItems()[j]]);
        if (i == j) {
          own += cosine(query, item) / r;
        } else if (batch.pairQueries()[i] != batch.pairQueries()[j]) {
          other += cosine(query, item);
          others++;
        }
      }
    }
    return own - other / others;
  }

  private static double cosine(double[] a, double[] b) {
    double dot = 0;
    double aa = 0;
    double bb = 0;
    for (int j = 0; j < a.length; j++) {
      dot += a[j] * b[j];
      aa += a[j] * a[j];
      bb += b[j] * b[j];
    }
    return dot / Math.sqrt(aa * bb);
  }

  /** −log of the right one's share, among it and what is allowed. */
  private static double negativeLogShare(double[] logits, int right, boolean[] allowed) {
    double sum = 0;
    for (int k = 0; k < logits.length; k++) {
      sum += k == right || allowed[k] ? Math.exp(logits[k]) : 0;
    }
    return Math.log(sum) - logits[right];
  }

  @Test
  void whatComesNextIsTheSoftmaxOfScaledCosines() {
    PretrainingBatch batch = batch(6);
    Batch b = batch.batch();
    ReferenceNetwork reference = new ReferenceNetwork(network);
    double scale = Math.exp(network.parameters.values("psu.scale")[0]);
    double expected = 0;
    int rows = 0;
    for (int i = 0; i < b.requests(); i++) {
      List<double[]> prefix = new ArrayList<>();
      for (int l = 0; l < b.lengths()[i]; l++) {
        int at = i * b.length() + l;
        prefix.add(
            reference.pair(b.items()[b.historyItems()[at]], b.queries()[b.historyQueries()[at]]));
      }
      double[] logits = new double[b.targets()];
      boolean[] allowed = new boolean[b.targets()];
      for (int k = 0; k < b.targets(); k++) {
        int at = i * b.targets() + k;
        double[] target =
            reference.pair(b.items()[b.targetItems()[at]], b.queries()[b.targetQueries()[at]]);
        logits[k] = scale * cosine(reference.interest(target, prefix), target);
        allowed[k] = batch.allowed()[at] > 0;
      }
      if (!prefix.isEmpty()) {
        expected += negativeLogShare(logits, i, allowed);
        rows++;
      }
    }
    assertThat((double) loss(batch, NEXT))
        .as("seed %d", seed)
        .isCloseTo(expected / rows, within(1e-3));
  }

  /** Neither other items of the same query nor the same item found by another one compete. */
  @Test
  void relevanceIsTheSoftmaxOverTheItemsOfOtherQueries() {
    PretrainingBatch batch = batch(8);
    ReferenceNetwork reference = new ReferenceNetwork(network);
    int r = batch.pairItems().length;
    double expected = 0;
    for (int i = 0; i < r; i++) {
      double[] query = reference.projectedQuery(batch.batch().queries()[batch.pairQueries()[i]]);
      double[] logits = new double[r];
      boolean[] allowed = new boolean[r];
      for (int j = 0; j < r; j++) {
        double[] item = reference.item(batch.batch().items()[batch.pairItems()[j]]);
        logits[j] = cosine(query, item) / RELEVANCE.temperature();
        allowed[j] =
            batch.pairQueries()[i] != batch.pairQueries()[j]
                && batch.pairItems()[i] != batch.pairItems()[j];
      }
      expected += negativeLogShare(logits, i, allowed) / r;
    }
    assertThat((double) loss(batch, RELEVANCE))
        .as("seed %d", seed)
        .isCloseTo(expected, within(1e-4 * expected + 1e-4));
  }

  @Test
  void relevanceMovesAQueryTowardsItsItem() {
    PretrainingBatch batch = batch(8);
    double before = margin(batch);
    float start = loss(batch, RELEVANCE);
    train(batch, RELEVANCE);
    assertThat(loss(batch, RELEVANCE)).as("seed %d", seed).isLessThan(0.8f * start);
    assertThat(margin(batch)).as("seed %d", seed).isGreaterThan(before + 0.1);
  }

  @Test
  void everyObjectiveIsLearned() {
    PretrainingBatch batch = batch(8);
    for (Objectives objectives : List.of(NEXT, ALIGN)) {
      float start = loss(batch, objectives);
      train(batch, objectives);
      assertThat(loss(batch, objectives))
          .as("seed %d, %s", seed, objectives)
          .isLessThan(0.8f * start);
    }
  }

  private void train(PretrainingBatch batch, Objectives objectives) {
    Adam adam = new Adam(network.parameters, 0.01f);
    for (int step = 0; step < 40; step++) {
      torch.step(
          network.parameters,
          adam,
          leaves -> new PretrainingGraph(network.features, leaves, batch).losses(objectives));
    }
  }

  @Test
  void aMaskedCandidateDoesNotChangeWhatComesNext() {
    PretrainingBatch batch = batch(6);
    Batch prefixes = batch.batch();
    int masked = 3 * prefixes.targets() + 9; // of the fourth prefix a sampled candidate
    batch.allowed()[masked] = 0;
    float loss = loss(batch, NEXT);
    for (int item = 0; item < prefixes.items().length; item++) {
      prefixes.targetItems()[masked] = item;
      assertThat(loss(batch, NEXT)).as("seed %d, item %d", seed, item).isEqualTo(loss);
    }
    batch.allowed()[masked] = 1;
    float competing = 0;
    for (int item = 0; item < prefixes.items().length; item++) {
      prefixes.targetItems()[masked] = item;
      competing = Math.max(competing, loss(batch, NEXT));
    }
    assertThat(competing).as("seed %d", seed).isGreaterThan(loss);
  }

  @Test
  void anEmptyPrefixSaysNothing() {
    PretrainingBatch batch = batch(4);
    batch.batch().lengths()[2] = 0;
    float loss = loss(batch, NEXT);
    int c = batch.batch().targets();
    for (int k = 0; k < c; k++) {
      batch.batch().targetItems()[2 * c + k] = 0;
    }
    assertThat(loss(batch, NEXT)).as("seed %d", seed).isEqualTo(loss);
    Arrays.fill(batch.batch().lengths(), 0);
    assertThat(loss(batch, NEXT)).isZero();
  }

  @Test
  void batchesMaskWhatCameNextDrawWithoutRepetitionAndSearchOnlyWhatWasSearched() {
    for (int round = 0; round < 10; round++) {
      PretrainingBatch batch = batch(12);
      Batch prefixes = batch.batch();
      int c = prefixes.targets();
      for (int i = 0; i < prefixes.requests(); i++) {
        int own = i * c + i;
        for (int k = 0; k < c; k++) {
          int at = i * c + k;
          boolean same =
              prefixes.targetItems()[at] == prefixes.targetItems()[own]
                  && prefixes.targetQueries()[at] == prefixes.targetQueries()[own];
          assertThat(batch.allowed()[at])
              .as("seed %d, row %d, candidate %d", seed, i, k)
              .isEqualTo(same ? 0 : 1);
        }
      }
      assertThat(batch.items()).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(30);
      assertThat(batch.pairItems().length).isEqualTo(batch.pairQueries().length).isBetween(1, 40);
      Set<String> behaviours = new HashSet<>();
      for (int i = 0; i < prefixes.requests(); i++) {
        behaviours.add(
            prefixes.targetItems()[i * c + i] + " " + prefixes.targetQueries()[i * c + i]);
        for (int l = 0; l < prefixes.lengths()[i]; l++) {
          int at = i * prefixes.length() + l;
          behaviours.add(prefixes.historyItems()[at] + " " + prefixes.historyQueries()[at]);
        }
      }
      for (int r = 0; r < batch.pairItems().length; r++) {
        assertThat(behaviours).contains(batch.pairItems()[r] + " " + batch.pairQueries()[r]);
        assertThat(network.features.hasQuery(prefixes.queries()[batch.pairQueries()[r]])).isTrue();
      }
    }
  }
}
