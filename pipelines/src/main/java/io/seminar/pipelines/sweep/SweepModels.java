package io.seminar.pipelines.sweep;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.device.TorchDevice;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.pipelines.arms.Arm;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.pipelines.arms.NetworkModel;
import io.seminar.pipelines.arms.SimilarityModel;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.embedding.NetworkLoader;
import io.seminar.pipelines.embedding.PairEmbedder;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.QueryTable;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A setting, opened: the attention that is measured, and arms for it. Safe for several threads,
 * unless arms run on a device, which serves {@link #threads one}; the models and arms that it makes
 * are for one each.
 */
final class SweepModels implements AutoCloseable {
  private final SweepSetting setting;
  private final Dataset dataset;
  private final Catalogue catalogue;
  private final QueryTable queries;
  private final TorchDevice device; // null: the CPU
  private final TrainedNetwork network; // null: the data set's own vectors
  private final Map<String, CodebookFolder> codebooks = new ConcurrentHashMap<>();

  SweepModels(SweepSetting setting) {
    this.setting = setting;
    device = Arms.openDevice(setting.device());
    dataset = Dataset.open(Path.of(setting.data()));
    catalogue = dataset.openCatalogue();
    queries = dataset.openQueries();
    network =
        setting.model() == null
            ? null
            : NetworkLoader.load(
                Checkpoint.open(Path.of(setting.model().folder())), catalogue, queries);
  }

  Dataset dataset() {
    return dataset;
  }

  /** The attention, keeping K. */
  AttentionModel model(int keep) {
    return network != null
        ? new NetworkModel(network, keep)
        : new SimilarityModel(
            new PairEmbedder(
                catalogue,
                queries,
                FieldLayout.of(dataset.descriptor().schema(), setting.queryWeight())),
            keep,
            setting.temperature());
  }

  /** How many of some threads may have arms. */
  int threads(int wanted) {
    return device == null ? wanted : 1;
  }

  /** An arm of its own for a model. */
  Arm arm(ArmSpec arm, AttentionModel model) {
    CodebookFolder codebook =
        arm.codebook() == null
            ? null
            : codebooks.computeIfAbsent(
                arm.codebook(), f -> CodebookFolder.open(Path.of(f), dataset.catalogueDigest()));
    return Arms.of(arm, model, codebook, device);
  }

  @Override
  public void close() {
    queries.close();
    catalogue.close();
    if (device != null) {
      device.close();
    }
  }
}
