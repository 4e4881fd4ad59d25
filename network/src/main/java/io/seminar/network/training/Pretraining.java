package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.checkpoint.TrainingFolder;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.network.training.PretrainingBatchBuilder.Position;
import io.seminar.sessions.History;
import io.seminar.sessions.User;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongPredicate;
import java.util.random.RandomGenerator;

/**
 * Trains the pretraining search unit on behaviours before T1 (SEMINAR, section 3); behaviours from
 * T1 to T2 say which epoch is best. Of requests, only which items they showed before T1 is read.
 */
public final class Pretraining implements Course {
  /** Distinct items of a batch that are aligned at most. */
  private static final int ALIGNED = 256;

  /** Searched pairs of a batch that are contrasted at most. */
  private static final int PAIRS = 256;

  private static final String[] TERMS = {"loss", "next", "align", "relevance"};

  private static final Shape ONE = new Shape(1);

  private final TrainingOptions options;
  private final PretrainingOptions own;
  private final TrainingData data;
  private final CatalogueFeatures features;
  private final PretrainingBatchBuilder builder;
  private final Torch torch;

  private Pretraining(
      TrainingOptions options,
      PretrainingOptions own,
      TrainingData data,
      CatalogueFeatures features,
      float[] occurrences,
      Torch torch) {
    this.options = options;
    this.own = own;
    this.data = data;
    this.features = features;
    this.builder =
        new PretrainingBatchBuilder(
            features,
            own.window(),
            new PopularitySampler(occurrences),
            own.negatives(),
            ALIGNED,
            PAIRS);
    this.torch = torch;
  }

  /**
   * Pretrains.
   *
   * @return the published checkpoint
   * @throws IllegalArgumentException if an option is out of range, or the network one without
   *     target attention of its own
   * @throws io.seminar.sessions.DatasetException if the data cannot be used
   * @throws TrainingException if the loss is not finite or memory does not suffice
   * @throws TrainingStopped if {@code training} was asked to stop
   */
  public static Checkpoint run(
      Training training,
      TrainingOptions options,
      PretrainingOptions own,
      NetworkOptions network,
      TrainingListener listener) {
    if (network.architecture() != Architecture.SEMINAR) {
      throw new IllegalArgumentException(
          "network "
              + network.architecture().key()
              + " has no pretraining: expected "
              + Architecture.SEMINAR.key());
    }
    TrainingFolder.check(options.out(), options.overwrite(), options.resume());
    try (Torch torch = new Torch(options.device(), options.threads());
        TrainingData data = new TrainingData(options, listener)) {
      data.counts().requireBehaviours();
      NetworkSpec spec = network.spec(data.shape());
      float[] occurrences = data.occurrences();
      CatalogueFeatures features = data.features(spec, occurrences);
      Parameters parameters = Initialization.of(spec, data.shape(), occurrences, options.seed());
      Pretraining course = new Pretraining(options, own, data, features, occurrences, torch);
      return training.run(course, options, course.description(spec), parameters, listener);
    }
  }

  private Description description(NetworkSpec spec) {
    SortedMap<String, Object> record = options.record(torch.device());
    record.put("weight-next", own.objectives().next());
    record.put("weight-align", own.objectives().align());
    record.put("weight-relevance", own.objectives().relevance());
    record.put("temperature", own.objectives().temperature());
    record.put("positions", own.positions());
    record.put("window", own.window());
    record.put("negatives", own.negatives());
    return new Description(
        Stage.PRETRAINED,
        spec,
        data.shape(),
        data.description(),
        data.split(),
        record,
        options.seed(),
        List.of(),
        options.provenance());
  }

  @Override
  public String decides() {
    return "validation.score";
  }

  @Override
  public SortedMap<String, Double> train(
      int epoch, Parameters parameters, Adam adam, StepReport report) {
    MeanLosses losses = new MeanLosses("train.", TERMS);
    long[] done = new long[2]; // examples, batches
    long expected =
        data.dataset().descriptor().counts().users() * own.positions(); // some users have fewer
    SplittableRandom random = Streams.of(options.seed(), "pretraining", epoch);
    data.users()
        .iterate(
            options.seed(),
            epoch,
            users ->
                batches(
                    users,
                    time -> data.split().trains(time),
                    random,
                    batch -> {
                      done[1]++;
                      losses.add(step(epoch, done[1], batch, parameters, adam, random));
                      done[0] += batch.size();
                      report.step(done[0], expected, losses.means());
                    }));
    if (done[0] == 0) {
      throw new TrainingException(
          "no user has two behaviours before the end of training: expected one at least");
    }
    if (Double.isNaN(losses.total())) {
      throw new TrainingException(
          "no batch has anything to learn from: expected searched behaviours for the objective"
              + " relevance, items of two fields for align");
    }
    return losses.means();
  }

