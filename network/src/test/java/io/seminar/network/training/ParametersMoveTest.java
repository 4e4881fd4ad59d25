package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.network.training.BatchBuilder.Example;
import io.seminar.network.training.PretrainingBatchBuilder.Position;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One step from the start: which parameters, and which rows of tables, are other ones after it. */
class ParametersMoveTest {
  @TempDir Path folder;
  private final List<User> users = SmallWorld.users(12);
  private final float[] counts = new float[SmallWorld.ITEMS];
  private final Torch torch = new Torch("cpu", 1);
  private Catalogue catalogue;
  private QueryTable queries;
  private CatalogueShape shape;

  @BeforeEach
  void open() {
    Dataset dataset = SmallWorld.write(folder.resolve("set"), users);
    catalogue = dataset.openCatalogue();
    queries = dataset.openQueries();
    shape = CatalogueShape.of(catalogue, queries);
    for (int item = 0; item < counts.length; item++) {
      counts[item] = item % 4; // every fourth never occurred: it has no id
    }
  }

  @AfterEach
  void close() {
    catalogue.close();
    queries.close();
    torch.close();
  }

  @ParameterizedTest
  @EnumSource(value = Architecture.class, names = "POPULARITY", mode = EnumSource.Mode.EXCLUDE)
  void finetuningMovesAllButWhatIsFixedOrPretrainingsOwn(Architecture architecture) {
    for (boolean projections : new boolean[] {true, false}) {
      CatalogueFeatures features = features(architecture, projections);
      Parameters before = Initialization.of(features.spec(), shape, counts, 5);
      Parameters after = before.copy();
      Batch batch = batch(features);
      double[] losses =
          torch.step(
              after,
              new Adam(after, 0.01f),
              leaves -> new HeadGraph(features, leaves, batch).losses());
      assertThat(losses[0]).isPositive();
      Set<String> expected = trained(before);
      expected.remove("psu.scale");
      assertThat(SmallWorld.moved(before, after)).containsExactlyInAnyOrderElementsOf(expected);
      checkRows(features, before, after, batch);
    }
  }

  @Test
  void pretrainingMovesAllButTheHead() {
    CatalogueFeatures features = features(Architecture.SEMINAR, true);
    Parameters before = Initialization.of(features.spec(), shape, counts, 5);
    Parameters after = before.copy();
    PretrainingBatch batch = pretrainingBatch(features);
    torch.step(
        after,
        new Adam(after, 0.01f),
        leaves ->
            new PretrainingGraph(features, leaves, batch)
                .losses(SmallWorld.PRETRAINING.objectives()));
    Set<String> expected = trained(before);
    expected.removeIf(name -> name.startsWith("head."));
    assertThat(SmallWorld.moved(before, after)).containsExactlyInAnyOrderElementsOf(expected);
    checkRows(features, before, after, batch.batch());
  }

  /** Each objective reaches what it is about, and nothing else. */
  @Test
  void anObjectiveMovesWhatItReads() {
    Set<String> embeddings =
        Set.of("items.id", "items.attributes", "items.text.encoder", "items.image.encoder");
    assertThat(movedBy(new Objectives(0, 1, 0, 0.1)))
        .containsExactlyInAnyOrderElementsOf(embeddings);
    Set<String> relevance = new TreeSet<>(embeddings);
    relevance.addAll(
        Set.of(
            "items.id.projection",
            "items.attributes.projection",
            "items.text.projection",
            "items.image.projection",
            "items.gate",
            "queries.tokens",
            "queries.vector.encoder",
            "queries.projection"));
    assertThat(movedBy(new Objectives(0, 0, 1, 0.1)))
        .containsExactlyInAnyOrderElementsOf(relevance);
  }

  private List<String> movedBy(Objectives objectives) {
    CatalogueFeatures features = features(Architecture.SEMINAR, true);
    Parameters before = Initialization.of(features.spec(), shape, counts, 5);
    Parameters after = before.copy();
    PretrainingBatch batch = pretrainingBatch(features);
    torch.step(
        after,
        new Adam(after, 0.01f),
        leaves -> new PretrainingGraph(features, leaves, batch).losses(objectives));
    return SmallWorld.moved(before, after);
  }

  private static Set<String> trained(Parameters parameters) {
    Set<String> trained = new TreeSet<>();
    for (Parameters.Tensor tensor : parameters.tensors()) {
      if (tensor.kind() != Parameters.Kind.FIXED) {
        trained.add(tensor.name());
      }
    }
    return trained;
  }

  private CatalogueFeatures features(Architecture architecture, boolean projections) {
    NetworkSpec all = SmallWorld.spec(architecture);
    NetworkSpec spec =
        new NetworkSpec(
            architecture,
            all.hidden(),
            all.heads(),
            all.keep(),
            all.fields(),
            true,
            projections,
            all.hashBits(),
            all.hashGroup(),
            all.cascade());
    return new CatalogueFeatures(spec, shape, catalogue, queries, counts);
  }

  /** Two of each user's requests, of three users. */
  private Batch batch(CatalogueFeatures features) {
    List<Example> examples = new ArrayList<>();
    for (User user : users.subList(0, 3)) {
      examples.add(new Example(user, user.requests().get(1)));
      examples.add(new Example(user, user.requests().get(3)));
    }
    return new BatchBuilder(features, 50).build(examples);
  }

  private PretrainingBatch pretrainingBatch(CatalogueFeatures features) {
    List<Position> positions = new ArrayList<>();
    for (User user : users.subList(0, 3)) {
      positions.add(new Position(user, 4));
    }
    return new PretrainingBatchBuilder(
            features, 12, new PopularitySampler(counts), 2, 1 << 10, 1 << 10)
        .build(positions, new Random(3));
  }

  /** Rows of items, attributes and tokens that the batch did not read are the same to the bit. */
  private static void checkRows(
      CatalogueFeatures features, Parameters before, Parameters after, Batch batch) {
    Set<Integer> items = new TreeSet<>();
    Set<Integer> attributes = new TreeSet<>();
    for (int item : batch.items()) {
      if (features.has(features.spec().fields().indexOf("id"), item)) {
        items.add(item);
      }
      for (int n = 0; n < features.attributeCount(item); n++) {
        attributes.add(features.attribute(item, n));
      }
    }
    Set<Integer> tokens = new TreeSet<>();
    for (int query : batch.queries()) {
      for (int n = 0; n < features.tokenCount(query); n++) {
        tokens.add(features.token(query, n));
      }
    }
    checkRows(before.tensor("items.id"), after, items);
    checkRows(before.tensor("items.attributes"), after, attributes);
    checkRows(before.tensor("queries.tokens"), after, tokens);
  }

  private static void checkRows(Parameters.Tensor before, Parameters after, Set<Integer> read) {
    int rows = before.shape()[0];
    int size = before.rowSize();
    float[] now = after.values(before.name());
    Set<Integer> moved = new TreeSet<>();
    for (int i = 0; i < rows * size; i++) {
      if (Float.floatToRawIntBits(before.values()[i]) != Float.floatToRawIntBits(now[i])) {
        moved.add(i / size);
      }
    }
    assertThat(moved).as(before.name()).isNotEmpty().isSubsetOf(read);
    assertThat(read).as("rows of %s that the batch reads", before.name()).hasSizeLessThan(rows);
  }
}
