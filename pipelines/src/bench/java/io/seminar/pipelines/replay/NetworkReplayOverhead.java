package io.seminar.pipelines.replay;

import com.sun.management.ThreadMXBean;
import io.seminar.pipelines.arms.ArmParser;
import io.seminar.pipelines.arms.ModelFolder;
import io.seminar.pipelines.arms.ArmCodebooks;
import io.seminar.attention.AttentionKernels;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.network.scoring.UserScorer;
import io.seminar.network.training.GraphScorer;
import io.seminar.network.training.Torch;
import io.seminar.pipelines.embedding.NetworkLoader;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.runner.Runner;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import io.seminar.sessions.UserSplit;
import io.seminar.sessions.arrow.Publication;
import io.seminar.testdata.simulation.Simulator;
import io.seminar.testdata.simulation.SimulatorOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What a replay costs beside a network's own forward pass: a SEMINAR network of 64 floats, 4 heads
 * and K = 50 over 1,600 requests of 20 impressions and histories of 1,000 behaviours, on one thread.
 * The forward pass alone, the same in the engine in padded batches of 32 requests, the visit of
 * users by arms without a pipeline, and whole replays, one after the other in one JVM.
 *
 * <p>Usage: {@code NetworkReplayOverhead [rounds]}.
 */
public final class NetworkReplayOverhead {
  private static final int WARM_UP = 2;
  private static final int CODE_BYTES = 16;
  private static final List<String> FIELDS = List.of("id", "attributes", "text", "image");

  private final Path folder;
  private final Path data;
  private final Dataset dataset;
  private final Checkpoint checkpoint;

