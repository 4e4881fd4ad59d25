package io.seminar.pipelines.sweep;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.model.Architecture;
import io.seminar.pipelines.arms.ModelSpec;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.Dataset;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * The network of a sweep, checked before anything runs.
 *
 * @param given folder of its checkpoint, as given
 * @param spec as arms need to know it; its arms have no prefix
 * @param description what the checkpoint says
 */
record SweepModel(Path given, ModelSpec spec, Description description) {
  /**
   * Opens a checkpoint.
   *
   * @throws io.seminar.sessions.DatasetException if it is damaged or of another catalogue
   * @throws IllegalArgumentException if arms cannot retrieve by its attention
   */
  static SweepModel open(Path folder, Dataset dataset) {
    Checkpoint checkpoint = Checkpoint.open(folder);
    checkpoint.requireCatalogue(dataset);
    Description description = checkpoint.description();
    Architecture architecture = description.spec().architecture();
    ModelSpec spec =
        new ModelSpec(
            ModelSpec.UNNAMED,
            folder.toAbsolutePath().toString(),
            architecture,
            description.spec().hidden(),
            description.spec().keep(),
            checkpoint.digest());
    if (!spec.retrieves()) {
      throw new IllegalArgumentException(
          folder
              + " is a network "
              + architecture.key()
              + ", whose attention no arm retrieves for, expected "
              + Architecture.SEMINAR.key());
    }
    return new SweepModel(folder, spec, description);
  }

  /** Requests from it on were neither trained on nor stopped by, ms since 1970. */
  long evaluateFrom() {
    return description.timeSplit().validateUntil();
  }

  /** Floats of its embeddings of items and queries, with what is made of them when it is loaded. */
  long tableFloats(Dataset dataset) {
    long rows = dataset.descriptor().counts().items() + dataset.descriptor().counts().queries();
    return 2 * rows * (description.spec().fields().size() + 1) * description.spec().hidden();
  }

  /** For the manifest. */
  RunManifest.Model record() {
    return new RunManifest.Model(
        spec.name(),
        given.toString(),
        spec.architecture().key(),
        description.stage().name().toLowerCase(Locale.ROOT),
        spec.digest(),
        description.data().digest(),
        description.timeSplit().trainUntil(),
        description.timeSplit().validateUntil());
  }

  /** What a reader of the numbers must know. */
  List<String> notes() {
    return List.of(
        "Keys, values and queries are those of the network ("
            + spec.architecture().key()
            + "), trained on what came before "
            + Instant.ofEpochMilli(description.timeSplit().trainUntil())
            + "; the requests are from "
            + Instant.ofEpochMilli(evaluateFrom())
            + " on, after its validation.");
  }
}
