package io.seminar.pipelines.replay;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.quantization.RaBitQCodes;
import io.seminar.attention.quantization.RandomRotation;
import io.seminar.attention.retrieval.CertifiedOptions;
import io.seminar.metrics.MetricSuite;
import io.seminar.metrics.calibration.LogisticCalibration;
import io.seminar.pipelines.arms.ArmCodebooks;
import io.seminar.pipelines.arms.ArmParser;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.ModelFolder;
import io.seminar.pipelines.arms.ModelSpec;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.evaluation.Calibration;
import io.seminar.pipelines.evaluation.EvaluateOutcomes;
import io.seminar.pipelines.evaluation.FitCalibrations;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.evaluation.SliceSet;
import io.seminar.pipelines.provenance.Build;
import io.seminar.pipelines.runner.Progress;
import io.seminar.pipelines.runner.Runner;
import io.seminar.pipelines.runner.WorkDone;
import io.seminar.pipelines.runner.Workers;
import io.seminar.reports.store.Machine;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetDescriptor;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * Replays a data set from beginning to end: plans the shards, runs the pipeline, and leaves a run
 * folder that appears under its name when it is complete.
 */
public final class Replay {
  /**
   * Impressions that the calibration is fitted on at about most, drawn by hash where there are
   * more.
   */
  private static final double CALIBRATION_IMPRESSIONS = 200_000;

  /**
   * A table of sums is worth its memory and its way through a shuffle for about this many users.
   */
  private static final int USERS_A_GROUP = 5_000;

  private static final int FEWEST_GROUPS = 2;
  private static final int MOST_GROUPS = 16;

  private final Options options;
  private final Dataset dataset;
  private final DatasetDescriptor descriptor;
  private final ReplayModels models;
  private final ArmCodebooks codebooks;

  /**
   * What to replay, how, and where to.
   *
   * @param data folder of the data set
   * @param out run folder to make
   * @param overwrite whether a run that stands there is replaced
   * @param models trained networks: one without a name, or any number with names
   * @param arms as {@link ArmParser} reads them
   * @param codebooks folders, for every model at most one for each number of bytes a behaviour
   * @param baseline arm that the others are compared with
   * @param scoring at which K fidelity is measured, and how arms without a network attend
   * @param pageAt K of the page metrics
   * @param coldBelow history events below which an item is cold
   * @param splitTime time that parts calibration from evaluation, in ms; null for the end of the
   *     last model's validation, or the median request where there is no model
   * @param inference intervals and tests
   * @param seed of every random choice
   * @param strict whether the first bad record fails the run
   * @param device of the arms that can retrieve on one, {@code cpu} or {@code gpu:N}
   * @param runner that runs the pipeline
   * @param parallelism of the runner, at least 1
   * @param beamOptions Beam's own options
   * @param quiet no progress on the terminal
   * @param command how the run is recorded: name and arguments as typed
   */
  public record Options(
      Path data,
      Path out,
      boolean overwrite,
      List<ModelFolder> models,
      List<String> arms,
      List<Path> codebooks,
      String baseline,
      Scoring scoring,
      int[] pageAt,
      int coldBelow,
      Long splitTime,
      Inference inference,
      long seed,
      boolean strict,
      String device,
      Runner runner,
      int parallelism,
      List<String> beamOptions,
      boolean quiet,
      List<String> command) {}

  private Replay(Options options) {
    this.options = options;
    this.dataset = Dataset.open(options.data());
    this.descriptor = dataset.descriptor();
    this.models = ReplayModels.open(options.models(), dataset);
    this.codebooks =
        ArmCodebooks.open(
            options.codebooks(), dataset, models.specs(), options.scoring().queryWeight());
  }

  /**
   * Replays.
   *
   * @throws io.seminar.sessions.DatasetException if the data or a model cannot be used, or a record
   *     is bad and the replay strict
   * @throws io.seminar.attention.quantization.CodebookException if a codebook cannot be used
   * @throws IllegalArgumentException if an option is out of range
   */
  public static RunFolder run(Options options) {
    return new Replay(options).run();
  }

