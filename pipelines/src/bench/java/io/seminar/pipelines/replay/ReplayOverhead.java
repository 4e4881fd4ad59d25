package io.seminar.pipelines.replay;

import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.arms.Arms;
import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.embedding.PairEmbedder;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.runner.Runner;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import io.seminar.sessions.UserSplit;
import io.seminar.sessions.arrow.Publication;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How much a replay costs beside its arithmetic: 2,000 requests of 20 impressions over histories of
 * 2,000 behaviours with 4 modalities of 64 floats, K = 50, arms {@code exact} and {@code pq}, once
 * through the whole replay and once as the same work called straight on the kernels, with the same
 * number of threads, one after the other in one JVM.
 *
 * <p>The straight side reads the users, embeds and encodes their histories, scores exactly, selects
 * the top-K, attends over everything (the reference) and over the K of either arm, and scores the
 * impressions. It writes nothing, measures no fidelity and computes no metrics; the replay does all
 * of that, with 400 bootstrap replicates, and hashes and renames its run folder.
 *
 * <p>Usage: {@code ReplayOverhead [rounds] [runner] [threads]}.
 */
public final class ReplayOverhead {
  private static final int USERS = 500;
  private static final int REQUESTS = 4;
  private static final int IMPRESSIONS = 20;
  private static final int LENGTH = 2_000;
  private static final int ITEMS = 20_000;
  private static final int KEEP = 50;
  private static final float TEMPERATURE = 0.1f;
  private static final int CODE_BYTES = 32;

  /** Rounds that are not counted: the compiler is still at work in them. */
  private static final int WARM_UP = 2;

  private ReplayOverhead() {}

  /** Runs the comparison and prints a Markdown table. */
  public static void main(String[] arguments) throws Exception {
    int rounds = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 5;
    Runner runner =
        Runner.valueOf(arguments.length > 1 ? arguments[1].toUpperCase(Locale.ROOT) : "DIRECT");
    int threads =
        arguments.length > 2
            ? Integer.parseInt(arguments[2])
            : Runtime.getRuntime().availableProcessors();
    Path folder = Files.createTempDirectory("replay-overhead");
    try {
      Path data = writeData(folder.resolve("data"));
      Path codebook = folder.resolve("codebook");
      CatalogueQuantizer.run(
          new CatalogueQuantizer.Options(
              data, codebook, false, CODE_BYTES, 0, null, CatalogueQuantizer.TrainOn.ALL, 1, threads));
      double[] straight = new double[rounds];
      double[] replay = new double[rounds];
      System.out.printf(
          "%s runner, %d threads, kernels %s%n", runner, threads, AttentionKernels.implementation());
      System.out.println("| round | straight s | replay s | ratio |\n|---|---:|---:|---:|");
      for (int round = 0; round < WARM_UP; round++) {
        straight(data, codebook, threads);
        Replay.run(options(data, codebook, folder.resolve("warm-" + round), runner, threads));
      }
      for (int round = 0; round < rounds; round++) {
        straight[round] = seconds(() -> straight(data, codebook, threads));
        Path run = folder.resolve("run-" + round);
        replay[round] = seconds(() -> Replay.run(options(data, codebook, run, runner, threads)));
        System.out.printf(
            Locale.ROOT,
            "| %d | %.2f | %.2f | %.2f |%n",
            round + 1,
            straight[round],
            replay[round],
            replay[round] / straight[round]);
      }
      System.out.printf(
          Locale.ROOT,
          "| median | %.2f | %.2f | %.2f |%n",
          median(straight),
          median(replay),
          median(replay) / median(straight));
    } finally {
      Publication.deleteTree(folder);
    }
  }

  private interface Work {
    void run() throws Exception;
  }

