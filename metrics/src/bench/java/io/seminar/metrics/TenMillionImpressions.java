package io.seminar.metrics;

import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.metrics.inference.Estimate;
import io.seminar.metrics.inference.Interval;
import io.seminar.metrics.inference.UserHash;
import io.seminar.metrics.ranking.AucAccumulator;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * AUC, GAUC, log loss and NDCG@10 of many impressions, with 200 bootstrap replicates over users, in
 * one process and bounded memory; {@code ten_million.py} does the same on the same files with
 * scikit-learn and NumPy, without intervals. Results: docs/benchmarks/metrics.md.
 *
 * <pre>
 * java … TenMillionImpressions generate FOLDER USERS
 * java -Xmx256m … TenMillionImpressions measure FOLDER THREADS
 * /usr/bin/python3 metrics/src/bench/python/ten_million.py FOLDER
 * </pre>
 *
 * A user has {@value #PAGES} pages of {@value #SIZE}. {@code scores.f32} (little-endian, also the
 * probabilities) and {@code labels.i8} hold them user after user.
 *
 * <p>Two passes. Users are streamed: their statistics go into a cell, their scores into sorted runs
 * and their weights, a byte each, into a table on disk. Then the runs are merged, and the pairs of
 * the AUC counted: blocks of rows are taken off the merge in order, their users' weights fetched by
 * all threads at once, and added in order again. Neither pass holds more than a run a thread.
 */
public final class TenMillionImpressions {
  private static final int PAGES = 2;
  private static final int SIZE = 25;
  private static final int EACH = PAGES * SIZE;
  private static final int REPLICATES = 200;
  private static final int RUN = 1 << 20; // rows of a sorted run
  private static final int BLOCK = 256; // rows whose weights are drawn at once
  private static final int CHUNK = 200; // users read at once
  private static final String SCORES = "scores.f32";
  private static final String LABELS = "labels.i8";
  private static final String WEIGHTS = "weights.i8";
  private static final MetricSuite SUITE = MetricSuite.of(new int[] {1}, new int[] {10});

  private final Path folder;
  private final int users;
  private final int threads;
  private final UserWeights bootstrap = new UserWeights(new Resampling(1, REPLICATES, 0, 0));