  private RunFolder run() {
    Instant started = Instant.now();
    if (descriptor.counts().users() == 0) {
      throw new DatasetException(
          new Problem(
              options.data().toString(), -1, "counts.users", "0", "at least one user to replay"));
    }
    List<ArmSpec> arms = new ArmParser(models.specs(), codebooks.specs()).parse(options.arms());
    try (RunFolder.Draft draft = RunFolder.create(options.out(), options.overwrite())) {
      ReplaySpec spec = spec(arms, draft.path());
      runPipeline(spec);
      Tally tally = Tally.read(spec.evaluation().work());
      deleteWork(spec);
      return draft.complete(manifest(spec, tally, started));
    }
  }

  private ReplaySpec spec(List<ArmSpec> arms, Path run) {
    DatasetDescriptor.Counts counts = descriptor.counts();
    return new ReplaySpec(
        options.data().toAbsolutePath().toString(),
        run.toAbsolutePath().toString(),
        models.specs(),
        arms,
        options.baseline(),
        options.scoring(),
        options.pageAt(),
        options.coldBelow(),
        models.calibrateFrom(),
        models.splitTime(options.splitTime()),
        Math.min(1, CALIBRATION_IMPRESSIONS / Math.max(1, counts.impressions() / 2.0)),
        options.device(),
        (int) Math.max(FEWEST_GROUPS, Math.min(MOST_GROUPS, counts.users() / USERS_A_GROUP)),
        options.inference(),
        options.seed(),
        options.strict());
  }

  private void runPipeline(ReplaySpec spec) {
    Pipeline pipeline =
        Pipeline.create(options.runner().options(options.parallelism(), options.beamOptions()));
    PCollectionTuple replayed =
        pipeline
            .apply(
                "Shards",
                Create.of(ReplayShard.plan(dataset))
                    .withCoder(SerializableCoder.of(ReplayShard.class)))
            .apply("Spread", Reshuffle.viaRandomKey())
            .apply("Replay", ReplayUsers.with(spec));
    PCollectionView<List<Calibration>> calibrations =
        replayed
            .get(ReplayUsers.SAMPLES)
            .apply("Calibrate", FitCalibrations.of(spec.arms().size()));
    replayed
        .get(ReplayUsers.RESULTS)
        .apply("Evaluate", EvaluateOutcomes.with(spec.evaluation(), calibrations));
    replayed.get(ReplayUsers.SUMMARIES).apply("Tally", WriteTally.with(spec, calibrations));
    try {
      Progress.during(
          options.quiet(),
          "replay",
          "users",
          descriptor.counts().users(),
          () -> WorkDone.of(spec.run()),
          "evaluating",
          () -> pipeline.run().waitUntilFinish());
      Workers.clear(spec.run());
    } catch (RuntimeException e) {
      Workers.stop(spec.run()); // before the folder is removed
      throw e;
    } finally {
      WorkDone.clear(spec.run());
    }
  }