  private static double seconds(Work work) throws Exception {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static Replay.Options options(
      Path data, Path codebook, Path run, Runner runner, int threads) {
    return new Replay.Options(
        data,
        run,
        false,
        List.of(),
        List.of("exact", "pq"),
        List.of(codebook),
        "exact",
        new Scoring(new int[] {10, 20, KEEP}, TEMPERATURE, 0),
        new int[] {5, 10},
        5,
        null,
        Inference.USUAL,
        1,
        true,
        Arms.CPU,
        runner,
        threads,
        List.of(),
        true,
        List.of("benchmark"));
  }

  private static Path writeData(Path out) {
    Random random = new Random(1);
    List<Modality> modalities =
        List.of(
            new Modality("a", 64), new Modality("b", 64), new Modality("c", 64),
            new Modality("d", 64));
    try (DatasetWriter writer =
        DatasetWriter.create(out, new DatasetSchema(modalities, 0), false)) {
      for (int i = 0; i < ITEMS; i++) {
        float[][] vectors = new float[modalities.size()][64];
        for (float[] vector : vectors) {
          for (int d = 0; d < vector.length; d++) {
            vector[d] = (float) random.nextGaussian();
          }
        }
        writer.addItem(new Item("i" + i, 0, new int[0], vectors));
      }
      long request = 0;
      for (int u = 0; u < USERS; u++) {
        long[] time = new long[LENGTH];
        int[] item = new int[LENGTH];
        for (int l = 0; l < LENGTH; l++) {
          time[l] = l;
          item[l] = random.nextInt(ITEMS);
        }
        List<Request> requests = new ArrayList<>();
        for (int r = 0; r < REQUESTS; r++) {
          int[] shown = new int[IMPRESSIONS];
          short[] position = new short[IMPRESSIONS];
          byte[] label = new byte[IMPRESSIONS];
          for (int i = 0; i < IMPRESSIONS; i++) {
            shown[i] = random.nextInt(ITEMS);
            position[i] = (short) (i + 1);
            label[i] = (byte) (random.nextInt(8) == 0 ? 1 : 0);
          }
          requests.add(
              new Request(request++, LENGTH + r * 1_000L + u, 0, shown, position, label, null));
        }
        writer.addUser(
            new User(
                "u" + u,
                new History(time, item, new int[LENGTH], new byte[LENGTH]),
                requests));
      }
      writer.finish("benchmark", Map.of());
    }
    return out;
  }

  /** The arithmetic of the replay without the replay. */
  private static void straight(Path data, Path codebookFolder, int threads) throws Exception {
    Dataset dataset = Dataset.open(data);
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      FieldLayout layout = FieldLayout.of(dataset.descriptor().schema(), 0);
      PairEmbedder embedder = new PairEmbedder(catalogue, queries, layout);
      CodebookFolder codes = CodebookFolder.open(codebookFolder, dataset.catalogueDigest());
      ExecutorService executor = Executors.newFixedThreadPool(threads);
      List<Future<Double>> futures = new ArrayList<>();
      // As the replay does: pieces of a record batch, so that the threads end at about one time.
      for (ReplayShard shard : ReplayShard.plan(dataset)) {
        futures.add(executor.submit(() -> new Straight(embedder, codes).shard(dataset, shard)));
      }
      double sum = 0;
      for (Future<Double> future : futures) {
        sum += future.get();
      }
      executor.shutdown();
      if (sum == ThreadLocalRandom.current().nextDouble()) {
        System.out.println(); // the scores are used
      }
    }
  }

  private static final class Straight {
    private final PairEmbedder embedder;
    private final CodebookFolder folder;
    private final MultiModalCodebook codebook;
    private final int dimension;
    private final float[] rows;
    private final byte[] codes;
    private final float[] targets;
    private final float[] scores = new float[IMPRESSIONS * LENGTH];
    private final float[] approximate = new float[LENGTH];
    private final float[] reference;
    private final float[] output;
    private final double[] logSumExp = new double[IMPRESSIONS];
    private final float[] tables;
    private final int[] kept = new int[KEEP];
    private final TopK topK = new TopK(KEEP);

    Straight(PairEmbedder embedder, CodebookFolder folder) {
      this.embedder = embedder;
      this.folder = folder;
      this.codebook = folder.codebooks().of(0);
      this.dimension = embedder.layout().dimension();
      this.rows = new float[LENGTH * dimension];
      this.codes = new byte[LENGTH * codebook.subcodes()];
      this.targets = new float[IMPRESSIONS * dimension];
      this.reference = new float[IMPRESSIONS * dimension];
      this.output = new float[dimension];
      this.tables = new float[codebook.tableLength()];
    }

    double shard(Dataset dataset, ReplayShard shard) {
      UserSplit split = shard.split();
      double sum = 0;
      try (UserReader reader = dataset.readUsers(split)) {
        reader.skip(shard.from());
        for (int row = shard.from(); row < shard.to() && reader.next(); row++) {
          sum += user(reader.user());
        }
      }
      return sum;
    }

    private double user(User user) {
      History history = user.history();
      for (int l = 0; l < LENGTH; l++) {
        embedder.row(history.item()[l], 0, rows, l * dimension);
        folder.copyItemCodes(0, history.item()[l], codes, l * codebook.subcodes());
      }
      double sum = 0;
      for (Request request : user.requests()) {
        for (int i = 0; i < IMPRESSIONS; i++) {
          embedder.target(request.item()[i], 0, targets, i * dimension);
        }
        AttentionKernels.scores(targets, IMPRESSIONS, rows, LENGTH, dimension, scores, LENGTH);
        AttentionKernels.attendAll(
            scores, IMPRESSIONS, LENGTH, LENGTH, TEMPERATURE, rows, dimension, reference,
            logSumExp);
        for (int i = 0; i < IMPRESSIONS; i++) {
          int k = topK.select(scores, i * LENGTH, LENGTH, KEEP, kept, 0);
          sum += attend(i, k);
        }
        for (int i = 0; i < IMPRESSIONS; i++) {
          codebook.asymmetricTables(targets, i * dimension, tables, 0);
          codebook.scores(tables, 0, codes, LENGTH, null, approximate, 0);
          int k =
              topK.select(approximate, 0, LENGTH, KEEP, scores, i * LENGTH, kept, 0);
          sum += attend(i, k);
        }
      }
      return sum;
    }

    private double attend(int i, int k) {
      AttentionKernels.attendKept(
          scores, i * LENGTH, kept, k, TEMPERATURE, rows, dimension, output, 0);
      return AttentionKernels.dot(targets, i * dimension, output, 0, dimension);
    }
  }
}
