package io.seminar.pipelines.nightly;

import io.seminar.pipelines.arms.ModelFolder;
import java.nio.file.Path;
import java.util.List;

/**
 * A system under evaluation: what is replayed.
 *
 * @param models trained networks: one without a name, or any number with names; empty: the data
 *     set's own vectors
 * @param codebooks folders
 * @param arms as a replay reads them, at least one
 * @param reference arm that the others are compared with within the run
 */
public record EvaluatedSystem(
    List<ModelFolder> models, List<Path> codebooks, List<String> arms, String reference) {
  public EvaluatedSystem {
    models = List.copyOf(models);
    codebooks = List.copyOf(codebooks);
    arms = List.copyOf(arms);
    if (!arms.contains(reference)) {
      throw new IllegalArgumentException(
          "reference '" + reference + "' is no arm of the system, expected one of " + arms);
    }
  }
}
