package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.network.scoring.UserScorer;
import io.seminar.pipelines.arms.ArmParser;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.arms.CodebookSpec;
import io.seminar.pipelines.arms.ModelSpec;
import io.seminar.pipelines.embedding.NetworkLoader;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.History;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The arms of a network against its own forward pass, and against the equations of its heads in
 * double arithmetic: from pairs and parameters alone, and the decoding of codes.
 */
class NetworkArmsTest {
  private static final long SEED = 20261126;
  private static final int HEADS = 3;
  private static final int HIDDEN = 12;
  private static final int SIZE = HIDDEN / HEADS;
  private static final int KEEP = 20;
  private static final int[] RECALL_AT = {3, 20};
  private static final double TEMPERATURE = Math.sqrt(SIZE);
  private static final double TOLERANCE = 1e-4;
  private static final double ROUNDING = 1e-5;
  private static final TimeSplit SPLIT = new TimeSplit(1_010_000, 1_020_000);
  private static final List<String> FIELDS = List.of("query", "image", "id", "attributes", "text");

  private static final Map<String, double[]> PARAMETERS = new HashMap<>();

  @TempDir static Path folder;
  private static Dataset dataset;
  private static Path data;
  private static Catalogue catalogue;
  private static QueryTable queries;
  private static List<User> users;
  private static Checkpoint checkpoint;
  private static TrainedNetwork network;
  private static CodebookFolder codes;

  @BeforeAll
  static void prepare() {
    data = new RandomDataset(SEED, 700, 400).history(0, 90).pages(3, 37).write(d("data"), 30);
    dataset = Dataset.open(data);
    catalogue = dataset.openCatalogue();
    queries = dataset.openQueries();
    users = UserReplayerTest.users(dataset);
    users.add(new User("nothing yet", History.EMPTY, users.get(0).requests()));
    checkpoint =
        TestNetworks.write(
            d("network"),
            data,
            TestNetworks.spec(Architecture.SEMINAR, HEADS, KEEP),
            SPLIT,
            Stage.FINETUNED,
            SEED);
    network = NetworkLoader.load(checkpoint, catalogue, queries);
    quantize(data, d("network"), d("codebook"), 10);
    codes = CodebookFolder.open(d("codebook"), dataset.catalogueDigest());
  }

  @AfterAll
  static void close() {
    catalogue.close();
    queries.close();
  }

  private static Path d(String name) {
    return folder.resolve(name);
  }

