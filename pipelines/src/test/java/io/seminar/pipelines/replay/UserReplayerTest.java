package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.pipelines.arms.ArmParser;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.arms.CodebookSpec;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.History;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import io.seminar.sessions.UserSplit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The replayer against the method's equations written out in plain double arithmetic, behaviour by
 * behaviour: no tables, no kernels, no shared code but the reading of vectors and the decoding of
 * codes.
 */
class UserReplayerTest {
  private static final long SEED = 20240711;
  private static final int[] RECALL_AT = {3, 20, 60};
  private static final double TEMPERATURE = 0.1f;
  private static final double QUERY_WEIGHT = 0.4f;
  private static final double TOLERANCE = 1e-4;
  private static final int COLD_BELOW = 12;

  /** The score of what an arm does not keep whatever else there is. */
  private static final double NEVER = Double.NEGATIVE_INFINITY;

  /** Gaps of scores below this may be closed, or opened, by rounding to float. */
  private static final double ROUNDING = 1e-5;

  @TempDir static Path folder;
  private static Dataset dataset;
  private static Catalogue catalogue;
  private static QueryTable queries;
  private static CodebookFolder codes;
  private static List<User> users;
  private static ReplaySpec spec;
  private static ReplayContext context;

  @BeforeAll
  static void prepare() {
    Path data = new RandomDataset(SEED, 300, 40).history(0, 90).pages(3, 41).write(d("data"), 50);
    Path codebook = d("codebook");
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data,
            codebook,
            false,
            7,
            (float) QUERY_WEIGHT,
            null,
            CatalogueQuantizer.TrainOn.ALL,
            SEED,
            1));
    dataset = Dataset.open(data);
    catalogue = dataset.openCatalogue();
    queries = dataset.openQueries();
    codes = CodebookFolder.open(codebook, dataset.catalogueDigest());
    users = users(dataset);
    spec =
        spec(
            data,
            List.of(
                "exact",
                "recent",
                "sim-hard",
                "sim-soft",
                "twin",
                "qin@60",
                "certified",
                "pq",
                "pq-sdc"),
            codebook,
            RECALL_AT);
    context = ReplayContext.acquire(spec);
  }

  @AfterAll
  static void close() {
    context.close();
    catalogue.close();
    queries.close();
  }

  private static Path d(String name) {
    return folder.resolve(name);
  }

  private static ReplaySpec spec(Path data, List<String> arms, Path codebook, int[] recallAt) {
    return new ReplaySpec(
        data.toString(),
        d("run").toString(),
        List.of(),
        new ArmParser(List.of(), List.of(new CodebookSpec(codebook.toString(), 7, null)))
            .parse(arms),
        arms.get(0),
        new Scoring(recallAt, (float) TEMPERATURE, (float) QUERY_WEIGHT),
        new int[] {5},
        COLD_BELOW,
        Long.MIN_VALUE,
        1_020_000,
        1,
        Arms.CPU,
        1,
        Inference.none(),
        1,
        true);
  }

  static List<User> users(Dataset dataset) {
    List<User> users = new ArrayList<>();
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          users.add(reader.user());
        }
      }
    }
    return users;
  }

  private static List<OutcomeRow[]> replay(ReplaySpec spec, ReplayContext context, User user) {
    return replay(new UserReplayer(context, spec), user);
  }

  /** By arm, copies of what the replayer hands over for each page. */
  static List<OutcomeRow[]> replay(UserReplayer replayer, User user) {
    List<OutcomeRow[]> pages = new ArrayList<>();
    replayer.replay(
        user,
        outcomes ->
            pages.add(Arrays.stream(outcomes).map(Outcomes::copy).toArray(OutcomeRow[]::new)));
    return pages;
  }

  // The oracle.

  /** The unit vector of each field that a pair has; null where it has none. */
  private static double[][] blocks(int item, int query) {
    double[][] blocks = new double[3][];
    if (queries.has(query)) {
      float[] vector = new float[queries.dimension()];
      queries.copyVector(query, vector, 0);
      blocks[0] = unit(vector);
    }
    for (int m = 0; m < 2; m++) {
      if (catalogue.has(m, item)) {
        float[] vector = new float[catalogue.modalities().get(m).dimension()];
        catalogue.copyVector(m, item, vector, 0);
        blocks[m + 1] = unit(vector);
      }
    }
    return blocks;
  }

  private static double[] unit(float[] vector) {
    double squares = 0;
    for (float x : vector) {
      squares += (double) x * x;
    }
    double norm = Math.sqrt(squares);
    return IntStream.range(0, vector.length).mapToDouble(i -> vector[i] / norm).toArray();
  }

  private static double weight(int field) {
    return field == 0 ? QUERY_WEIGHT : (1 - QUERY_WEIGHT) / 2;
  }

  /** The sum of the weights of the fields that a pair has. */
  private static double presentWeight(double[][] blocks) {
    return IntStream.range(0, 3).filter(f -> blocks[f] != null).mapToDouble(f -> weight(f)).sum();
  }

  private static double score(double[][] target, double[][] behaviour, double presentWeight) {
    double score = 0;
    for (int f = 0; f < 3; f++) {
      if (target[f] != null && behaviour[f] != null) {
        score += weight(f) / presentWeight * dot(target[f], behaviour[f]);
      }
    }
    return score;
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  /** What the codes of a pair stand for. */
  private static double[][] decoded(int item, int query) {
    MultiModalCodebook codebook = codes.codebooks().of(0);
    byte[] code = new byte[codebook.subcodes()];
    codes.copyQueryCodes(0, query, code, 0);
    codes.copyItemCodes(0, item, code, codebook.querySubcodes());
    float[] row = new float[codebook.dimension()];
    codebook.decode(code, 0, row, 0);
    double[][] blocks = new double[3][];
    for (int f = 0; f < 3; f++) {
      int from = codebook.vectorStart(f);
      blocks[f] =
          IntStream.range(from, codebook.vectorStart(f + 1)).mapToDouble(i -> row[i]).toArray();
    }
    return blocks;
  }

  /** Weighted blocks one after another, a row of the attention. */
  private static double[] row(double[][] blocks, double presentWeight) {
    int[] dimensions = {5, 12, 7};
    double[] row = new double[24];
    int at = 0;
    for (int f = 0; f < 3; f++) {
      for (int d = 0; d < dimensions[f]; d++) {
        row[at + d] = blocks[f] == null ? 0 : weight(f) / presentWeight * blocks[f][d];
      }
      at += dimensions[f];
    }
    return row;
  }

  /** Full attention over some rows, with the softmax's probabilities. */
  private static double[] attend(double[] scores, double[][] rows, List<Integer> over) {
    double sum = over.stream().mapToDouble(l -> Math.exp(scores[l] / TEMPERATURE)).sum();
    double[] out = new double[24];
    for (int l : over) {
      double p = Math.exp(scores[l] / TEMPERATURE) / sum;
      for (int d = 0; d < out.length; d++) {
        out[d] += p * rows[l][d];
      }
    }
    return out;
  }

  /** One page's expected outcome, by arm and impression. */
  private static final class Page {
    private final double[][] rows;
    private final double[][][] approximate;
    private final double[] presentWeights;
    private final double[][][] behaviours;
    private final int[] items;

    Page(History history, long time) {
      List<Integer> seen = new ArrayList<>();
      for (int l = 0; l < history.length(); l++) {
        if (history.time()[l] < time
            && presentWeight(blocks(history.item()[l], history.query()[l])) > 0) {
          seen.add(l);
        }
      }
      rows = new double[seen.size()][];
      approximate = new double[seen.size()][][];
      presentWeights = new double[seen.size()];
      behaviours = new double[seen.size()][][];
      items = seen.stream().mapToInt(l -> history.item()[l]).toArray();
      for (int i = 0; i < rows.length; i++) {
        int item = history.item()[seen.get(i)];
        int query = history.query()[seen.get(i)];
        behaviours[i] = blocks(item, query);
        presentWeights[i] = presentWeight(behaviours[i]);
        rows[i] = row(behaviours[i], presentWeights[i]);
        approximate[i] = decoded(item, query);
      }
    }

    double[] exactScores(double[][] target) {
      return IntStream.range(0, rows.length)
          .mapToDouble(l -> score(target, behaviours[l], presentWeights[l]))
          .toArray();
    }

    /** The scores by which an arm chooses. */
    double[] armScores(String arm, int item, int query, double[] exact) {
      return switch (arm) {
        case "exact", "sim-soft", "twin", "certified" -> exact;
        case "recent" -> IntStream.range(0, rows.length).mapToDouble(l -> l).toArray();
        case "sim-hard" -> {
          int category = catalogue.category(item);
          yield IntStream.range(0, rows.length)
              .mapToDouble(
                  l -> category >= 0 && catalogue.category(items[l]) == category ? l : NEVER)
              .toArray();
        }
        case "qin@60" -> {
          double[] request = blocks(item, query)[0];
          if (query == 0 || request == null || rows.length <= 60) {
            yield exact;
          }
          double[] first =
              IntStream.range(0, rows.length)
                  .mapToDouble(
                      l -> behaviours[l][0] == null ? NEVER : dot(request, behaviours[l][0]))
                  .toArray();
          double[] among = new double[rows.length];
          Arrays.fill(among, NEVER);
          best(first).subList(0, 60).forEach(l -> among[l] = exact[l]);
          yield among;
        }
        default -> {
          double[][] target = arm.equals("pq") ? blocks(item, query) : decoded(item, query);
          yield IntStream.range(0, rows.length)
              .mapToDouble(l -> score(target, approximate[l], presentWeights[l]))
              .toArray();
        }
      };
    }
  }

  private static List<Integer> best(double[] scores) {
    Comparator<Integer> order = Comparator.comparingDouble(l -> -scores[l]);
    order = order.thenComparingInt(l -> -l);
    return IntStream.range(0, scores.length).boxed().sorted(order).toList();
  }

  /** Whether rounding could change which behaviours are the K best. */
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
  void agreesWithTheEquationsInDouble() {
    int compared = 0;
    int tooClose = 0;
    int withoutVector = 0;
    int emptyPages = 0;
    int shortHistories = 0;
    int nothingKept = 0;
    for (User user : users) {
      List<OutcomeRow[]> pages = replay(spec, context, user);
      assertThat(pages).hasSameSizeAs(user.requests());
      for (int r = 0; r < pages.size(); r++) {
        Request request = user.requests().get(r);
        Page page = new Page(user.history(), request.time());
        shortHistories += page.rows.length > 0 && page.rows.length < 60 ? 1 : 0;
        for (int i = 0; i < request.length(); i++) {
          int item = request.item()[i];
          double[][] target = blocks(item, request.query());
          boolean scored = page.rows.length > 0 && presentWeight(target) > 0;
          emptyPages += page.rows.length == 0 ? 1 : 0;
          withoutVector += presentWeight(target) == 0 ? 1 : 0;
          double[] exact = page.exactScores(target);
          List<Integer> top = best(exact);
          for (OutcomeRow row : pages.get(r)) {
            String where =
                "seed %d, user %s, request %d, impression %d, arm %s"
                    .formatted(SEED, user.id(), request.id(), i, row.arm);
            if (!scored) {
              assertUnscored(row, i, where);
              continue;
            }
            double[] scores = page.armScores(row.arm, item, request.query(), exact);
            List<Integer> order =
                row.arm.equals("sim-hard")
                    ? best(scores).stream().filter(l -> scores[l] > NEVER).toList()
                    : best(scores);
            if (order.isEmpty()) {
              assertThat(row.scores[i]).as(where).isZero();
              assertThat(row.massKept[i]).as(where).isZero();
              assertThat(row.recall[i * RECALL_AT.length]).as(where).isZero();
              nothingKept++;
              continue;
            }
            if (close(scores, order) || close(exact, top) || close(exact, order)) {
              tooClose++;
              continue;
            }
            compare(page, row, i, exact, top, order.subList(0, Math.min(60, order.size())), where);
            compared++;
          }
        }
      }
    }
    System.out.printf("compared %d, skipped as too close %d%n", compared, tooClose);
    assertThat(compared).as("impressions and arms compared").isGreaterThan(10_000);
    assertThat(tooClose).as("left out as too close to call").isLessThan(compared / 10);
    assertThat(withoutVector).as("impressions without any vector").isPositive();
    assertThat(emptyPages).as("impressions before any behaviour").isPositive();
    assertThat(nothingKept).as("targets whose category does not occur").isPositive();
    assertThat(shortHistories).as("pages with fewer behaviours than K").isPositive();
  }

  private static void assertUnscored(OutcomeRow row, int i, String where) {
    assertThat(row.scores[i]).as(where).isZero();
    assertThat(row.massKept[i]).as(where).isNaN();
    assertThat(row.outputCosine[i]).as(where).isNaN();
    assertThat(row.outputRelL2[i]).as(where).isNaN();
    for (int k = 0; k < RECALL_AT.length; k++) {
      assertThat(row.recall[i * RECALL_AT.length + k]).as(where).isNaN();
    }
  }

  private static void compare(
      Page page,
      OutcomeRow row,
      int i,
      double[] exact,
      List<Integer> top,
      List<Integer> kept,
      String where) {
    int length = exact.length;
    List<Integer> all = IntStream.range(0, length).boxed().toList();
    double[] full = attend(exact, page.rows, all);
    double[] output = attend(exact, page.rows, kept);
    double whole = all.stream().mapToDouble(l -> Math.exp(exact[l] / TEMPERATURE)).sum();
    double mass = kept.stream().mapToDouble(l -> Math.exp(exact[l] / TEMPERATURE)).sum() / whole;
    double keptSum = mass * whole;
    // <target, output> = Σ p <target, row> = Σ p s
    double score =
        kept.stream().mapToDouble(l -> Math.exp(exact[l] / TEMPERATURE) / keptSum * exact[l]).sum();
    assertThat((double) row.scores[i]).as(where + ", score").isCloseTo(score, within(TOLERANCE));
    assertThat((double) row.massKept[i]).as(where + ", mass").isCloseTo(mass, within(TOLERANCE));
    double cosine = dot(full, output) / Math.sqrt(dot(full, full) * dot(output, output));
    assertThat((double) row.outputCosine[i])
        .as(where + ", cosine")
        .isCloseTo(cosine, within(TOLERANCE));
    double[] error = IntStream.range(0, 24).mapToDouble(d -> output[d] - full[d]).toArray();
    assertThat((double) row.outputRelL2[i])
        .as(where + ", relative L2")
        .isCloseTo(Math.sqrt(dot(error, error) / dot(full, full)), within(TOLERANCE));
    for (int k = 0; k < RECALL_AT.length; k++) {
      int size = Math.min(RECALL_AT[k], length);
      double threshold = exact[top.get(size - 1)];
      long found =
          kept.stream().limit(RECALL_AT[k]).filter(l -> exact[l] >= threshold - 1e-6).count();
      assertThat((double) row.recall[i * RECALL_AT.length + k])
          .as(where + ", recall@" + RECALL_AT[k])
          .isCloseTo((double) found / size, within(TOLERANCE));
    }
  }

  @Test
  void recordsWhatTheRequestIs() {
    int[] events = new int[catalogue.size()];
    for (User user : users) {
      for (int item : user.history().item()) {
        events[item]++;
      }
    }
    for (User user : users) {
      List<OutcomeRow[]> pages = replay(spec, context, user);
      for (int r = 0; r < pages.size(); r++) {
        Request request = user.requests().get(r);
        int before = 0;
        int searched = 0;
        for (int l = 0; l < user.history().length(); l++) {
          if (user.history().time()[l] < request.time()) {
            before++;
            searched += user.history().query()[l] == 0 ? 0 : 1;
          }
        }
        for (OutcomeRow row : pages.get(r)) {
          assertThat(row.user).isEqualTo(user.id());
          assertThat(row.request).isEqualTo(request.id());
          assertThat(row.time).isEqualTo(request.time());
          assertThat(row.query).isEqualTo(request.query());
          assertThat(row.historyLength).isEqualTo(before);
          Float share = before == 0 ? Float.NaN : (float) searched / before;
          assertThat(row.searchedShare).isEqualTo(share);
          assertThat(row.evaluated).isEqualTo(request.time() >= 1_020_000);
          assertThat(row.impressions).isEqualTo(request.length());
          assertThat(row.items).startsWith(request.item());
          assertThat(row.positions).startsWith(request.position());
          assertThat(row.labels).startsWith(request.label());
          for (int i = 0; i < request.length(); i++) {
            assertThat(row.cold[i]).isEqualTo(events[request.item()[i]] < COLD_BELOW);
          }
        }
      }
    }
  }

  @Test
  void neverSeesABehaviourAtOrAfterTheRequest() {
    User user = users.stream().filter(u -> u.history().length() > 40).findFirst().orElseThrow();
    Request request = user.requests().get(0);
    int before = user.history().lengthBefore(request.time());
    History until = cut(user.history(), before);
    // The very items of the page, at the time of the page and just after it: every arm would keep
    // them, if it saw them.
    int n = request.length();
    History with = extend(until, request, request.time(), request.time() + 1);
    History earlier = extend(until, request, request.time() - 1, request.time() + 1);
    assertThat(with.length()).isEqualTo(before + 2 * n);

    List<OutcomeRow[]> expected = replay(spec, context, withHistory(user, until, request));
    List<OutcomeRow[]> planted = replay(spec, context, withHistory(user, with, request));
    List<OutcomeRow[]> seen = replay(spec, context, withHistory(user, earlier, request));

    for (int a = 0; a < expected.get(0).length; a++) {
      Outcomes.assertSame(planted.get(0)[a], expected.get(0)[a]);
      assertThat(seen.get(0)[a].scores)
          .as("the plant works: a behaviour 1 ms before the request changes the score")
          .isNotEqualTo(expected.get(0)[a].scores);
    }
  }

  private static User withHistory(User user, History history, Request request) {
    return new User(user.id(), history, List.of(request));
  }

  private static History cut(History history, int length) {
    return new History(
        Arrays.copyOf(history.time(), length),
        Arrays.copyOf(history.item(), length),
        Arrays.copyOf(history.query(), length),
        Arrays.copyOf(history.action(), length));
  }

  private static History extend(History history, Request page, long... times) {
    int length = history.length() + times.length * page.length();
    History longer = cut(history, length);
    int l = history.length();
    for (long time : times) {
      for (int item : page.item()) {
        longer.time()[l] = time;
        longer.item()[l] = item;
        longer.query()[l++] = page.query();
      }
    }
    return longer;
  }

  @Test
  void oneReplayerForManyUsersGivesWhatAFreshOneGives() {
    UserReplayer shared = new UserReplayer(context, spec);
    for (User user : users) {
      List<OutcomeRow[]> fresh = replay(spec, context, user);
      List<OutcomeRow[]> again = replay(shared, user);
      assertThat(again).hasSameSizeAs(fresh);
      for (int r = 0; r < fresh.size(); r++) {
        for (int a = 0; a < fresh.get(r).length; a++) {
          Outcomes.assertSame(again.get(r)[a], fresh.get(r)[a]);
        }
      }
    }
  }

  @Test
  void countsWhatHasNoVector() {
    UserReplayer replayer = new UserReplayer(context, spec);
    long behaviours = 0;
    long impressions = 0;
    for (User user : users) {
      replayer.replay(user, outcomes -> {});
      for (int l = 0; l < user.history().length(); l++) {
        double[][] blocks = blocks(user.history().item()[l], user.history().query()[l]);
        behaviours += presentWeight(blocks) == 0 ? 1 : 0;
      }
      for (Request request : user.requests()) {
        for (int item : request.item()) {
          impressions += presentWeight(blocks(item, request.query())) == 0 ? 1 : 0;
        }
      }
    }
    assertThat(behaviours).isPositive();
    assertThat(replayer.unread()).containsExactly(new ReplayCounts.Unread(behaviours, impressions));
    replayer.resetUnread();
    assertThat(replayer.unread()).containsExactly(new ReplayCounts.Unread(0, 0));
  }
}