  private static void deleteWork(ReplaySpec spec) {
    try {
      Publication.deleteTree(spec.evaluation().work());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + spec.evaluation().work(), e);
    }
  }

  private RunManifest manifest(ReplaySpec spec, Tally tally, Instant started) {
    ReplayCounts counts = tally.counts();
    Build build = new Build();
    RunManifest.Command command =
        RunManifest.Command.of(
            options.command().get(0),
            options.command().subList(1, options.command().size()),
            configuration(spec));
    return new RunManifest(
        RunManifest.SCHEMA_VERSION,
        runId(started, command.configurationDigest()),
        RunManifest.Status.COMPLETE,
        command,
        new RunManifest.Data(
            options.data().toString(),
            descriptor.origin(),
            dataset.digest(),
            dataset.catalogueDigest(),
            new TreeMap<>(descriptor.notes())),
        codebooks.records(spec.arms()),
        models.records(),
        build.code(),
        build.libraries(),
        Machine.current(),
        new RunManifest.Execution(
            options.runner().name().toLowerCase(Locale.ROOT),
            options.parallelism(),
            AttentionKernels.implementation(),
            options.seed(),
            started,
            Instant.now()),
        new RunManifest.Counts(
            counts.users(),
            counts.requests(),
            counts.impressions(),
            counts.behaviours(),
            counts.deadLetters()),
        new RunManifest.Evaluation(
            armRecords(spec),
            spec.baseline(),
            Arrays.stream(spec.scoring().recallAt()).boxed().toList(),
            Arrays.stream(spec.pageAt()).boxed().toList(),
            SliceSet.names(),
            spec.inference().replicates(),
            spec.inference().level(),
            MetricSuite.VERSION,
            spec.inference().groups(),
            spec.inference().flips(),
            spec.inference().interval().key()),
        calibration(spec, tally.calibrations()),
        List.of(),
        notes(spec, counts));
  }

  private static String runId(Instant started, String configurationDigest) {
    return DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'")
            .withZone(ZoneOffset.UTC)
            .format(started.truncatedTo(ChronoUnit.MILLIS))
        + "-"
        + configurationDigest.substring(0, 8);
  }

  /** What the numbers depend on besides the data: not where it ran, nor how it was written down. */
  private Map<String, Object> configuration(ReplaySpec spec) {
    Map<String, Object> configuration = new LinkedHashMap<>();
    configuration.put("arms", options.arms());
    List<String> networks = new ArrayList<>();
    spec.models().forEach(model -> networks.add(model.name() + "=" + model.digest()));
    configuration.put("models", networks);
    configuration.put("baseline", spec.baseline());
    configuration.put("recall-at", Arrays.stream(spec.scoring().recallAt()).boxed().toList());
    configuration.put("temperature", spec.scoring().temperature());
    configuration.put("query-weight", spec.scoring().queryWeight());
    configuration.put("page-at", Arrays.stream(spec.pageAt()).boxed().toList());
    configuration.put("cold-below", spec.coldBelow());
    configuration.put("split-time", spec.splitTime());
    configuration.put("replicates", spec.inference().replicates());
    configuration.put("groups", spec.inference().groups());
    configuration.put("flips", spec.inference().flips());
    configuration.put("interval", spec.inference().interval().key());
    configuration.put("level", spec.inference().level());
    configuration.put("seed", spec.seed());
    configuration.put("strict", spec.strict());
    configuration.put("device", spec.device());
    return configuration;
  }

  private List<RunManifest.Arm> armRecords(ReplaySpec spec) {
    List<RunManifest.Arm> arms = new ArrayList<>();
    for (ArmSpec arm : spec.arms()) {
      ModelSpec model = arm.model() == null ? null : spec.model(arm.model());
      int keep = model == null ? spec.scoring().keep() : model.kept();
      arms.add(
          new RunManifest.Arm(
              arm.name(),
              (model == null ? "" : capital(model.title()) + ": ") + arm.description(),
              arm.kind().consultsTruth() ? 0 : keep,
              bytesPerBehaviour(arm, model)));
    }
    return arms;
  }

  private int bytesPerBehaviour(ArmSpec arm, ModelSpec model) {
    return switch (arm.kind()) {
      case EXACT, TWIN, SIM_SOFT, QIN ->
          Float.BYTES * (model == null ? ownVectors().dimension() : model.hidden());
      case RABITQ -> rabitqBytes(arm.size(), model);
      case CERTIFIED -> rabitqBytes(CertifiedOptions.proven(0).bits(), model); // then some more
      case ETA -> Long.BYTES * (model == null ? 1 : models.heads(model.name()));
      case PQ, PQ_SDC, OPQ, PQ4, RQ -> arm.size();
      // These look at some behaviours only, or at none.
      case RECENT, SIM_HARD, SDIM, TWO_STAGE_ANN, NETWORK, ORACLE, ORACLE_RELEVANCE -> 0;
    };
  }

  /** Codes of all heads' keys, and the floats that go with each of them. */
  private int rabitqBytes(int bits, ModelSpec model) {
    int heads = model == null ? 1 : models.heads(model.name());
    int size = model == null ? ownVectors().dimension() : model.hidden() / heads;
    return heads * new RaBitQCodes(new RandomRotation(size, 0), bits, 0).bytesARow();
  }

  private FieldLayout ownVectors() {
    return FieldLayout.of(descriptor.schema(), options.scoring().queryWeight());
  }

  private static RunManifest.Calibration calibration(
      ReplaySpec spec, List<Calibration> calibrations) {
    List<RunManifest.ArmCalibration> arms = new ArrayList<>();
    for (int a = 0; a < calibrations.size(); a++) {
      LogisticCalibration map = calibrations.get(a).map();
      arms.add(
          new RunManifest.ArmCalibration(
              spec.arms().get(a).name(), map.slope(), map.intercept(), map.rows(), map.reason()));
    }
    return new RunManifest.Calibration(
        spec.models().isEmpty() ? null : spec.calibrateFrom(), spec.splitTime(), arms);
  }

  private List<String> notes(ReplaySpec spec, ReplayCounts counts) {
    List<String> notes = new ArrayList<>(models.notes());
    if (spec.readsOwnVectors()) {
      notes.add(
          (models.isEmpty() ? "No network was trained: " : "Arms without a network: ")
              + "vectors are the data set's own, L2-normalised; "
              + (ownVectors().hasQuery()
                  ? "the query weighs "
                      + spec.scoring().queryWeight()
                      + " of a query-item pair and the item's modalities share the rest equally."
                  : "queries have none, and the item's modalities weigh the same."));
      notes.add(
          "The score of an impression"
              + (models.isEmpty() ? "" : " by these arms")
              + " is its attention-pooled similarity with the kept behaviours, softmax temperature "
              + spec.scoring().temperature()
              + ".");
    }
    if (!models.isEmpty()) {
      notes.add(
          "The score of an impression by an arm of a network is the network's logit, its attention"
              + " over what the arm keeps.");
    }
    notes.add(
        "A logistic regression fitted on the requests before the split time"
            + (models.isEmpty() ? "" : ", from the end of the last network's training on,")
            + " maps a score to a probability, and CTR and PSR metrics are measured on the requests"
            + " from the split time on.");
    notes.add(
        "An item is cold if fewer than "
            + spec.coldBelow()
            + " history events of the data set have it.");
    if (spec.calibrationShare() < 1) {
      notes.add(
          "The logistic regression is fitted on a share of "
              + spec.calibrationShare()
              + " of the earlier requests, drawn by hash.");
    }
    for (int m = 0; m < counts.unread().size(); m++) {
      addUnread(spec.attentionModels().get(m), spec, counts.unread().get(m), notes);
    }
    return notes;
  }

  private static void addUnread(
      String name, ReplaySpec spec, ReplayCounts.Unread unread, List<String> notes) {
    String nothing =
        name == null
            ? " have no vector at all"
            : " hold nothing that the " + spec.model(name).title() + " reads";
    if (unread.behaviours() > 0) {
      notes.add(
          unread.behaviours()
              + " behaviours"
              + nothing
              + " and are left out of every arm"
              + (name == null ? "." : " of it."));
    }
    if (unread.impressions() > 0) {
      notes.add(
          unread.impressions()
              + " impressions"
              + nothing
              + (name == null
                  ? ": they score 0 and have no attention fidelity."
                  : ": it scores them all the same, and they have no attention fidelity."));
    }
  }

  private static String capital(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