  private static void quantize(Path data, Path model, Path out, int bytes) {
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data, out, false, bytes, 0, model, CatalogueQuantizer.TrainOn.ALL, SEED, 1));
  }

  private static ReplaySpec spec(
      Path data, List<Checkpoint> networks, List<CodebookSpec> codebooks, String... arms) {
    List<ModelSpec> models = new ArrayList<>();
    for (Checkpoint network : networks) {
      NetworkSpec spec = network.description().spec();
      models.add(
          new ModelSpec(
              networks.size() == 1 ? "" : "n" + models.size(),
              network.folder().toString(),
              spec.architecture(),
              spec.hidden(),
              spec.keep(),
              network.digest()));
    }
    return new ReplaySpec(
        data.toString(),
        d("run").toString(),
        models,
        new ArmParser(models, codebooks).parse(List.of(arms)),
        arms[0],
        new Scoring(RECALL_AT, 0.1f, 0.5f),
        new int[] {5},
        5,
        SPLIT.trainUntil(),
        SPLIT.validateUntil(),
        1,
        Arms.CPU,
        1,
        Inference.none(),
        1,
        true);
  }

  private static float[] logits(UserScorer scorer, Request request) {
    float[] logits = new float[request.length()];
    scorer.score(request, logits);
    return logits;
  }

  @Test
  void theExactArmScoresAsTheNetworkDoes() {
    Random random = new Random(SEED);
    int withoutHistory = 0;
    int nothing = 0;
    for (int round = 0; round < 6; round++) {
      NetworkSpec drawn =
          new NetworkSpec(
              Architecture.SEMINAR,
              HIDDEN,
              List.of(1, 2, 3, 4).get(random.nextInt(4)),
              20 + random.nextInt(60),
              round % 2 == 0 ? List.of("text") : FIELDS.subList(1, 5),
              round % 3 != 0,
              random.nextBoolean(),
              8,
              2,
              100);
      Checkpoint one =
          TestNetworks.write(
              d("exact-" + round), data, drawn, SPLIT, Stage.FINETUNED, SEED + round);
      UserScorer scorer = new UserScorer(NetworkLoader.load(one, catalogue, queries));
      ReplaySpec spec = spec(data, List.of(one), List.of(), "exact", "network", "recent");
      try (ReplayContext context = ReplayContext.acquire(spec)) {
        UserReplayer replayer = new UserReplayer(context, spec);
        for (User user : users) {
          scorer.open(user.history());
          List<OutcomeRow[]> pages = UserReplayerTest.replay(replayer, user);
          for (int r = 0; r < pages.size(); r++) {
            Request request = user.requests().get(r);
            String where = "seed %d, round %d, %s".formatted(SEED, round, pages.get(r)[0]);
            float[] expected = logits(scorer, request);
            assertThat(pages.get(r)[0].scores).as(where).isEqualTo(expected);
            assertThat(pages.get(r)[1].scores).as(where).isEqualTo(expected);
            assertThat(pages.get(r)[1].massKept).as("no fidelity").containsOnly(Float.NaN);
            withoutHistory += user.history().lengthBefore(request.time()) == 0 ? 1 : 0;
            for (int i = 0; i < request.length(); i++) {
              if (Float.isNaN(pages.get(r)[0].massKept[i])) {
                nothing++;
              } else {
                assertThat(pages.get(r)[0].recall[i * 2 + 1]).isEqualTo(1);
              }
            }
          }
        }
      }
    }
    assertThat(withoutHistory).as("pages without a history").isPositive();
    assertThat(nothing).as("impressions of which the network reads nothing").isPositive();
  }

  /** Fewer items and queries than centroids: every vector is a centroid of its own. */
  @Test
  void anExactCodebookKeepsWhatExactScoresKeep() {
    Path small =
        new RandomDataset(SEED + 3, 180, 40).history(0, 90).pages(3, 37).write(d("small"), 30);
    Checkpoint one =
        TestNetworks.write(
            d("small-network"),
            small,
            TestNetworks.spec(Architecture.SEMINAR, HEADS, KEEP),
            SPLIT,
            Stage.FINETUNED,
            SEED);
    quantize(small, one.folder(), d("exact-codebook"), FIELDS.size());
    CodebookSpec book = new CodebookSpec(d("exact-codebook").toString(), 5, one.digest());
    ReplaySpec spec = spec(small, List.of(one), List.of(book), "exact", "pq", "pq-sdc");
    int compared = 0;
    try (ReplayContext context = ReplayContext.acquire(spec)) {
      UserReplayer replayer = new UserReplayer(context, spec);
      for (User user : UserReplayerTest.users(Dataset.open(small))) {
        for (OutcomeRow[] page : UserReplayerTest.replay(replayer, user)) {
          for (int a = 1; a <= 2; a++) {
            assertThat(page[a].scores).containsExactly(page[0].scores, within(1e-5f));
            assertThat(page[a].massKept).containsExactly(page[0].massKept, within(1e-6f));
            for (int i = 0; i < page[a].impressions; i++) {
              if (!Float.isNaN(page[0].massKept[i])) {
                assertThat(page[a].recall[2 * i]).as("seed " + SEED).isEqualTo(1);
                assertThat(page[a].recall[2 * i + 1]).as("seed " + SEED).isEqualTo(1);
                compared++;
              }
            }
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(3_000);
  }

  @Test
  void everyModelOfAReplayGivesWhatItGivesAlone() {
    Checkpoint other =
        TestNetworks.write(
            d("other"),
            data,
            TestNetworks.spec(Architecture.SEMINAR, 2, 35),
            SPLIT,
            Stage.FINETUNED,
            SEED + 1);
    Checkpoint din =
        TestNetworks.write(
            d("din"),
            data,
            TestNetworks.spec(Architecture.DIN, 1, 10),
            SPLIT,
            Stage.FINETUNED,
            SEED + 2);
    CodebookSpec book = new CodebookSpec(d("codebook").toString(), 10, checkpoint.digest());
    ReplaySpec together =
        spec(
            data,
            List.of(checkpoint, other, din),
            List.of(book),
            "n1/exact",
            "exact",
            "n0/pq",
            "n2",
            "n0/exact",
            "n1/recent",
            "recent");
    assertThat(together.attentionModels()).containsExactly("n1", null, "n0");
    List<ReplaySpec> alone =
        List.of(
            spec(data, List.of(other), List.of(), "exact", "recent"),
            spec(data, List.of(checkpoint), List.of(book), "pq", "exact"),
            spec(data, List.of(din), List.of(), "network"),
            spec(data, List.of(), List.of(), "exact", "recent"));
    int[][] same = {{0, 5}, {2, 4}, {3}, {1, 6}};
    List<List<OutcomeRow[]>> pages = replayAll(together);
    for (int s = 0; s < same.length; s++) {
      List<List<OutcomeRow[]>> expected = replayAll(alone.get(s));
      for (int u = 0; u < pages.size(); u++) {
        for (int r = 0; r < pages.get(u).size(); r++) {
          for (int a = 0; a < same[s].length; a++) {
            OutcomeRow found = pages.get(u).get(r)[same[s][a]];
            found.arm = expected.get(u).get(r)[a].arm;
            Outcomes.assertSame(found, expected.get(u).get(r)[a]);
          }
        }
      }
    }
  }

  private static List<List<OutcomeRow[]>> replayAll(ReplaySpec spec) {
    try (ReplayContext context = ReplayContext.acquire(spec)) {
      UserReplayer replayer = new UserReplayer(context, spec);
      return users.stream().map(user -> UserReplayerTest.replay(replayer, user)).toList();
    }
  }

  /** Iterators and what the sink is handed may be objects; arrays of a page may not be made. */
  @Test
  void pagesAllocateNothingInSteadyState() {
    CodebookSpec book = new CodebookSpec(d("codebook").toString(), 10, checkpoint.digest());
    ReplaySpec spec =
        spec(
            data, List.of(checkpoint), List.of(book), "exact", "recent", "pq", "pq-sdc", "network");
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long pages = users.stream().mapToLong(user -> user.requests().size()).sum();
    try (ReplayContext context = ReplayContext.acquire(spec)) {
      UserReplayer replayer = new UserReplayer(context, spec);
      long allocated = Long.MAX_VALUE;
      for (int pass = 0; pass < 3; pass++) {
        long before = threads.getThreadAllocatedBytes(thread);
        for (User user : users) {
          replayer.replay(user, outcomes -> {});
        }
        allocated = threads.getThreadAllocatedBytes(thread) - before;
      }
      assertThat(allocated / pages).as("bytes a page").isLessThan(500);
    }
  }

  // The equations.

  private static double[] parameter(String name) {
    return PARAMETERS.computeIfAbsent(
        name,
        n -> {
          float[] values = checkpoint.parameters().values(n);
          return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
        });
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  /** Rows h d_h … of a matrix of the attention, times a pair. */
  private static double[] head(double[] matrix, int h, double[] pair) {
    return IntStream.range(h * SIZE, (h + 1) * SIZE)
        .mapToDouble(r -> dot(Arrays.copyOfRange(matrix, r * HIDDEN, (r + 1) * HIDDEN), pair))
        .toArray();
  }

  private static double[] pair(int item, int query) {
    float[] pair = new float[HIDDEN];
    network.pair(item, query, pair, 0);
    return IntStream.range(0, HIDDEN).mapToDouble(j -> pair[j]).toArray();
  }

  /** (fields): a, then (1 − a) g_f. */
  private static double[] weights() {
    double a = 1 / (1 + Math.exp(-parameter("pair.balance")[0]));
    double[] gates = Arrays.stream(parameter("items.gate")).map(Math::exp).toArray();
    double sum = Arrays.stream(gates).sum();
    double[] weights = new double[FIELDS.size()];
    for (int f = 0; f < weights.length; f++) {
      weights[f] = f == 0 ? a : (1 - a) * gates[f - 1] / sum;
    }
    return weights;
  }

  /** What the codes of a pair stand for: the weighted sum of its decoded fields. */
  private static double[] decodedPair(int item, int query) {
    MultiModalCodebook codebook = codes.codebooks().of(0);
    assertThat(codebook.fields()).extracting(MultiModalCodebook.Field::name).isEqualTo(FIELDS);
    byte[] code = new byte[codebook.subcodes()];
    codes.copyQueryCodes(0, query, code, 0);
    codes.copyItemCodes(0, item, code, codebook.querySubcodes());
    float[] row = new float[codebook.dimension()];
    codebook.decode(code, 0, row, 0);
    double[] weights = weights();
    double[] pair = new double[HIDDEN];
    for (int f = 0; f < weights.length; f++) {
      for (int j = 0; j < HIDDEN; j++) {
        pair[j] += weights[f] * row[f * HIDDEN + j];
      }
    }
    return pair;
  }

  /** The scores of a head, times √d_h. */
  private static double[] scores(int h, double[] target, List<double[]> behaviours) {
    double factor = Math.exp(parameter("attention.scale")[h]);
    double[] query = head(parameter("attention.query"), h, target);
    double[] key = parameter("attention.key");
    return behaviours.stream().mapToDouble(e -> factor * dot(query, head(key, h, e))).toArray();
  }

  private static double[] attend(int h, double[] scores, List<double[]> pairs, List<Integer> over) {
    double[] value = parameter("attention.value");
    double sum = over.stream().mapToDouble(l -> Math.exp(scores[l] / TEMPERATURE)).sum();
    double[] out = new double[SIZE];
    for (int l : over) {
      double[] v = head(value, h, pairs.get(l));
      for (int j = 0; j < SIZE; j++) {
        out[j] += Math.exp(scores[l] / TEMPERATURE) / sum * v[j];
      }
    }
    return out;
  }

  private static List<Integer> best(double[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer l) -> -scores[l]).thenComparingInt(l -> -l))
        .toList();
  }

  /** Whether rounding could change which behaviours are the K best, or their order among ties. */
  private static boolean close(double[] scores, List<Integer> order) {
    for (int k : RECALL_AT) {
      if (k < order.size()) {
        double gap = scores[order.get(k - 1)] - scores[order.get(k)];
        if (gap > 0 && gap < ROUNDING) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void armsAgreeWithTheEquationsInDouble() {
    CodebookSpec book = new CodebookSpec(d("codebook").toString(), 10, checkpoint.digest());
    ReplaySpec spec =
        spec(data, List.of(checkpoint), List.of(book), "exact", "recent", "pq", "pq-sdc");
    int compared = 0;
    int tooClose = 0;
    double lost = 0;
    try (ReplayContext context = ReplayContext.acquire(spec)) {
      UserReplayer replayer = new UserReplayer(context, spec);
      for (User user : users.subList(0, 8)) {
        List<OutcomeRow[]> pages = UserReplayerTest.replay(replayer, user);
        for (int r = 0; r < pages.size(); r++) {
          Request request = user.requests().get(r);
          History history = user.history();
          int before = history.lengthBefore(request.time());
          List<double[]> pairs = new ArrayList<>();
          List<double[]> decoded = new ArrayList<>();
          for (int l = 0; l < before; l++) {
            int item = history.item()[l];
            int query = history.query()[l];
            if (network.features().hasPair(item, query)) {
              pairs.add(pair(item, query));
              decoded.add(decodedPair(item, query));
            }
          }
          for (int i = 0; i < request.length() && !pairs.isEmpty(); i++) {
            int item = request.item()[i];
            double[] target = pair(item, request.query());
            double[] decodedTarget = decodedPair(item, request.query());
            for (OutcomeRow row : pages.get(r)) {
              double[][] exact = new double[HEADS][];
              double[][] approximate = new double[HEADS][];
              boolean close = false;
              for (int h = 0; h < HEADS; h++) {
                exact[h] = scores(h, target, pairs);
                approximate[h] =
                    switch (row.arm) {
                      case "exact" -> exact[h];
                      case "recent" -> IntStream.range(0, pairs.size()).asDoubleStream().toArray();
                      case "pq" -> scores(h, target, decoded);
                      default -> scores(h, decodedTarget, decoded);
                    };
                List<Integer> order = best(approximate[h]);
                List<Integer> top = best(exact[h]);
                close |= close(approximate[h], order) || close(exact[h], top);
                close |= close(exact[h], order);
              }
              if (close) {
                tooClose++;
              } else {
                compare(row, i, exact, approximate, pairs, target, request);
                compared++;
                lost += row.arm.startsWith("pq") ? 1 - row.recall[i * RECALL_AT.length] : 0;
              }
            }
          }
        }
      }
    }
    System.out.printf("compared %d, skipped as too close %d%n", compared, tooClose);
    assertThat(compared).isGreaterThan(1_500);
    assertThat(tooClose).isLessThan(compared / 5);
    assertThat(lost).as("recall that the codes cost").isGreaterThan(100);
  }

  private static void compare(
      OutcomeRow row,
      int i,
      double[][] exact,
      double[][] approximate,
      List<double[]> pairs,
      double[] target,
      Request request) {
    String where = "seed %d, impression %d, %s".formatted(SEED, i, row);
    int length = pairs.size();
    List<Integer> all = IntStream.range(0, length).boxed().toList();
    double[] full = new double[HIDDEN];
    double[] output = new double[HIDDEN];
    double[] recall = new double[RECALL_AT.length];
    float[] intensities = new float[HEADS];
    double mass = 0;
    for (int h = 0; h < HEADS; h++) {
      double[] scores = exact[h];
      List<Integer> top = best(scores);
      List<Integer> kept = best(approximate[h]).subList(0, Math.min(KEEP, length));
      double whole = all.stream().mapToDouble(l -> Math.exp(scores[l] / TEMPERATURE)).sum();
      double sum = kept.stream().mapToDouble(l -> Math.exp(scores[l] / TEMPERATURE)).sum();
      mass += sum / whole / HEADS;
      intensities[h] = (float) (Math.log(sum) - Math.log(length));
      System.arraycopy(attend(h, scores, pairs, all), 0, full, h * SIZE, SIZE);
      System.arraycopy(attend(h, scores, pairs, kept), 0, output, h * SIZE, SIZE);
      for (int k = 0; k < RECALL_AT.length; k++) {
        int size = Math.min(RECALL_AT[k], length);
        double threshold = scores[top.get(size - 1)] - 1e-7;
        recall[k] +=
            (double) kept.stream().limit(size).filter(l -> scores[l] >= threshold).count()
                / size
                / HEADS;
      }
    }
    float[] outputs = new float[HIDDEN];
    float[] targets = new float[HIDDEN];
    for (int j = 0; j < HIDDEN; j++) {
      outputs[j] = (float) output[j];
      targets[j] = (float) target[j];
    }
    float[] logit = new float[1];
    int[] item = {row.items[i]};
    network
        .newHead()
        .logits(outputs, intensities, targets, item, 1, request.query(), length, logit, 0);
    assertThat(row.scores[i]).as(where).isCloseTo(logit[0], within((float) TOLERANCE));
    assertThat((double) row.massKept[i]).as(where).isCloseTo(mass, within(TOLERANCE));
    for (int k = 0; k < RECALL_AT.length; k++) {
      assertThat((double) row.recall[i * RECALL_AT.length + k])
          .as(where)
          .isCloseTo(recall[k], within(TOLERANCE));
    }
    double[] error = IntStream.range(0, HIDDEN).mapToDouble(j -> output[j] - full[j]).toArray();
    assertThat((double) row.outputCosine[i])
        .as(where)
        .isCloseTo(
            dot(full, output) / Math.sqrt(dot(full, full) * dot(output, output)),
            within(TOLERANCE));
    assertThat((double) row.outputRelL2[i])
        .as(where)
        .isCloseTo(Math.sqrt(dot(error, error) / dot(full, full)), within(TOLERANCE));
  }
}