  private double[] step(
      int epoch,
      long number,
      List<Position> positions,
      Parameters parameters,
      Adam adam,
      RandomGenerator random) {
    PretrainingBatch batch = builder.build(positions, random);
    try {
      return torch.step(
          parameters,
          adam,
          leaves -> new PretrainingGraph(features, leaves, batch).losses(own.objectives()));
    } catch (TrainingException e) {
      throw new TrainingException(
          "epoch "
              + epoch
              + ", batch "
              + number
              + " ("
              + positions.size()
              + " prefixes, the first of user "
              + positions.get(0).user().id()
              + " before behaviour "
              + positions.get(0).event()
              + "): "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public SortedMap<String, Double> validate(Parameters parameters) {
    MeanLosses losses = new MeanLosses("validation.", TERMS);
    // The same positions and negatives whatever the epoch, so that epochs compare.
    SplittableRandom random = Streams.of(options.seed(), "pretraining validation", 0);
    data.users()
        .iterate(
            options.seed(),
            0,
            users ->
                batches(
                    users,
                    time -> data.split().validates(time),
                    random,
                    positions -> {
                      PretrainingBatch batch = builder.build(positions, random);
                      losses.add(measure(batch, parameters));
                    }));
    SortedMap<String, Double> measures = new TreeMap<>(losses.means());
    measures.put(decides(), -losses.total());
    return measures;
  }

  private double[] measure(PretrainingBatch batch, Parameters parameters) {
    boolean[] there = new boolean[TERMS.length];
    float[] numbers =
        torch.forward(
            parameters,
            leaves -> {
              NDArray[] terms =
                  new PretrainingGraph(features, leaves, batch).losses(own.objectives());
              NDList all = new NDList();
              for (int i = 0; i < terms.length; i++) {
                there[i] = terms[i] != null;
                all.add(there[i] ? terms[i].reshape(1) : leaves.numbers(new float[1], ONE));
              }
              return NDArrays.concat(all);
            });
    if (!Float.isFinite(numbers[0])) {
      throw new TrainingException("the loss is " + numbers[0]);
    }
    double[] terms = new double[TERMS.length];
    for (int i = 0; i < terms.length; i++) {
      terms[i] = there[i] ? numbers[i] : Double.NaN;
    }
    return terms;
  }

  /** Draws positions of a period for every user of a window and cuts them into batches. */
  private void batches(
      List<User> users,
      LongPredicate period,
      RandomGenerator random,
      Consumer<List<Position>> batch) {
    List<Position> positions = new ArrayList<>();
    int[] eligible = new int[64];
    for (User user : users) {
      History history = user.history();
      if (eligible.length < history.length()) {
        eligible = new int[history.length()];
      }
      int n = 0;
      for (int e = 1; e < history.length(); e++) {
        if (period.test(history.time()[e])
            && history.time()[0] < history.time()[e]
            && features.hasPair(history.item()[e], history.query()[e])) {
          eligible[n++] = e;
        }
      }
      for (int k = 0; k < Math.min(n, own.positions()); k++) {
        int at = k + random.nextInt(n - k);
        int drawn = eligible[at];
        eligible[at] = eligible[k];
        eligible[k] = drawn;
        positions.add(new Position(user, drawn));
      }
    }
    BatchShuffle.batches(
        positions,
        options.batch(),
        options.batchBytes(),
        position -> Math.min(own.window(), position.event()),
        this::bytes,
        random,
        batch);
  }

  /** Native bytes of a step, about: scores, their softmax and the gradients of both are largest. */
  private long bytes(int count, int longest) {
    NetworkSpec spec = features.spec();
    long candidates = (long) count + own.negatives();
    long attention = 6L * count * spec.heads() * candidates * longest;
    long vectors = 8L * count * (candidates + longest) * spec.hidden();
    return Float.BYTES * (attention + vectors);
  }
}