  private TenMillionImpressions(Path folder, int threads) throws IOException {
    this.folder = folder;
    this.users = Math.toIntExact(Files.size(folder.resolve(LABELS)) / EACH);
    this.threads = threads;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[1]);
    int number = Integer.parseInt(args[2]);
    switch (args[0]) {
      case "generate" -> generate(folder, number);
      case "measure" -> new TenMillionImpressions(folder, number).measure();
      default -> throw new IllegalArgumentException("generate or measure, not " + args[0]);
    }
  }

  private static void generate(Path folder, int users) throws IOException {
    Files.createDirectories(folder);
    SplittableRandom random = new SplittableRandom(20261125);
    Random normal = new Random(20261125);
    ByteBuffer number = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
    try (DataOutputStream scores = open(folder.resolve(SCORES));
        DataOutputStream labels = open(folder.resolve(LABELS))) {
      for (int u = 0; u < users; u++) {
        double mood = -2 + normal.nextGaussian();
        for (int i = 0; i < EACH; i++) {
          double truth = mood + normal.nextGaussian();
          // The scores know part of the truth.
          double score = truth + .7 * normal.nextGaussian();
          number.putFloat(0, (float) (1 / (1 + Math.exp(-score))));
          scores.write(number.array());
          labels.write(random.nextDouble() < 1 / (1 + Math.exp(-truth)) ? 1 : 0);
        }
      }
    }
  }

  private static DataOutputStream open(Path file) throws IOException {
    return new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
  }

  private void measure() throws Exception {
    long begin = System.nanoTime();
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Part>> parts = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int from = (int) ((long) users * t / threads);
        int to = (int) ((long) users * (t + 1) / threads);
        String name = "run-" + t + "-";
        parts.add(() -> stream(from, to, name));
      }
      CellAccumulator cell = new CellAccumulator(SUITE, new Resampling(1, REPLICATES, 0, 0));
      List<Path> runs = new ArrayList<>();
      for (Part part : invoke(pool, parts)) {
        cell.merge(part.cell);
        runs.addAll(part.runs);
      }
      long streamed = System.nanoTime();
      AucAccumulator pairs = count(pool, runs);
      long counted = System.nanoTime();
      for (String key : List.of("auc", "gauc", "logloss", "ndcg@10")) {
        Metric metric = SUITE.metric(key);
        Estimate estimate = metric.isAdditive() ? cell.values(metric) : cell.values(metric, pairs);
        Interval interval = estimate.interval(.95);
        System.out.printf(
            Locale.ROOT,
            "%-8s %.10f [%.6f, %.6f]%n",
            key,
            estimate.value().value(),
            interval.low(),
            interval.high());
      }
      System.out.printf(
          Locale.ROOT,
          "%d impressions of %d users, %d threads: %.2f s in all, users %.2f s, pairs %.2f s; heap at most %d MB%n",
          (long) users * EACH,
          users,
          threads,
          (System.nanoTime() - begin) / 1e9,
          (streamed - begin) / 1e9,
          (counted - streamed) / 1e9,
          Runtime.getRuntime().maxMemory() >> 20);
      for (Path run : runs) {
        Files.delete(run);
      }
      Files.delete(folder.resolve(WEIGHTS));
    } finally {
      pool.shutdownNow();
    }
  }

  private static <T> List<T> invoke(ExecutorService pool, List<Callable<T>> tasks)
      throws InterruptedException, ExecutionException {
    List<T> results = new ArrayList<>();
    for (Future<T> future : pool.invokeAll(tasks)) {
      results.add(future.get());
    }
    return results;
  }

  /** What one thread makes of its users. */
  private record Part(CellAccumulator cell, List<Path> runs) {}

  private Part stream(int fromUser, int toUser, String name) throws IOException {
    CellAccumulator cell = new CellAccumulator(SUITE, new Resampling(1, REPLICATES, 0, 0));
    UserStatistics statistics = SUITE.newUserStatistics();
    double[] numbers = new double[SUITE.statistics()];
    long[] weights = new long[REPLICATES];
    float[] scores = new float[EACH];
    double[] probabilities = new double[EACH];
    byte[] labels = new byte[EACH];
    long[] run = new long[RUN];
    long[] other = new long[RUN];
    int rows = 0;
    List<Path> runs = new ArrayList<>();
    ByteBuffer scoreBytes = ByteBuffer.allocate(CHUNK * EACH * 4).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer labelBytes = ByteBuffer.allocate(CHUNK * EACH);
    ByteBuffer weightBytes = ByteBuffer.allocate(CHUNK * REPLICATES);
    try (FileChannel scoreFile = FileChannel.open(folder.resolve(SCORES));
        FileChannel labelFile = FileChannel.open(folder.resolve(LABELS));
        FileChannel weightFile =
            FileChannel.open(
                folder.resolve(WEIGHTS), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int u = fromUser; u < toUser; u++) {
        if ((u - fromUser) % CHUNK == 0) {
          read(scoreFile, scoreBytes, 4L * u * EACH);
          read(labelFile, labelBytes, (long) u * EACH);
          weightBytes.clear();
        }
        statistics.clear();
        for (int i = 0; i < EACH; i++) {
          scores[i] = scoreBytes.getFloat();
          probabilities[i] = scores[i];
          labels[i] = labelBytes.get();
        }
        for (int page = 0; page < EACH; page += SIZE) {
          statistics.addPage(scores, probabilities, labels, page, page + SIZE);
        }
        statistics.copyTo(numbers, 0);
        bootstrap.fill(UserHash.of("user-" + u), weights);
        cell.add(numbers, weights);
        for (long weight : weights) {
          weightBytes.put((byte) weight); // at most 18
        }
        if ((u - fromUser) % CHUNK == CHUNK - 1 || u == toUser - 1) {
          weightBytes.flip();
          write(weightFile, weightBytes, (u + 1L) * REPLICATES - weightBytes.limit());
        }
        if (rows > RUN - EACH) {
          runs.add(spill(run, rows, other, name + runs.size()));
          rows = 0;
        }
        for (int i = 0; i < EACH; i++) {
          run[rows++] = key(scores[i], labels[i] > 0, u);
        }
      }
    }
    runs.add(spill(run, rows, other, name + runs.size()));
    return new Part(cell, runs);
  }

  private static void read(FileChannel file, ByteBuffer into, long position) throws IOException {
    into.clear();
    while (into.hasRemaining()) {
      int n = file.read(into, position + into.position());
      if (n < 0) {
        break; // the last users need not fill a chunk
      }
    }
    into.flip();
  }

  private static void write(FileChannel file, ByteBuffer from, long position) throws IOException {
    while (from.hasRemaining()) {
      position += file.write(from, position);
    }
  }

  /** Scores are probabilities, hence not negative: their bits sort as they do. */
  private static long key(float score, boolean clicked, int user) {
    return (long) Float.floatToRawIntBits(score) << 32 | (clicked ? 1L << 31 : 0) | user;
  }

  /** Sorts by score alone: the AUC does not depend on the order inside a tie. */
  private static void sort(long[] keys, int rows, long[] other) {
    long[] from = keys;
    long[] to = other;
    for (int shift = 32; shift < 62; shift += 10) { // a score up to 1 has 30 bits
      int[] next = new int[1 << 10];
      for (int i = 0; i < rows; i++) {
        next[(int) (from[i] >> shift) & 0x3FF]++;
      }
      int at = 0;
      for (int digit = 0; digit < next.length; digit++) {
        int count = next[digit];
        next[digit] = at;
        at += count;
      }
      for (int i = 0; i < rows; i++) {
        to[next[(int) (from[i] >> shift) & 0x3FF]++] = from[i];
      }
      long[] swap = from;
      from = to;
      to = swap;
    }
    System.arraycopy(from, 0, keys, 0, rows); // three rounds end in the other array
  }

  private Path spill(long[] run, int rows, long[] other, String name) throws IOException {
    sort(run, rows, other);
    Path file = folder.resolve(name);
    ByteBuffer bytes = ByteBuffer.allocate(1 << 16);
    try (FileChannel out =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      for (int at = 0; at < rows; ) {
        bytes.clear();
        int n = Math.min(rows - at, bytes.capacity() / 8);
        bytes.asLongBuffer().put(run, at, n);
        bytes.limit(8 * n);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        at += n;
      }
    }
    return file;
  }

  /** Sorted runs, merged. */
  private static final class Merge implements AutoCloseable {
    private final List<DataInputStream> runs = new ArrayList<>();
    private final long[] heads;

    Merge(List<Path> files) throws IOException {
      for (Path file : files) {
        runs.add(
            new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16)));
      }
      heads = new long[files.size()];
      for (int r = 0; r < heads.length; r++) {
        heads[r] = next(r);
      }
    }

    private long next(int run) throws IOException {
      try {
        return runs.get(run).readLong();
      } catch (EOFException e) {
        return Long.MAX_VALUE; // above every key: a probability's bits stop at 1.0
      }
    }

    /** Takes the smallest keys that are left. */
    int take(long[] keys) throws IOException {
      int n = 0;
      while (n < keys.length) {
        int least = 0;
        for (int r = 1; r < heads.length; r++) {
          least = heads[r] < heads[least] ? r : least;
        }
        if (heads[least] == Long.MAX_VALUE) {
          break;
        }
        keys[n++] = heads[least];
        heads[least] = next(least);
      }
      return n;
    }

    @Override
    public void close() throws IOException {
      for (DataInputStream run : runs) {
        run.close();
      }
    }
  }

  private AucAccumulator count(ExecutorService pool, List<Path> runs) throws Exception {
    AucAccumulator pairs = new AucAccumulator(REPLICATES);
    try (Merge merge = new Merge(runs);
        FileChannel weightFile = FileChannel.open(folder.resolve(WEIGHTS))) {
      MappedByteBuffer table =
          weightFile.map(FileChannel.MapMode.READ_ONLY, 0, (long) users * REPLICATES);
      Turns turns = new Turns();
      Callable<Void> worker =
          () -> {
            long[] keys = new long[BLOCK];
            long[][] weights = new long[BLOCK][REPLICATES];
            byte[] fetched = new byte[REPLICATES];
            while (true) {
              int n;
              long block;
              synchronized (merge) {
                n = merge.take(keys);
                block = turns.taken++;
              }
              if (n == 0) {
                return null;
              }
              for (int i = 0; i < n; i++) {
                table.get(((int) keys[i] & 0x7FFFFFFF) * REPLICATES, fetched);
                widen(fetched, weights[i]);
              }
              turns.await(block);
              for (int i = 0; i < n; i++) {
                float score = Float.intBitsToFloat((int) (keys[i] >> 32));
                pairs.add(score, (keys[i] & 1L << 31) != 0, weights[i]);
              }
              turns.done();
            }
          };
      invoke(pool, Collections.nCopies(threads, worker));
    }
    return pairs;
  }

  private static void widen(byte[] from, long[] to) {
    for (int r = 0; r < to.length; r++) {
      to[r] = from[r];
    }
  }

  /** Lets blocks be added in the order in which they were taken. */
  private static final class Turns {
    private long taken;
    private long next;

    synchronized void await(long block) throws InterruptedException {
      while (next != block) {
        wait();
      }
    }

    synchronized void done() {
      next++;
      notifyAll();
    }
  }
}
