package io.seminar.network.training;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.checkpoint.TrainingFolder;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.network.training.BatchBuilder.Example;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;

/**
 * Trains a network to predict clicks on the requests before T1, with search and attention over the
 * lifelong history (SEMINAR, section 4); the GAUC of the requests from T1 to T2 says when to stop.
 */
public final class Finetuning implements Course {
  private final TrainingOptions options;
  private final FinetuningOptions own;
  private final TrainingData data;
  private final CatalogueFeatures features;
  private final BatchBuilder builder;
  private final Validation validation;
  private final Torch torch;

  private Finetuning(
      TrainingOptions options,
      FinetuningOptions own,
      TrainingData data,
      CatalogueFeatures features,
      Torch torch) {
    this.options = options;
    this.own = own;
    this.data = data;
    this.features = features;
    this.builder = new BatchBuilder(features, own.longest());
    this.validation = new Validation(data.users(), data.split(), options.threads());
    this.torch = torch;
  }

  /**
   * Finetunes.
   *
   * @param network what to train; not read for what {@code from} fixes
   * @return the published checkpoint
   * @throws IllegalArgumentException if an option is out of range
   * @throws DatasetException if the data or the checkpoint cannot be used
   * @throws TrainingException if the loss is not finite or memory does not suffice
   * @throws TrainingStopped if {@code training} was asked to stop
   */
  public static Checkpoint run(
      Training training,
      TrainingOptions options,
      FinetuningOptions own,
      NetworkOptions network,
      TrainingListener listener) {
    TrainingFolder.check(options.out(), options.overwrite(), options.resume());
    Checkpoint from = own.from() == null ? null : Checkpoint.open(own.from());
    if (from != null) {
      from.requireCatalogue(Dataset.open(options.data()));
    }
    try (Torch torch = new Torch(options.device(), options.threads());
        TrainingData data = new TrainingData(options, listener)) {
      data.counts().requireBothClasses();
      NetworkSpec spec = network.spec(data.shape());
      if (from != null) {
        spec = from.description().spec().withArchitecture(spec);
        requireNoFuture(from, data);
      }
      float[] occurrences = data.occurrences();
      CatalogueFeatures features = data.features(spec, occurrences);
      Parameters parameters = Initialization.of(spec, data.shape(), occurrences, options.seed());
      int restored = from == null ? 0 : restore(from.parameters(), parameters);
      Finetuning course = new Finetuning(options, own, data, features, torch);
      Description description = course.description(spec, from, restored);
      if (spec.architecture() == Architecture.POPULARITY) {
        return course.publishUntrained(description, parameters);
      }
      return training.run(course, options, description, parameters, listener);
    }
  }

  /** A checkpoint that was trained or stopped on what is future here would leak it. */
  private static void requireNoFuture(Checkpoint from, TrainingData data) {
    TimeSplit seen = from.description().timeSplit();
    requireNoLater(from, "trainUntil", seen.trainUntil(), data.split().trainUntil());
    requireNoLater(from, "validateUntil", seen.validateUntil(), data.split().validateUntil());
  }

  private static void requireNoLater(Checkpoint from, String name, long seen, long known) {
    if (seen > known) {
      throw new DatasetException(
          new Problem(
              from.folder().toString(),
              -1,
              "description.timeSplit." + name,
              Instant.ofEpochMilli(seen).toString(),
              "no later than that of this training, " + Instant.ofEpochMilli(known)));
    }
  }

  /** Copies what both have in the same shape; what occurred is this data set's own. */
  private static int restore(Parameters from, Parameters to) {
    int restored = 0;
    for (Parameters.Tensor tensor : to.tensors()) {
      boolean same =
          from.has(tensor.name())
              && Arrays.equals(from.tensor(tensor.name()).shape(), tensor.shape())
              && !tensor.name().equals("items.count");
      if (same) {
        float[] values = from.values(tensor.name());
        System.arraycopy(values, 0, tensor.values(), 0, values.length);
        restored++;
      }
    }
    return restored;
  }

  private Description description(NetworkSpec spec, Checkpoint from, int restored) {
    SortedMap<String, Object> record = options.record(torch.device());
    record.put("longest", own.longest());
    record.put("from", from == null ? "" : from.digest());
    record.put("restored-parameters", restored);
    if (from != null) {
      from.description().options().forEach((name, value) -> record.put("from." + name, value));
    }
    return new Description(
        Stage.FINETUNED,
        spec,
        data.shape(),
        data.description(),
        data.split(),
        record,
        options.seed(),
        List.of(),
        options.provenance());
  }

  private Checkpoint publishUntrained(Description description, Parameters parameters) {
    return Checkpoint.write(
        options.out(),
        options.overwrite(),
        description.withHistory(List.of(validate(parameters))),
        parameters);
  }

  @Override
  public String decides() {
    return Validation.GAUC;
  }

  @Override
  public SortedMap<String, Double> train(
      int epoch, Parameters parameters, Adam adam, StepReport report) {
    MeanLosses losses = new MeanLosses("train.", "loss", "auxiliary");
    long[] done = new long[2]; // requests, batches
    SplittableRandom random = Streams.of(options.seed(), "finetuning", epoch);
    data.users()
        .iterate(
            options.seed(),
            epoch,
            users -> {
              List<Example> examples = examples(users);
              int page = longestPage(examples);
              BatchShuffle.batches(
                  examples,
                  options.batch(),
                  options.batchBytes(),
                  builder::length,
                  (count, longest) -> bytes(count, page, longest),
                  random,
                  batch -> {
                    done[1]++;
                    losses.add(step(epoch, done[1], batch, parameters, adam));
                    done[0] += batch.size();
                    report.step(done[0], data.counts().training().requests(), losses.means());
                  });
            });
    return losses.means();
  }

  private List<Example> examples(List<User> users) {
    List<Example> examples = new ArrayList<>();
    for (User user : users) {
      for (Request request : user.requests()) {
        if (data.split().trains(request.time())) {
          examples.add(new Example(user, request));
        }
      }
    }
    return examples;
  }

  private static int longestPage(List<Example> examples) {
    int longest = 1;
    for (Example example : examples) {
      longest = Math.max(longest, example.request().length());
    }
    return longest;
  }

  private double[] step(
      int epoch, long number, List<Example> examples, Parameters parameters, Adam adam) {
    Batch batch = builder.build(examples);
    try {
      return torch.step(
          parameters, adam, leaves -> new HeadGraph(features, leaves, batch).losses());
    } catch (TrainingException e) {
      Example first = examples.get(0);
      throw new TrainingException(
          "epoch "
              + epoch
              + ", batch "
              + number
              + " ("
              + examples.size()
              + " requests, the first "
              + first.request().id()
              + " of user "
              + first.user().id()
              + "): "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public SortedMap<String, Double> validate(Parameters parameters) {
    return validation.measure(features, parameters);
  }

  /**
   * Native bytes of a step at its peak, about: what the search compares every target and behaviour
   * with, what attention keeps, and the history, each as often as it was measured to lie there.
   */
  private long bytes(int count, int page, int longest) {
    NetworkSpec spec = features.spec();
    int compared =
        switch (spec.architecture()) {
          case TWIN -> 9 * spec.heads();
          case SDIM -> 6 * spec.hashBits() / spec.hashGroup();
          default -> 3 * spec.heads();
        };
    long search = (long) compared * count * page * longest;
    long kept = 20L * count * page * Math.min(spec.keep(), longest) * spec.hidden();
    long history = 10L * count * longest * spec.hidden();
    return Float.BYTES * (search + kept + history);
  }
}
