package io.seminar.pipelines.replay;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.checkpoint.Stage;
import io.seminar.pipelines.arms.ModelFolder;
import io.seminar.pipelines.arms.ModelSpec;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.Dataset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The trained networks that a replay is given, checked before anything runs. What they were trained
 * and stopped on is not evaluated: their periods decide which requests are.
 */
final class ReplayModels {
  private record Model(ModelSpec spec, String given, Description description) {}

  private final Dataset dataset;
  private final List<Model> models = new ArrayList<>();

  private ReplayModels(Dataset dataset) {
    this.dataset = dataset;
  }

  /**
   * Opens the checkpoints.
   *
   * @throws IllegalArgumentException if two have one name, or one without a name is not alone
   * @throws io.seminar.sessions.DatasetException if one is damaged or of another catalogue
   */
  static ReplayModels open(List<ModelFolder> folders, Dataset dataset) {
    Set<String> names = new HashSet<>();
    for (ModelFolder folder : folders) {
      if (folder.name().equals(ModelSpec.UNNAMED) && folders.size() > 1) {
        throw new IllegalArgumentException(
            "network "
                + folder.folder()
                + " has no name and is not the only one, expected NAME="
                + folder.folder());
      }
      if (!names.add(folder.name())) {
        throw new IllegalArgumentException(
            "two networks are named '" + folder.name() + "', expected distinct names");
      }
    }
    ReplayModels models = new ReplayModels(dataset);
    for (ModelFolder folder : folders) {
      Checkpoint checkpoint = Checkpoint.open(folder.folder());
      checkpoint.requireCatalogue(dataset);
      Description description = checkpoint.description();
      models.models.add(
          new Model(
              new ModelSpec(
                  folder.name(),
                  folder.folder().toAbsolutePath().toString(),
                  description.spec().architecture(),
                  description.spec().hidden(),
                  description.spec().keep(),
                  checkpoint.digest()),
              folder.folder().toString(),
              description));
    }
    return models;
  }

  /** As the workers need to know them. */
  List<ModelSpec> specs() {
    return models.stream().map(Model::spec).toList();
  }

  /** H of a model, by name. */
  int heads(String name) {
    return models.stream()
        .filter(model -> model.spec.name().equals(name))
        .mapToInt(model -> model.description.spec().heads())
        .findFirst()
        .orElseThrow();
  }

  boolean isEmpty() {
    return models.isEmpty();
  }

  /**
   * The time that parts calibration from evaluation: the one asked for, or else the end of the last
   * model's validation, or else the data set's median request.
   *
   * @throws IllegalArgumentException if a model has seen requests that would be evaluated
   */
  long splitTime(Long asked) {
    Long median = dataset.descriptor().medianRequestTime();
    long splitTime = asked != null ? asked : median != null ? median : 0;
    if (models.isEmpty()) {
      return splitTime;
    }
    Model last = models.get(0);
    for (Model model : models) {
      if (validateUntil(model) > validateUntil(last)) {
        last = model;
      }
    }
    if (asked != null && asked < validateUntil(last)) {
      throw new IllegalArgumentException(
          "split time "
              + asked
              + " is too early: "
              + last.spec.title()
              + " was trained and validated on requests before "
              + validateUntil(last)
              + ", expected at least that");
    }
    return asked != null ? asked : validateUntil(last);
  }

  private static long validateUntil(Model model) {
    return model.description.timeSplit().validateUntil();
  }

  /**
   * The calibration is fitted on requests from this time on: no model was trained on them. {@link
   * Long#MIN_VALUE} without models.
   */
  long calibrateFrom() {
    return models.stream()
        .mapToLong(model -> model.description.timeSplit().trainUntil())
        .max()
        .orElse(Long.MIN_VALUE);
  }

  /** For the run's manifest. */
  List<RunManifest.Model> records() {
    List<RunManifest.Model> records = new ArrayList<>();
    for (Model model : models) {
      Description description = model.description;
      records.add(
          new RunManifest.Model(
              model.spec.name(),
              model.given,
              model.spec.architecture().key(),
              description.stage().name().toLowerCase(Locale.ROOT),
              model.spec.digest(),
              description.data().digest(),
              description.timeSplit().trainUntil(),
              description.timeSplit().validateUntil()));
    }
    return records;
  }

  /** What a reader of the numbers must know of the models. */
  List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (Model model : models) {
      Description description = model.description;
      String title = capital(model.spec.title());
      notes.add(
          title
              + " ("
              + model.spec.architecture().key()
              + ") was trained on behaviours and requests before "
              + Instant.ofEpochMilli(description.timeSplit().trainUntil())
              + " and stopped by those before "
              + Instant.ofEpochMilli(description.timeSplit().validateUntil())
              + ".");
      if (description.stage() == Stage.PRETRAINED) {
        notes.add(title + " is pretrained only: its prediction head has learned nothing.");
      }
      if (!description.data().digest().equals(dataset.digest())) {
        notes.add(
            title
                + " was trained on another data set of the same catalogue, "
                + description.data().digest()
                + ": its period says nothing about whether it has seen these users' requests.");
      }
    }
    return notes;
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
