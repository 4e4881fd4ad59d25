package io.seminar.pipelines.replay;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.device.TorchDevice;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.pipelines.arms.Arm;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.pipelines.arms.ModelSpec;
import io.seminar.pipelines.arms.NetworkModel;
import io.seminar.pipelines.arms.SimilarityModel;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.embedding.NetworkLoader;
import io.seminar.pipelines.embedding.PairEmbedder;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.ItemCounts;
import io.seminar.sessions.Problem;
import io.seminar.sessions.QueryTable;
import io.seminar.testdata.simulation.SimulationTruth;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What all the threads of a JVM share while they replay: the memory-mapped catalogue, queries and
 * codebooks, and the trained networks, opened once and closed by the last user. Never a side input.
 */
final class ReplayContext implements AutoCloseable {
  private static final Map<ReplaySpecKey, ReplayContext> OPEN = new HashMap<>();

  /** A spec by identity of what is opened: specs with equal content share a context. */
  private record ReplaySpecKey(String run, String dataset) {}

  private final ReplaySpecKey key;
  private final Dataset dataset;
  private final Catalogue catalogue;
  private final QueryTable queries;
  private final ItemCounts itemCounts;
  private final PairEmbedder embedder; // null: no arm reads the data set's own vectors
  private final Map<String, TrainedNetwork> networks = new LinkedHashMap<>();
  private final Map<String, CodebookFolder> codebooks = new LinkedHashMap<>();
  private final SimulationTruth truth;
  private int users;

  private ReplayContext(ReplaySpecKey key, ReplaySpec spec) {
    this.key = key;
    dataset = Dataset.open(Path.of(spec.dataset()));
    catalogue = dataset.openCatalogue();
    queries = dataset.openQueries();
    itemCounts = dataset.itemCounts();
    embedder =
        spec.readsOwnVectors()
            ? new PairEmbedder(
                catalogue,
                queries,
                FieldLayout.of(dataset.descriptor().schema(), spec.scoring().queryWeight()))
            : null;
    for (ArmSpec arm : spec.arms()) {
      if (arm.model() != null) {
        networks.computeIfAbsent(arm.model(), name -> load(spec.model(name)));
      }
      if (arm.codebook() != null) {
        codebooks.computeIfAbsent(
            arm.codebook(), f -> CodebookFolder.open(Path.of(f), dataset.catalogueDigest()));
      }
    }
    truth =
        spec.arms().stream().anyMatch(arm -> arm.kind().consultsTruth())
            ? SimulationTruth.open(SimulationTruth.folderOf(dataset.folder()), dataset.digest())
            : null;
  }

  private TrainedNetwork load(ModelSpec model) {
    Checkpoint checkpoint = Checkpoint.open(Path.of(model.folder()));
    if (!checkpoint.digest().equals(model.digest())) {
      throw new DatasetException(
          new Problem(
              model.folder(),
              -1,
              "digest",
              checkpoint.digest(),
              model.digest() + ", that of the " + model.title() + " when the replay began"));
    }
    return NetworkLoader.load(checkpoint, catalogue, queries);
  }

  /** The shared context of a spec; every call must be matched by a {@link #close()}. */
  static ReplayContext acquire(ReplaySpec spec) {
    synchronized (OPEN) {
      ReplaySpecKey key = new ReplaySpecKey(spec.run(), spec.dataset());
      ReplayContext context = OPEN.computeIfAbsent(key, k -> new ReplayContext(k, spec));
      context.users++;
      return context;
    }
  }

  @Override
  public void close() {
    synchronized (OPEN) {
      if (--users > 0) {
        return;
      }
      OPEN.remove(key);
      queries.close();
      catalogue.close();
      if (truth != null) {
        truth.close();
      }
    }
  }

  Dataset dataset() {
    return dataset;
  }

  ItemCounts itemCounts() {
    return itemCounts;
  }

  /** The simulator's truth; null unless an arm consults it. */
  SimulationTruth truth() {
    return truth;
  }

  /** A trained network, by its name in the spec. */
  TrainedNetwork network(String name) {
    return networks.get(name);
  }

  /**
   * The arms that retrieve for a model, for a thread.
   *
   * @param name of the model; null: for the data set's own vectors
   * @param device of the thread; null: all on the kernels
   */
  AttentionArms attentionArms(ReplaySpec spec, String name, TorchDevice device) {
    if (name == null) {
      Scoring scoring = spec.scoring();
      return attentionArms(
          spec, null, new SimilarityModel(embedder, scoring.keep(), scoring.temperature()), device);
    }
    return attentionArms(spec, name, new NetworkModel(network(name)), device);
  }

  private AttentionArms attentionArms(
      ReplaySpec spec, String name, AttentionModel model, TorchDevice device) {
    List<Integer> indices = new ArrayList<>();
    List<ArmSpec> specs = new ArrayList<>();
    for (int a = 0; a < spec.arms().size(); a++) {
      ArmSpec arm = spec.arms().get(a);
      if (arm.kind().attends() && Objects.equals(arm.model(), name)) {
        indices.add(a);
        specs.add(arm);
      }
    }
    return new AttentionArms(
        model,
        ArmSpec.views(specs),
        spec.scoring().recallAt(),
        indices.stream().mapToInt(Integer::intValue).toArray(),
        specs.stream()
            .map(arm -> Arms.of(arm, model, codebooks.get(arm.codebook()), device))
            .toArray(Arm[]::new));
  }
}
