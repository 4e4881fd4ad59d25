package io.seminar.pipelines.embedding;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.Parameters;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.QueryTable;

/** Makes networks of checkpoints ready to score. */
public final class NetworkLoader {
  private NetworkLoader() {}

  /**
   * Embeds the whole catalogue with a checkpoint's parameters.
   *
   * @param checkpoint of a network that was trained for this catalogue
   * @param catalogue open as long as the network is used
   */
  public static TrainedNetwork load(
      Checkpoint checkpoint, Catalogue catalogue, QueryTable queries) {
    Description description = checkpoint.description();
    Parameters parameters = checkpoint.parameters();
    CatalogueFeatures features =
        new CatalogueFeatures(
            description.spec(),
            description.shape(),
            catalogue,
            queries,
            parameters.values("items.count"));
    return new TrainedNetwork(features, parameters);
  }
}