  private NetworkReplayOverhead(Path folder) {
    this.folder = folder;
    data = folder.resolve("data");
    new Simulator(
            SimulatorOptions.builder()
                .users(400)
                .items(5_000)
                .historyMean(1_000)
                .historySpread(0)
                .build())
        .write(data, false, done -> {});
    dataset = Dataset.open(data);
    checkpoint = checkpoint();
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data,
            codebook(),
            false,
            CODE_BYTES,
            0,
            checkpoint.folder(),
            CatalogueQuantizer.TrainOn.ALL,
            1,
            1));
  }

  private Path codebook() {
    return folder.resolve("codebook");
  }

  private Checkpoint checkpoint() {
    CatalogueShape shape;
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      shape = CatalogueShape.of(catalogue, queries);
    }
    NetworkSpec spec =
        new NetworkSpec(Architecture.SEMINAR, 64, 4, 50, FIELDS, true, true, 48, 3, 200);
    float[] counts = new float[shape.items()];
    Arrays.fill(counts, 1);
    long median = dataset.descriptor().medianRequestTime();
    Description description =
        new Description(
            Stage.FINETUNED,
            spec,
            shape,
            Description.Data.of(dataset),
            new TimeSplit(median - 1, median),
            new TreeMap<>(),
            1,
            List.of(),
            new TreeMap<>());
    return Checkpoint.write(
        folder.resolve("network"), false, description, Initialization.of(spec, shape, counts, 1));
  }

  /** Runs the comparison and prints a Markdown table of medians. */
  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    Path folder = Files.createTempDirectory("network-replay-overhead");
    try {
      new NetworkReplayOverhead(folder).measure(rounds);
    } finally {
      Publication.deleteTree(folder);
    }
  }

  private record Side(String name, Runnable work, List<Double> seconds, List<Long> bytes) {
    Side(String name, Runnable work) {
      this(name, work, new ArrayList<>(), new ArrayList<>());
    }
  }

  private void measure(int rounds) {
    System.out.println("kernels " + AttentionKernels.implementation());
    ReplaySpec exact = spec("exact");
    ReplaySpec both = spec("exact", "pq");
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries();
        ReplayContext context = ReplayContext.acquire(exact);
        ReplayContext contextOfBoth = ReplayContext.acquire(both);
        Torch torch = new Torch("cpu", 1)) {
      TrainedNetwork network = NetworkLoader.load(checkpoint, catalogue, queries);
      UserScorer scorer = new UserScorer(network);
      UserReplayer exactReplayer = new UserReplayer(context, exact);
      UserReplayer bothReplayer = new UserReplayer(contextOfBoth, both);
      float[] logits = new float[200];
      GraphScorer engine =
          new GraphScorer(torch, network.features(), checkpoint.parameters(), Integer.MAX_VALUE);
      List<Side> sides =
          List.of(
              new Side("read users", () -> users(user -> {})),
              new Side("forward pass", () -> users(user -> score(scorer, user, logits))),
              new Side("engine, batches of 32", () -> batches(engine)),
              new Side("visit, exact", () -> users(user -> exactReplayer.replay(user, page -> {}))),
              new Side(
                  "visit, exact and pq", () -> users(user -> bothReplayer.replay(user, p -> {}))),
              new Side("replay, network", () -> replay("network")),
              new Side("replay, exact", () -> replay("exact")),
              new Side("replay, exact and pq", () -> replay("exact", "pq")));
      for (int round = -WARM_UP; round < rounds; round++) {
        for (Side side : sides) {
          run(side, round >= 0);
        }
      }
      print(sides);
    }
  }

  private static void run(Side side, boolean counts) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long bytes = threads.getThreadAllocatedBytes(id);
    long start = System.nanoTime();
    side.work.run();
    if (counts) {
      side.seconds.add((System.nanoTime() - start) / 1e9);
      side.bytes.add(threads.getThreadAllocatedBytes(id) - bytes);
    }
  }

  private static void print(List<Side> sides) {
    System.out.println(
        "| | seconds | over the forward pass | MiB allocated by its thread |\n|---|---:|---:|---:|");
    double forward = median(sides.get(1).seconds);
    for (Side side : sides) {
      System.out.printf(
          Locale.ROOT,
          "| %s | %.2f | %.2f | %.1f |%n",
          side.name,
          median(side.seconds),
          median(side.seconds) / forward,
          side.bytes.stream().sorted().toList().get(side.bytes.size() / 2) / 1048576.0);
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }

  private void users(Consumer<User> visit) {
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          visit.accept(reader.user());
        }
      }
    }
  }

  private void batches(GraphScorer engine) {
    List<User> batch = new ArrayList<>();
    users(
        user -> {
          batch.add(user);
          if (batch.size() == 8) { // of 4 requests each
            engine.scoreAll(batch);
            batch.clear();
          }
        });
  }

  private static void score(UserScorer scorer, User user, float[] logits) {
    scorer.open(user.history());
    for (Request request : user.requests()) {
      scorer.score(request, logits);
    }
  }

  private ReplaySpec spec(String... arms) {
    ReplayModels models =
        ReplayModels.open(List.of(new ModelFolder("", checkpoint.folder())), dataset);
    ArmCodebooks codebooks =
        ArmCodebooks.open(List.of(codebook()), dataset, models.specs(), 0);
    return new ReplaySpec(
        data.toString(),
        folder.resolve("visit-" + arms.length).toString(),
        models.specs(),
        new ArmParser(models.specs(), codebooks.specs()).parse(List.of(arms)),
        arms[0],
        scoring(),
        new int[] {5, 10},
        5,
        models.calibrateFrom(),
        models.splitTime(null),
        1,
        1,
        0,
        1,
        true);
  }

  private static Scoring scoring() {
    return new Scoring(new int[] {10, 20, 50}, 0.1f, 0);
  }

  private void replay(String... arms) {
    Replay.run(
        new Replay.Options(
            data,
            folder.resolve("run"),
            true,
            List.of(new ModelFolder("", checkpoint.folder())),
            List.of(arms),
            List.of(codebook()),
            arms[0],
            scoring(),
            new int[] {5, 10},
            5,
            null,
            400,
            1,
            true,
            Runner.DIRECT,
            1,
            List.of(),
            true,
            List.of("benchmark")));
  }
}
