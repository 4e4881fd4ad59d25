package io.seminar.pipelines.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserHash;
import io.seminar.metrics.inference.UserWeights;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.replay.Outcomes;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.replay.Replay;
import io.seminar.pipelines.replay.Scoring;
import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.ReliabilityFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest.ArmCalibration;
import io.seminar.reports.store.TimingsFile;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.ItemCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The cells of a run, computed again from its outcomes files by the definitions of the metrics: a
 * list of impressions, loops over pairs, no sums that are merged.
 */
class EvaluateOutcomesTest {
  private static final long DATA_SEED = 77;
  private static final long SEED = 5;
  private static final int REPLICATES = 60;

  /** Not of a cell's own sums: looked at apart. */
  private static final Set<String> DERIVED =
      Set.of(
          "relaimpr_auc", "relaimpr_gauc", "ece", "coverage@1", "coverage@4", "gini@1", "gini@4");

  private static final int[] RECALL_AT = {2, 8, 25};
  private static final int[] PAGE_AT = {1, 4};
  private static final List<String> ARMS = List.of("exact", "recent", "pq");

  /** Every user's number is rounded to 2^-30 once. */
  private static final double TOLERANCE = 1e-7;

  @TempDir static Path folder;
  private static final Map<String, List<PageOf>> PAGES = new HashMap<>();
  private static RunFolder run;
  private static List<OutcomeRow> outcomes;
  private static Map<String, Cell> cells;
  private static Map<String, long[]> weights;
  private static Map<String, ArmCalibration> calibrations;
  private static Map<String, Cell> derived;
  private static ItemCounts itemCounts;

  @BeforeAll
  static void replayOnce() {
    Path data =
        new RandomDataset(DATA_SEED, 300, 30)
            .history(0, 220)
            .pages(3, 9)
            .write(folder.resolve("data"), 70);
    Path codebook = folder.resolve("codebook");
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data, codebook, false, 6, 0.5f, null, CatalogueQuantizer.TrainOn.ALL, 1, 1));
    run =
        Replay.run(
            new Replay.Options(
                data,
                folder.resolve("run"),
                false,
                List.of(),
                ARMS,
                List.of(codebook),
                "exact",
                new Scoring(RECALL_AT, 0.1f, 0.5f),
                PAGE_AT,
                26, // about half of the items are cold
                null,
                Inference.USUAL.withReplicates(REPLICATES),
                SEED,
                true,
                Arms.CPU,
                Runner.DIRECT,
                2,
                List.of(),
                true,
                List.of("replay")));
    outcomes = Outcomes.of(run);
    cells = new LinkedHashMap<>();
    for (Cell cell : CellsFile.read(run.cellsFile())) {
      cells.put(key(cell.arm(), cell.slice(), cell.metric()), cell);
    }
    derived = new LinkedHashMap<>();
    cells.forEach(
        (key, cell) -> {
          if (DERIVED.contains(cell.metric())) {
            derived.put(key, cell);
          }
        });
    cells.keySet().removeAll(derived.keySet());
    itemCounts = Dataset.open(data).itemCounts();
    calibrations = new HashMap<>();
    run.manifest().calibration().arms().forEach(arm -> calibrations.put(arm.arm(), arm));
    UserWeights bootstrap = new UserWeights(new Resampling(SEED, REPLICATES, 0, 0));
    weights = new HashMap<>();
    for (OutcomeRow row : outcomes) {
      long[] drawn = new long[REPLICATES];
      bootstrap.fill(UserHash.of(row.user), drawn);
      weights.put(row.user, drawn);
    }
  }

  private static String key(String arm, String slice, String metric) {
    return arm + " " + slice + " " + metric;
  }

  /** An impression of a page: the page's impressions in one slice are what the metrics see. */
  private record Impression(String user, OutcomeRow row, int at) {
    boolean clicked() {
      return row.labels[at] > 0;
    }

    float score() {
      return row.scores[at];
    }

    double probability() {
      ArmCalibration c = calibrations.get(row.arm);
      return 1 / (1 + Math.exp(-(c.intercept() + c.slope() * score())));
    }
  }

  private record PageOf(String user, List<Impression> impressions) {
    boolean clicked() {
      return impressions.stream().anyMatch(Impression::clicked);
    }
  }

  /** The pages of an arm, each with the impressions that the slice selects. */
  private static List<PageOf> pages(String arm, String slice) {
    return PAGES.computeIfAbsent(arm + " " + slice, key -> select(arm, slice));
  }

  private static List<PageOf> select(String arm, String slice) {
    List<PageOf> pages = new ArrayList<>();
    for (OutcomeRow row : outcomes) {
      if (!row.arm.equals(arm)) {
        continue;
      }
      List<Impression> impressions = new ArrayList<>();
      for (int i = 0; i < row.impressions; i++) {
        if (inSlice(row, i, slice)) {
          impressions.add(new Impression(row.user, row, i));
        }
      }
      if (!impressions.isEmpty()) {
        pages.add(new PageOf(row.user, impressions));
      }
    }
    return pages;
  }

  private static boolean inSlice(OutcomeRow row, int i, String slice) {
    if (slice.equals("all")) {
      return true;
    }
    for (String part : slice.split(";")) {
      String value = part.substring(part.indexOf('=') + 1);
      boolean in =
          switch (part.substring(0, part.indexOf('='))) {
            case "history" ->
                value.endsWith("+")
                    ? row.historyLength >= 10_000
                    : row.historyLength >= Integer.parseInt(value.split("-")[0])
                        && row.historyLength <= Integer.parseInt(value.split("-")[1]);
            case "scenario" -> value.equals(row.query > 0 ? "PSR" : "CTR");
            case "entry" -> value.equals(row.searchedShare > 0.5 ? "query" : "browse");
            case "item" -> value.equals(row.cold[i] ? "cold" : "warm");
            default -> throw new AssertionError("no such dimension: " + part);
          };
      if (!in) {
        return false;
      }
    }
    return true;
  }

  /** What a metric should be: value by draw of users, and what it rests on. */
  private record Expected(
      ToDoubleFunction<ToDoubleFunction<String>> value,
      long n,
      long users,
      long leftOutUsers,
      long leftOut) {}

  /** A number that a user contributes to, with its weight: Σ w·number / Σ w·weight. */
  private record Part(String user, double number, double weight) {}

  private static ToDoubleFunction<ToDoubleFunction<String>> ratio(List<Part> parts) {
    return drawn -> {
      double sum = 0;
      double weight = 0;
      for (Part part : parts) {
        sum += drawn.applyAsDouble(part.user) * part.number;
        weight += drawn.applyAsDouble(part.user) * part.weight;
      }
      return weight == 0 ? Double.NaN : sum / weight;
    };
  }

  private static long users(List<Part> parts) {
    return parts.stream().map(Part::user).distinct().count();
  }

  private static Expected expected(String metric, String arm, String slice) {
    List<PageOf> pages = pages(arm, slice);
    List<PageOf> evaluated =
        pages.stream().filter(page -> page.impressions.get(0).row.evaluated).toList();
    int at = metric.indexOf('@');
    int k = at < 0 ? 0 : Integer.parseInt(metric.substring(at + 1));
    return switch (at < 0 ? metric : metric.substring(0, at)) {
      case "recall" -> {
        int index = Arrays.binarySearch(RECALL_AT, k);
        yield mean(pages, i -> i.row.recall[i.at * RECALL_AT.length + index]);
      }
      case "mass_kept" -> mean(pages, i -> i.row.massKept[i.at]);
      case "output_cosine" -> mean(pages, i -> i.row.outputCosine[i.at]);
      case "output_rel_l2" -> mean(pages, i -> i.row.outputRelL2[i.at]);
      case "auc" -> auc(evaluated);
      case "gauc" -> userAuc(evaluated, List::size, false);
      case "gauc_clicks" ->
          userAuc(evaluated, user -> user.stream().filter(Impression::clicked).count(), false);
      case "gauc_unweighted" -> userAuc(evaluated, user -> 1, true);
      case "logloss" ->
          mean(evaluated, i -> -Math.log(i.clicked() ? i.probability() : 1 - i.probability()));
      case "ne" -> entropy(evaluated);
      case "pcoc" -> predictedOverObserved(evaluated);
      case "ndcg" -> page(evaluated, page -> ndcg(page, k, EvaluateOutcomesTest::gain));
      case "ndcg_linear" -> page(evaluated, page -> ndcg(page, k, i -> i.row.labels[i.at]));
      case "mrr" -> page(evaluated, EvaluateOutcomesTest::reciprocalRank);
      case "map" -> page(evaluated, EvaluateOutcomesTest::averagePrecision);
      case "hr" -> page(evaluated, page -> hitRate(page, k));
      case "precision" -> page(evaluated, page -> clicksAbove(page, k) / k);
      case "page_recall" ->
          page(
              evaluated,
              page ->
                  clicksAbove(page, k)
                      / page.impressions.stream().filter(Impression::clicked).count());
      case "novelty" -> novelty(evaluated, k);
      default -> throw new AssertionError("no brute force for " + metric);
    };
  }

  private static Expected mean(List<PageOf> pages, ToDoubleFunction<Impression> number) {
    List<Part> parts = new ArrayList<>();
    Set<String> all = new HashSet<>();
    long impressions = 0;
    for (PageOf page : pages) {
      all.add(page.user);
      for (Impression impression : page.impressions) {
        impressions++;
        double value = number.applyAsDouble(impression);
        if (!Double.isNaN(value)) {
          parts.add(new Part(page.user, value, 1));
        }
      }
    }
    return new Expected(
        ratio(parts),
        parts.size(),
        users(parts),
        all.size() - users(parts),
        impressions - parts.size());
  }

  private static Expected entropy(List<PageOf> pages) {
    Expected loss = expectedLoss(pages);
    Expected rate = mean(pages, i -> i.clicked() ? 1 : 0);
    return new Expected(
        drawn -> {
          double c = rate.value.applyAsDouble(drawn);
          return c > 0 && c < 1
              ? loss.value.applyAsDouble(drawn) / (-c * Math.log(c) - (1 - c) * Math.log(1 - c))
              : Double.NaN;
        },
        loss.n,
        loss.users,
        loss.leftOutUsers,
        loss.leftOut);
  }

  private static Expected expectedLoss(List<PageOf> pages) {
    return mean(pages, i -> -Math.log(i.clicked() ? i.probability() : 1 - i.probability()));
  }

  private static Expected predictedOverObserved(List<PageOf> pages) {
    Expected predicted = mean(pages, Impression::probability);
    Expected observed = mean(pages, i -> i.clicked() ? 1 : 0);
    return new Expected(
        drawn -> {
          double clicks = observed.value.applyAsDouble(drawn);
          return clicks > 0 ? predicted.value.applyAsDouble(drawn) / clicks : Double.NaN;
        },
        predicted.n,
        predicted.users,
        predicted.leftOutUsers,
        predicted.leftOut);
  }

  /** Pairs of a click and a no-click of the same user or of two, each weighing w·w. */
  private static Expected auc(List<PageOf> pages) {
    Map<String, List<Impression>> byUser = new LinkedHashMap<>();
    for (PageOf page : pages) {
      byUser.computeIfAbsent(page.user, u -> new ArrayList<>()).addAll(page.impressions);
    }
    List<String> users = List.copyOf(byUser.keySet());
    double[][] won = new double[users.size()][users.size()];
    double[][] played = new double[users.size()][users.size()];
    for (int u = 0; u < users.size(); u++) {
      for (int v = 0; v < users.size(); v++) {
        for (Impression up : byUser.get(users.get(u))) {
          for (Impression down : byUser.get(users.get(v))) {
            if (up.clicked() && !down.clicked()) {
              played[u][v]++;
              won[u][v] += up.score() > down.score() ? 1 : up.score() == down.score() ? 0.5 : 0;
            }
          }
        }
      }
    }
    long n = pages.stream().mapToLong(page -> page.impressions.size()).sum();
    return new Expected(
        drawn -> {
          double sum = 0;
          double all = 0;
          for (int u = 0; u < users.size(); u++) {
            for (int v = 0; v < users.size(); v++) {
              double w = drawn.applyAsDouble(users.get(u)) * drawn.applyAsDouble(users.get(v));
              sum += w * won[u][v];
              all += w * played[u][v];
            }
          }
          return all == 0 ? Double.NaN : sum / all;
        },
        n,
        users.size(),
        0,
        0);
  }

  private static Expected userAuc(
      List<PageOf> pages, ToDoubleFunction<List<Impression>> weights, boolean countsUsers) {
    Map<String, List<Impression>> byUser = new LinkedHashMap<>();
    for (PageOf page : pages) {
      byUser.computeIfAbsent(page.user, u -> new ArrayList<>()).addAll(page.impressions);
    }
    List<Part> parts = new ArrayList<>();
    long n = 0;
    long all = 0;
    for (Map.Entry<String, List<Impression>> user : byUser.entrySet()) {
      double won = 0;
      int played = 0;
      for (Impression up : user.getValue()) {
        for (Impression down : user.getValue()) {
          if (up.clicked() && !down.clicked()) {
            played++;
            won += up.score() > down.score() ? 1 : up.score() == down.score() ? 0.5 : 0;
          }
        }
      }
      int size = user.getValue().size();
      all += size;
      if (played > 0) {
        n += size;
        double weight = weights.applyAsDouble(user.getValue());
        parts.add(new Part(user.getKey(), weight * won / played, weight));
      }
    }
    long out = byUser.size() - parts.size();
    return countsUsers
        ? new Expected(ratio(parts), parts.size(), parts.size(), out, out)
        : new Expected(ratio(parts), n, parts.size(), out, all - n);
  }

  /** Bits of the items among the K best, each by its share of the places above the cut. */
  private static Expected novelty(List<PageOf> pages, int k) {
    List<Part> parts = new ArrayList<>();
    for (PageOf page : pages) {
      double bits = 0;
      for (Impression impression : page.impressions) {
        bits += share(page, impression, k) * bits(impression.row.items[impression.at]);
      }
      parts.add(new Part(page.user, bits / Math.min(k, page.impressions.size()), 1));
    }
    return new Expected(ratio(parts), parts.size(), users(parts), 0, 0);
  }

  private static double bits(int item) {
    double events = 0;
    for (int i = 0; i < itemCounts.size(); i++) {
      events += itemCounts.historyEvents(i);
    }
    return (float) -log2((itemCounts.historyEvents(item) + 1) / (events + itemCounts.size()));
  }

  /** The probability that an impression is among the K best. */
  private static double share(PageOf page, Impression impression, int k) {
    int places = Math.min(tied(page, impression), k - above(page, impression));
    return Math.max(0, places) / (double) tied(page, impression);
  }

  private static Expected page(List<PageOf> pages, ToDoubleFunction<PageOf> number) {
    List<Part> parts = new ArrayList<>();
    Set<String> all = new HashSet<>();
    for (PageOf page : pages) {
      all.add(page.user);
      if (page.clicked()) {
        parts.add(new Part(page.user, number.applyAsDouble(page), 1));
      }
    }
    return new Expected(
        ratio(parts),
        parts.size(),
        users(parts),
        all.size() - users(parts),
        pages.size() - parts.size());
  }

  // Expectations over the orders of equal scores: an impression is as likely at each rank of its
  // group.

  private static int above(PageOf page, Impression impression) {
    return (int) page.impressions.stream().filter(o -> o.score() > impression.score()).count();
  }

  private static int tied(PageOf page, Impression impression) {
    return (int) page.impressions.stream().filter(o -> o.score() == impression.score()).count();
  }

  private static double ndcg(PageOf page, int k, ToDoubleFunction<Impression> gain) {
    double dcg = 0;
    for (Impression impression : page.impressions) {
      int above = above(page, impression);
      int tied = tied(page, impression);
      for (int rank = above + 1; rank <= above + tied; rank++) {
        dcg += rank <= k ? gain.applyAsDouble(impression) / log2(1 + rank) / tied : 0;
      }
    }
    double[] gains =
        page.impressions.stream().mapToDouble(i -> -gain.applyAsDouble(i)).sorted().toArray();
    double ideal = 0;
    for (int rank = 1; rank <= Math.min(k, gains.length); rank++) {
      ideal += -gains[rank - 1] / log2(1 + rank);
    }
    return dcg / ideal;
  }

  private static double gain(Impression impression) {
    return Math.pow(2, impression.row.labels[impression.at]) - 1;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  /** The group of equal scores in which the first click is. */
  private static Impression firstClicked(PageOf page) {
    return page.impressions.stream()
        .filter(Impression::clicked)
        .max((a, b) -> Float.compare(a.score(), b.score()))
        .orElseThrow();
  }

  private static long clicksTied(PageOf page, Impression impression) {
    return page.impressions.stream()
        .filter(o -> o.score() == impression.score() && o.clicked())
        .count();
  }

  /** Walks down the group: the chance that no click has been met shrinks at each rank. */
  private static double reciprocalRank(PageOf page) {
    Impression first = firstClicked(page);
    int tied = tied(page, first);
    long clicks = clicksTied(page, first);
    double none = 1;
    double sum = 0;
    for (int j = 0; j < tied; j++) {
      double click = (double) clicks / (tied - j);
      sum += none * click / (above(page, first) + j + 1);
      none *= 1 - click;
      if (none <= 0) {
        break;
      }
    }
    return sum;
  }

  private static double hitRate(PageOf page, int k) {
    Impression first = firstClicked(page);
    int tied = tied(page, first);
    long clicks = clicksTied(page, first);
    double none = 1;
    for (int j = 0; j < Math.min(tied, k - above(page, first)); j++) {
      none *= Math.max(0, 1 - (double) clicks / (tied - j));
    }
    return 1 - none;
  }

  /** Clicks among the k best: each impression by its share of the places above the cut. */
  private static double clicksAbove(PageOf page, int k) {
    double sum = 0;
    for (Impression impression : page.impressions) {
      sum += impression.clicked() ? share(page, impression, k) : 0;
    }
    return sum;
  }

  /** Pairs of clicks: the other is above, or before it in its group, with its probability. */
  private static double averagePrecision(PageOf page) {
    double sum = 0;
    long clicks = page.impressions.stream().filter(Impression::clicked).count();
    for (Impression impression : page.impressions) {
      if (!impression.clicked()) {
        continue;
      }
      int above = above(page, impression);
      int tied = tied(page, impression);
      for (int j = 0; j < tied; j++) {
        double before = 1;
        for (Impression other : page.impressions) {
          if (other != impression && other.clicked()) {
            before +=
                other.score() > impression.score()
                    ? 1
                    : other.score() == impression.score() ? (double) j / (tied - 1) : 0;
          }
        }
        sum += before / (above + j + 1) / tied;
      }
    }
    return sum / clicks;
  }

  // The tests.

  @Test
  void relativeImprovementsAreThoseOfTheAucs() {
    int checked = 0;
    for (Cell cell : derived.values()) {
      if (cell.metric().startsWith("relaimpr_")) {
        String of = cell.metric().substring("relaimpr_".length());
        double ours = cells.get(key(cell.arm(), cell.slice(), of)).value();
        double theirs = cells.get(key("exact", cell.slice(), of)).value();
        assertThat(cell.arm()).isNotEqualTo("exact");
        if (theirs > 0.5 && !Double.isNaN(ours)) {
          assertThat(cell.value())
              .as(cell.toString())
              .isCloseTo((ours - 0.5) / (theirs - 0.5) - 1, within(1e-9));
          checked++;
        } else {
          assertThat(cell.value()).as(cell.toString()).isNaN();
          assertThat(cell.reason()).as(cell.toString()).isNotEmpty();
        }
      }
    }
    assertThat(checked).isGreaterThan(10);
  }

  @Test
  void calibrationErrorIsThatOfTheBins() {
    Map<String, Double> errors = new HashMap<>();
    Map<String, Long> n = new HashMap<>();
    for (ReliabilityFile.Bin bin : ReliabilityFile.read(run.reliabilityFile())) {
      errors.merge(
          bin.arm(),
          bin.n() == 0 ? 0 : bin.n() * Math.abs(bin.meanPredicted() - bin.observed()),
          Double::sum);
      n.merge(bin.arm(), bin.n(), Long::sum);
    }
    for (String arm : ARMS) {
      Cell cell = derived.get(key(arm, "all", "ece"));
      assertThat(cell.value()).as(arm).isCloseTo(errors.get(arm) / n.get(arm), within(1e-8));
      assertThat(cell.low()).as(arm).isLessThan(cell.high());
      assertThat(cell.n()).isEqualTo(n.get(arm));
    }
  }

  @Test
  void exposureCountsTheItemsAmongTheBest() {
    for (String arm : ARMS) {
      for (int k : PAGE_AT) {
        double[] appearances = new double[itemCounts.size()];
        double[] missing = new double[itemCounts.size()];
        Arrays.fill(missing, 1);
        for (PageOf page : pages(arm, "all")) {
          if (page.impressions.get(0).row.evaluated) {
            for (Impression impression : page.impressions) {
              int item = impression.row.items[impression.at];
              double share = share(page, impression, k);
              appearances[item] += share;
              missing[item] *= 1 - share;
            }
          }
        }
        double covered = Arrays.stream(missing).map(m -> 1 - m).average().orElseThrow();
        Arrays.sort(appearances);
        double gini = 0;
        for (int i = 0; i < appearances.length; i++) {
          gini += (2.0 * (i + 1) - appearances.length - 1) * appearances[i];
        }
        gini /= appearances.length * Arrays.stream(appearances).sum();
        Cell coverage = derived.get(key(arm, "all", "coverage@" + k));
        assertThat(coverage.value()).as(arm).isCloseTo(covered, within(1e-7));
        assertThat(coverage.low()).isNaN();
        assertThat(coverage.reason()).isNotEmpty();
        assertThat(derived.get(key(arm, "all", "gini@" + k)).value())
            .as(arm)
            .isCloseTo(gini, within(1e-7));
      }
    }
  }

  /** Every sign-flip p-value is that of exchanging the arms of half of the users. */
  @Test
  void testsAreSignFlipsOverEverythingAndJackknivesElsewhere() {
    int flips = 0;
    int jackknives = 0;
    for (Cell cell : cells.values()) {
      if (cell.test() == null) {
        assertThat(cell.p()).as(cell.toString()).isNaN();
        continue;
      }
      assertThat(cell.p()).as(cell.toString()).isBetween(0.0, 1.0);
      assertThat(cell.pHolm()).as(cell.toString()).isBetween(cell.pBh(), 1.0);
      assertThat(cell.pBh()).as(cell.toString()).isGreaterThanOrEqualTo(cell.p());
      boolean flipped = cell.slice().equals("all") && !cell.metric().equals("auc");
      assertThat(cell.test()).as(cell.toString()).isEqualTo(flipped ? "sign_flip" : "jackknife_t");
      flips += flipped ? 1 : 0;
      jackknives += flipped ? 0 : 1;
      // An interval that is far from 0 goes with a small p, one that is about it with a large one.
      if (cell.differenceLow() > 0 && cell.differenceLow() > 0.5 * cell.difference()) {
        assertThat(cell.p()).as(cell.toString()).isLessThan(0.05);
      }
    }
    assertThat(flips).isGreaterThan(20);
    assertThat(jackknives).isGreaterThan(100);
  }

  @Test
  void valuesAndCountsAreThoseOfTheDefinitions() {
    for (Cell cell : cells.values()) {
      Expected expected = expected(cell.metric(), cell.arm(), cell.slice());
      String where = key(cell.arm(), cell.slice(), cell.metric());
      double value = expected.value.applyAsDouble(user -> 1);
      if (Double.isNaN(value)) {
        assertThat(cell.value()).as(where).isNaN();
        assertThat(cell.reason()).as(where).isNotEmpty();
      } else {
        assertThat(cell.value()).as(where).isCloseTo(value, within(TOLERANCE));
      }
      assertThat(List.of(cell.n(), cell.users(), cell.leftOutUsers(), cell.leftOut()))
          .as(where + ": n, users, users left out, left out")
          .isEqualTo(List.of(expected.n, expected.users, expected.leftOutUsers, expected.leftOut));
    }
  }

  @Test
  void everySliceThatHasAnImpressionHasACellOfEveryMetricAndArm() {
    Set<String> slices = new HashSet<>();
    for (String slice : SliceSet.names()) {
      if (outcomes.stream()
          .anyMatch(
              row -> {
                for (int i = 0; i < row.impressions; i++) {
                  if (inSlice(row, i, slice)) {
                    return true;
                  }
                }
                return false;
              })) {
        slices.add(slice);
      }
    }
    assertThat(slices)
        .contains("history=0-99", "history=100-999", "item=cold", "item=warm", "entry=query")
        .doesNotContain("history=1000-9999");
    assertThat(derived.keySet())
        .contains(
            key("pq", "item=cold", "relaimpr_auc"),
            key("pq", "all", "ece"),
            key("exact", "all", "coverage@4"),
            key("exact", "all", "gini@1"))
        .doesNotContain(
            key("exact", "all", "relaimpr_auc"), key("exact", "item=cold", "coverage@4"));
    List<String> metrics =
        List.of(
            "recall@2",
            "recall@8",
            "recall@25",
            "mass_kept",
            "output_cosine",
            "output_rel_l2",
            "auc",
            "gauc",
            "gauc_clicks",
            "gauc_unweighted",
            "logloss",
            "ne",
            "pcoc",
            "ndcg@1",
            "ndcg@4",
            "ndcg_linear@1",
            "ndcg_linear@4",
            "mrr",
            "map",
            "hr@1",
            "hr@4",
            "precision@1",
            "precision@4",
            "page_recall@1",
            "page_recall@4",
            "novelty@1",
            "novelty@4");
    Set<String> expected = new HashSet<>();
    for (String arm : ARMS) {
      for (String slice : slices) {
        metrics.forEach(metric -> expected.add(key(arm, slice, metric)));
      }
    }
    assertThat(cells.keySet()).isEqualTo(expected);
  }

  @Test
  void intervalsAreQuantilesOverTheDrawsOfUsers() {
    int checked = 0;
    for (Cell cell : cells.values()) {
      boolean some = Set.of("all", "scenario=PSR;item=cold").contains(cell.slice());
      if (!some || cell.users() < 10) {
        continue;
      }
      String where = key(cell.arm(), cell.slice(), cell.metric());
      double[] replicates = replicates(cell.metric(), cell.arm(), cell.slice());
      assertThat(replicates).as(where).doesNotContain(Double.NaN);
      assertThat(cell.low()).as(where).isCloseTo(quantile(replicates, 0.025), within(1e-6));
      assertThat(cell.high()).as(where).isCloseTo(quantile(replicates, 0.975), within(1e-6));
      if (cell.arm().equals("exact")) {
        assertThat(cell.baseline()).as(where).isNull();
        assertThat(cell.difference()).as(where).isNaN();
      } else {
        double[] base = replicates(cell.metric(), "exact", cell.slice());
        Arrays.setAll(base, r -> replicates[r] - base[r]);
        Cell baseline = cells.get(key("exact", cell.slice(), cell.metric()));
        assertThat(cell.baseline()).as(where).isEqualTo("exact");
        assertThat(cell.difference())
            .as(where)
            .isCloseTo(cell.value() - baseline.value(), within(1e-12));
        assertThat(cell.differenceLow()).as(where).isCloseTo(quantile(base, 0.025), within(1e-6));
        assertThat(cell.differenceHigh()).as(where).isCloseTo(quantile(base, 0.975), within(1e-6));
      }
      checked++;
    }
    assertThat(checked).isGreaterThan(60);
  }

  private static double[] replicates(String metric, String arm, String slice) {
    Expected expected = expected(metric, arm, slice);
    double[] replicates = new double[REPLICATES];
    for (int r = 0; r < REPLICATES; r++) {
      int replicate = r;
      replicates[r] = expected.value.applyAsDouble(user -> weights.get(user)[replicate]);
    }
    return replicates;
  }

  /** Linear between order statistics. */
  private static double quantile(double[] values, double probability) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double at = probability * (sorted.length - 1);
    int below = (int) at;
    int next = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[next] - sorted[below]);
  }

  /** At the optimum of the likelihood both derivatives vanish. */
  @Test
  void theCalibrationIsTheBestOnTheEarlierRequests() {
    for (String arm : ARMS) {
      double overIntercept = 0;
      double overSlope = 0;
      long n = 0;
      for (PageOf page : pages(arm, "all")) {
        for (Impression impression : page.impressions) {
          if (!impression.row.evaluated) {
            double residual = impression.probability() - (impression.clicked() ? 1 : 0);
            overIntercept += residual;
            overSlope += residual * impression.score();
            n++;
          }
        }
      }
      assertThat(calibrations.get(arm).problem()).isNull();
      assertThat(calibrations.get(arm).impressions()).isEqualTo(n);
      assertThat(overIntercept).as(arm).isCloseTo(0, within(1e-6));
      assertThat(overSlope).as(arm).isCloseTo(0, within(1e-6));
    }
  }

  @Test
  void reliabilityBinsHoldTheEvaluatedImpressions() {
    Map<String, List<ReliabilityFile.Bin>> byArm = new HashMap<>();
    ReliabilityFile.read(run.reliabilityFile())
        .forEach(bin -> byArm.computeIfAbsent(bin.arm(), a -> new ArrayList<>()).add(bin));
    for (String arm : ARMS) {
      List<Impression> evaluated = new ArrayList<>();
      pages(arm, "all").forEach(page -> evaluated.addAll(page.impressions));
      evaluated.removeIf(impression -> !impression.row.evaluated);
      long inBins = 0;
      for (ReliabilityFile.Bin bin : byArm.get(arm)) {
        double p = 0;
        double y = 0;
        long n = 0;
        for (Impression impression : evaluated) {
          double probability = impression.probability();
          // An edge is a probability of the sample: what lies this close is in doubt by rounding.
          if (probability >= bin.lower() - 1e-12 && probability < bin.upper() - 1e-12) {
            p += probability;
            y += impression.clicked() ? 1 : 0;
            n++;
          }
        }
        inBins += bin.n();
        assertThat(bin.n()).as("%s, bin %d", arm, bin.bin()).isEqualTo(n);
        if (n > 0) {
          assertThat(bin.meanPredicted()).isCloseTo(p / n, within(TOLERANCE));
          assertThat(bin.observed()).isCloseTo(y / n, within(TOLERANCE));
        }
      }
      assertThat(inBins).isEqualTo(evaluated.size());
    }
  }

  @Test
  void countsAndTimesAreOfEveryPage() {
    long requests = outcomes.stream().filter(row -> row.arm.equals("exact")).count();
    long impressions =
        outcomes.stream()
            .filter(row -> row.arm.equals("exact"))
            .mapToLong(r -> r.impressions)
            .sum();
    assertThat(run.manifest().counts().users()).isEqualTo(70);
    assertThat(run.manifest().counts().requests()).isEqualTo(requests).isEqualTo(210);
    assertThat(run.manifest().counts().impressions()).isEqualTo(impressions).isEqualTo(1890);
    assertThat(run.manifest().counts().deadLetters()).isZero();
    for (TimingsFile.Timing timing : TimingsFile.read(run.timingsFile())) {
      assertThat(timing.n()).as(timing.toString()).isEqualTo(requests);
    }
    long before = outcomes.stream().filter(row -> !row.evaluated).count();
    assertThat(before).as("rows of the earlier half").isBetween(200L, 430L);
    outcomes.forEach(
        row ->
            assertThat(row.evaluated)
                .isEqualTo(row.time >= run.manifest().calibration().splitTime()));
  }
}
