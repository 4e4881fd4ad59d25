package io.seminar.attention.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.seminar.attention.FastScan;
import io.seminar.attention.FastTopK;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.attention.quantization.RaBitQCodes;
import io.seminar.attention.quantization.RaBitQScan;
import io.seminar.attention.quantization.RandomRotation;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What {@link Retrieval} promises, asked of every arm, and every arm against its formula written
 * out in double arithmetic, behaviour by behaviour.
 */
class RetrievalConformanceTest {
  private static final long SEED = 20261127;
  private static final int KEEP = 10;
  private static final int REFINE = 3;
  private static final int CASCADE = 40;
  private static final int CANDIDATES = 20;
  private static final int BITS = 23;
  private static final long PLANES = 5;
  private static final int[] LENGTHS = {0, 1, 2, 15, 16, 17, 31, 33, 1_000, 4_097};
  private static final int[] COUNTS = {1, 3, 4, 16, 32};

  /** Behaviours after the request, which no arm may see. */
  private static final int FUTURE = 37;

  /** Arms that end with exact scores. */
  private static final Set<String> RERANKING = Set.of("exact", "qin", "two-stage-ann", "certified");

  /** Arms that search in what is there anyway. */
  private static final Set<String> WITHOUT_INDEX =
      Set.of("exact", "recent", "twin", "twin-without-biases");

  /**
   * Arms whose index is made of the whole history, so that its form (links, a mean) depends on what
   * comes after a request too; what they keep of it does not.
   */
  private static final Set<String> OF_ALL = Set.of("two-stage-ann", "rabitq@1", "rabitq@4");

  /** The one arm whose library makes its work space anew. */
  private static final Set<String> ALLOCATING = Set.of("two-stage-ann");

  /** What arms keep at least of 31 behaviours where all could be kept. */
  private static final Map<String, Integer> LEAST =
      Map.of("sim-hard", 0, "two-stage-ann", CANDIDATES);

  @TempDir static Path folder;
  private static World world;
  private static World unscaled;
  private static final Map<String, Arm> ARMS = new LinkedHashMap<>();
  private static final Map<World.History, FieldGraph[]> GRAPHS = new IdentityHashMap<>();

  /**
   * The scores by which an arm chooses.
   *
   * @param eligible what it may keep
   * @param error how far its own scores may be off
   * @param considered what it certainly has looked at: nothing of this is left out for worse
   */
  private record Scores(double[] values, boolean[] eligible, double error, boolean[] considered) {
    Scores(double[] values, boolean[] eligible, double error) {
      this(values, eligible, error, eligible);
    }

    static Scores of(double[] values, double error) {
      boolean[] eligible = new boolean[values.length];
      Arrays.fill(eligible, true);
      return new Scores(values, eligible, error);
    }
  }

  private interface Formula {
    Scores of(World.History history, World.Page page, int head, int target);
  }

  private interface Maker {
    Retrieval make(int keep);
  }

  private record Arm(String name, World world, Maker maker, Formula formula) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Arm> arms() {
    return ARMS.values().stream();
  }

  private static void add(String name, World world, Maker maker, Formula formula) {
    ARMS.put(name, new Arm(name, world, maker, formula));
  }

  private static void addRefined(String name, World world, Maker coarse, Formula formula) {
    add(name, world, coarse, formula);
    Maker maker =
        keep -> new RefinedRetrieval(coarse.make(REFINE * keep), World.HEADS, REFINE * keep, keep);
    add(name + "+refine", world, maker, refined(coarse, REFINE * KEEP));
  }

  private static void addCodes(World world, String what) {
    Path folders = folder.resolve("codes" + what);
    CodebookFolder shared8 = world.shared(folders.resolve("shared-8"), 8);
    CodebookFolder shared4 = world.shared(folders.resolve("shared-4"), 4);
    CodebookFolder heads8 = world.perHead(folders.resolve("heads-8"), 8);
    CodebookFolder heads4 = world.perHead(folders.resolve("heads-4"), 4);
    addRefined(
        "pq" + what, world, keep -> new CodeRetrieval(shared8, null, keep), codes(shared8, false));
    addRefined(
        "pq-sdc" + what,
        world,
        keep -> new CodeRetrieval(shared8, world.folding(), keep),
        codes(shared8, true));
    add(
        "pq-per-head" + what,
        world,
        keep -> new CodeRetrieval(heads8, null, keep),
        codes(heads8, false));
    add(
        "pq-of-4-bits" + what,
        world,
        keep -> new CodeRetrieval(shared4, null, keep),
        codes(shared4, false));
    add("pq4" + what, world, keep -> new FastScanRetrieval(shared4, keep), fastScan(shared4));
    add(
        "pq4-per-head" + what,
        world,
        keep -> new FastScanRetrieval(heads4, keep),
        fastScan(heads4));
    add(
        "pq4" + what + "+refine",
        world,
        keep -> FastScanRetrieval.refined(shared4, World.HEADS, REFINE * keep, keep),
        fastScanRefined(shared4));
  }

  @BeforeAll
  static void prepare() {
    System.out.println("seed " + SEED);
    world = new World(SEED, 120, true);
    unscaled = new World(SEED, 120, false);
    add("exact", world, ExactRetrieval::new, RetrievalConformanceTest::exact);
    addRefined("recent", world, keep -> new RecentRetrieval(), RetrievalConformanceTest::recent);
    addRefined(
        "sim-hard", world, keep -> new CategoryRetrieval(), RetrievalConformanceTest::category);
    addRefined("sim-soft", world, PairRetrieval::new, RetrievalConformanceTest::pairs);
    addRefined(
        "eta",
        world,
        keep -> new HashRetrieval(World.HEADS, World.KEY, BITS, PLANES),
        RetrievalConformanceTest::hamming);
    add(
        "twin",
        world,
        keep -> new BiasedRetrieval(new Biases(), keep),
        RetrievalConformanceTest::biased);
    add(
        "twin-without-biases",
        world,
        keep -> new BiasedRetrieval(null, keep),
        RetrievalConformanceTest::exact);
    add(
        "qin",
        world,
        keep -> new CascadeRetrieval(world.queryVectors(), CASCADE, keep),
        RetrievalConformanceTest::cascade);
    add(
        "two-stage-ann",
        world,
        keep -> new NeighbourRetrieval(CANDIDATES, keep, 1),
        RetrievalConformanceTest::neighbours);
    addRefined("rabitq@1", world, keep -> new RabitqRetrieval(1, keep, PLANES), rabitq(1));
    addRefined("rabitq@4", world, keep -> new RabitqRetrieval(4, keep, PLANES), rabitq(4));
    add(
        "certified",
        world,
        keep -> new CertifiedRetrieval(CertifiedOptions.proven(PLANES), keep),
        RetrievalConformanceTest::exact);
    addCodes(world, "");
    addCodes(unscaled, "-unscaled");
  }

  // The formulas.

  private static double dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += (double) a[aOffset + i] * b[bOffset + i];
    }
    return sum;
  }

  private static Scores exact(World.History history, World.Page page, int head, int target) {
    double[] scores = new double[page.length()];
    int n = World.KEY;
    for (int l = 0; l < scores.length; l++) {
      scores[l] = dot(page.queries(head), target * n, history.keys(head), l * n, n);
    }
    return Scores.of(scores, 1e-4);
  }

  private static Scores recent(World.History history, World.Page page, int head, int target) {
    return Scores.of(IntStream.range(0, page.length()).asDoubleStream().toArray(), 0);
  }

  private static Scores category(World.History history, World.Page page, int head, int target) {
    Scores scores = recent(history, page, head, target);
    int category = page.categories()[target];
    for (int l = 0; l < page.length(); l++) {
      scores.eligible[l] = category >= 0 && history.categories()[l] == category;
    }
    return scores;
  }

  private static Scores pairs(World.History history, World.Page page, int head, int target) {
    double[] scores = new double[page.length()];
    int n = World.PAIR;
    for (int l = 0; l < scores.length; l++) {
      scores[l] = dot(page.pairs(), target * n, history.pairs(), l * n, n);
    }
    return Scores.of(scores, 1e-4);
  }

  private static Scores hamming(World.History history, World.Page page, int head, int target) {
    SplittableRandom random = new SplittableRandom(PLANES);
    float[][] planes = new float[World.HEADS][BITS * World.KEY];
    for (float[] ofHead : planes) {
      for (int i = 0; i < ofHead.length; i++) {
        ofHead[i] = (float) random.nextGaussian();
      }
    }
    double[] scores = new double[page.length()];
    int n = World.KEY;
    for (int bit = 0; bit < BITS; bit++) {
      boolean query = dot(planes[head], bit * n, page.queries(head), target * n, n) >= 0;
      for (int l = 0; l < scores.length; l++) {
        boolean key = dot(planes[head], bit * n, history.keys(head), l * n, n) >= 0;
        scores[l] -= key == query ? 0 : 1;
      }
    }
    return Scores.of(scores, 0);
  }

  /** One category, one query, and the age in steps of 64. */
  private static final class Biases implements ScoreBiases {
    private Behaviours history;

    @Override
    public void open(Behaviours history) {
      this.history = history;
    }

    @Override
    public void add(int head, Targets targets, float[] scores, int stride) {
      for (int b = 0; b < targets.count(); b++) {
        for (int l = 0; l < targets.length(); l++) {
          scores[b * stride + l] += (float) bias(history, targets, head, b, l);
        }
      }
    }

    static double bias(Behaviours history, Targets targets, int head, int target, int l) {
      int category = targets.categories()[target];
      double bias = category >= 0 && history.categories()[l] == category ? 0.5 : 0;
      bias += targets.query() != 0 && history.queries()[l] == targets.query() ? 0.25 * head : 0;
      return bias - 0.125 * ((targets.time() - history.times()[l]) / 64_000);
    }
  }

  private static Scores biased(World.History history, World.Page page, int head, int target) {
    Scores scores = exact(history, page, head, target);
    for (int l = 0; l < page.length(); l++) {
      scores.values[l] += Biases.bias(history, page, head, target, l);
    }
    return scores;
  }

  private static Scores cascade(World.History history, World.Page page, int head, int target) {
    Scores scores = exact(history, page, head, target);
    int length = page.length();
    World world = history.world();
    float[] request = world.vector(0, 0, page.query());
    if (page.query() == 0 || request == null || length <= CASCADE) {
      return scores;
    }
    double[] first = new double[length];
    for (int l = 0; l < length; l++) {
      float[] own = world.vector(0, 0, history.queries()[l]);
      first[l] = own == null ? Double.NEGATIVE_INFINITY : dot(request, 0, own, 0, World.SIZES[0]);
    }
    Arrays.fill(scores.eligible, false);
    best(first).subList(0, CASCADE).forEach(l -> scores.eligible[l] = true);
    return scores;
  }

  private static List<Integer> best(double[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer l) -> -scores[l]).thenComparing(l -> -l))
        .toList();
  }

  private static byte[] code(CodebookFolder folder, int set, int item, int query) {
    MultiModalCodebook codebook = folder.codebooks().of(set);
    byte[] code = new byte[codebook.subcodes()];
    folder.copyQueryCodes(set, query, code, 0);
    folder.copyItemCodes(set, item, code, codebook.querySubcodes());
    return code;
  }

  private static float[] decoded(CodebookFolder folder, int set, int item, int query) {
    MultiModalCodebook codebook = folder.codebooks().of(set);
    float[] row = new float[codebook.dimension()];
    codebook.decode(code(folder, set, item, query), 0, row, 0);
    return row;
  }

  /** What stands for a target before the decoded fields of a behaviour. */
  private static float[] block(
      World world,
      CodebookFolder folder,
      World.Page page,
      int head,
      int target,
      boolean symmetric) {
    if (folder.codebooks().perHead()) {
      float[] block = new float[3 * World.KEY];
      for (int f = 0; f < 3; f++) {
        System.arraycopy(page.queries(head), target * World.KEY, block, f * World.KEY, World.KEY);
      }
      return block;
    }
    float[] blocks = new float[World.HEADS * World.PAIR];
    if (symmetric) {
      world.folding().fold(decoded(folder, 0, page.items()[target], page.query()), blocks);
    } else {
      page.blocks(target, blocks);
    }
    return Arrays.copyOfRange(blocks, head * World.PAIR, (head + 1) * World.PAIR);
  }

  private static Formula codes(CodebookFolder folder, boolean symmetric) {
    return (history, page, head, target) -> {
      int set = folder.codebooks().perHead() ? head : 0;
      float[] block = block(history.world(), folder, page, head, target, symmetric);
      double[] scores = new double[page.length()];
      for (int l = 0; l < scores.length; l++) {
        float[] row = decoded(folder, set, history.items()[l], history.queries()[l]);
        scores[l] = history.scale(l) * dot(block, 0, row, 0, row.length);
      }
      return Scores.of(scores, 1e-4);
    };
  }

  /** The same, off by what the rounded tables may be. */
  private static Formula fastScan(CodebookFolder folder) {
    Formula codes = codes(folder, false);
    return (history, page, head, target) -> {
      MultiModalCodebook codebook = folder.codebooks().of(head);
      float[] tables = new float[codebook.tableLength()];
      float[] block = block(history.world(), folder, page, head, target, false);
      codebook.asymmetricTables(block, 0, tables, 0);
      FastScan scan = new FastScan(codebook.subcodes(), 1);
      scan.set(0, tables, 0);
      double largest = 0;
      for (int l = 0; l < page.length(); l++) {
        largest = Math.max(largest, history.scale(l));
      }
      Scores scores = codes.of(history, page, head, target);
      return new Scores(scores.values, scores.eligible, 1e-4 + 2 * largest * scan.error(0));
    };
  }

  /** RaBitQ's own estimates, of one target at a time. */
  private static Formula rabitq(int bits) {
    RandomRotation rotation = new RandomRotation(World.KEY, PLANES);
    return (history, page, head, target) -> {
      RaBitQCodes codes = new RaBitQCodes(rotation, bits, 0);
      codes.index(history.keys(head), history.length());
      RaBitQScan scan = new RaBitQScan(rotation, bits);
      int from = target * World.KEY;
      scan.prepare(codes, Arrays.copyOfRange(page.queries(head), from, from + World.KEY), 1);
      float[] estimates = new float[FastScan.padded(page.length())];
      scan.estimates(0, page.length(), 0, 1, estimates, 0, estimates.length);
      double[] scores = new double[page.length()];
      for (int l = 0; l < scores.length; l++) {
        scores[l] = estimates[l];
      }
      return Scores.of(scores, 0);
    };
  }

  /** Exact scores of what the arm itself keeps where it keeps more. */
  private static Formula refined(Maker maker, int candidates) {
    return (history, page, head, target) -> {
      Retrieval coarse = maker.make(candidates);
      Kept kept = new Kept(World.HEADS, candidates);
      coarse.open(history);
      coarse.retrieve(page, kept, new Cost(false));
      Scores scores = exact(history, page, head, target);
      Arrays.fill(scores.eligible, false);
      for (int i = 0; i < kept.count(head, target); i++) {
        scores.eligible[kept.rows(head, target)[i]] = true;
      }
      return scores;
    };
  }

  /**
   * The same of a scan that hands on a few more: whatever is better than one of them. Which those
   * are is seen from the scores themselves: the best R·K, and others from the top on.
   */
  private static Formula fastScanRefined(CodebookFolder folder) {
    Formula refined = refined(keep -> new FastScanRetrieval(folder, keep), REFINE * KEEP);
    Formula more =
        refined(
            keep -> new FastScanRetrieval(folder, keep), FastTopK.mostCandidates(REFINE * KEEP));
    return (history, page, head, target) -> {
      Scores few = refined.of(history, page, head, target);
      Scores all = more.of(history, page, head, target);
      return new Scores(few.values, all.eligible, few.error, few.eligible);
    };
  }

  // The promises.

  private static World.History history(World world, Random random, int length) {
    return world.history(random, length + FUTURE);
  }

  private static Kept retrieve(Retrieval retrieval, World.Page page) {
    Kept kept = new Kept(World.HEADS, KEEP);
    retrieval.retrieve(page, kept, new Cost(false));
    return kept;
  }

  private static int[] rows(Kept kept, int head, int target) {
    return Arrays.copyOf(kept.rows(head, target), kept.count(head, target));
  }

  private static void assertSame(Kept found, Kept expected, int count, String where) {
    for (int h = 0; h < World.HEADS; h++) {
      for (int b = 0; b < count; b++) {
        assertThat(rows(found, h, b)).as(where).isEqualTo(rows(expected, h, b));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("arms")
  void keepsWhatItsFormulaSays(Arm arm) {
    Random random = new Random(SEED);
    Retrieval retrieval = arm.maker.make(KEEP);
    for (int length : LENGTHS) {
      World.History history = history(arm.world, random, length);
      retrieval.open(history);
      int query = new int[] {0, 5, 7}[random.nextInt(3)];
      World.Page page = arm.world.page(random, length > 1_000 ? 3 : 5, query, length);
      Kept kept = retrieve(retrieval, page);
      for (int h = 0; h < World.HEADS; h++) {
        for (int b = 0; b < page.count(); b++) {
          String where = "seed %d, L %d, head %d, target %d".formatted(SEED, length, h, b);
          compare(rows(kept, h, b), arm.formula.of(history, page, h, b), history, where);
        }
      }
    }
  }

  private static boolean twins(World.History history, int a, int b) {
    return history.items()[a] == history.items()[b] && history.queries()[a] == history.queries()[b];
  }

  /** Whether these are the best rows, in order, as far as rounding can tell. */
  private static void compare(int[] rows, Scores scores, World.History history, String where) {
    Set<Integer> kept = new HashSet<>();
    int considered = 0;
    for (boolean one : scores.considered) {
      considered += one ? 1 : 0;
    }
    assertThat(rows).as(where).hasSize(Math.min(KEEP, considered));
    for (int i = 0; i < rows.length; i++) {
      assertThat(kept.add(rows[i])).as(where + ", each once").isTrue();
      assertThat(rows[i]).as(where).isBetween(0, scores.values.length - 1);
      assertThat(scores.eligible[rows[i]]).as(where + ", row " + rows[i]).isTrue();
      if (i > 0) {
        double gap = scores.values[rows[i - 1]] - scores.values[rows[i]];
        assertThat(gap).as(where + ", best first").isGreaterThanOrEqualTo(-scores.error);
        if (gap == 0 && (scores.error == 0 || twins(history, rows[i - 1], rows[i]))) {
          assertThat(rows[i - 1]).as(where + ", the more recent first").isGreaterThan(rows[i]);
        }
      }
    }
    for (int l = 0; l < scores.values.length && rows.length > 0; l++) {
      if (scores.considered[l] && !kept.contains(l)) {
        int last = rows[rows.length - 1];
        assertThat(scores.values[l])
            .as(where + ", left out " + l)
            .isLessThanOrEqualTo(scores.values[last] + scores.error);
        for (int row : rows) {
          boolean tie = scores.values[l] == scores.values[row];
          if (tie && (scores.error == 0 || twins(history, l, row))) {
            assertThat(l).as(where + ", left out for " + row).isLessThan(row);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("arms")
  void isAFunctionOfHistoryAndTarget(Arm arm) {
    Random random = new Random(SEED + 1);
    Retrieval retrieval = arm.maker.make(KEEP);
    for (int length : LENGTHS) {
      for (int count : length > 1_000 ? new int[] {32} : COUNTS) {
        World.History history = history(arm.world, random, length);
        World.Page page = arm.world.page(random, count, random.nextInt(World.QUERIES), length);
        String where = "seed %d, L %d, B %d, %s".formatted(SEED, length, count, arm);
        retrieval.open(history);
        Kept kept = retrieve(retrieval, page);
        for (int h = 0; h < World.HEADS; h++) {
          for (int b = 0; b < count; b++) {
            assertThat(rows(kept, h, b)).as(where).doesNotHaveDuplicates();
            for (int row : rows(kept, h, b)) {
              assertThat(row).as(where).isBetween(0, length - 1);
            }
            assertThat(kept.count(h, b)).as(where).isLessThanOrEqualTo(Math.min(KEEP, length));
          }
        }
        assertSame(retrieve(retrieval, page), kept, count, where + ", asked again");
        int only = random.nextInt(count);
        Kept alone = retrieve(retrieval, page.only(only));
        for (int h = 0; h < World.HEADS; h++) {
          assertThat(rows(alone, h, 0)).as(where + ", alone").isEqualTo(rows(kept, h, only));
        }
        retrieve(retrieval, arm.world.page(random, 2, 3, length / 2));
        assertSame(retrieve(retrieval, page), kept, count, where + ", after another request");
        if (!OF_ALL.contains(arm.name.replace("+refine", ""))) {
          Retrieval other = arm.maker.make(KEEP);
          other.open(history.first(length));
          assertSame(retrieve(other, page), kept, count, where + ", without a future");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("arms")
  void keepsTheMostRecentOfEqualBehaviours(Arm arm) {
    int length = 1_000;
    int[] items = new int[length];
    int[] queries = new int[length];
    int item = arm.world.wholeItem();
    Arrays.fill(items, item);
    Arrays.fill(queries, 7);
    World.History history = arm.world.history(items, queries);
    Retrieval retrieval = arm.maker.make(KEEP);
    retrieval.open(history);
    for (int seen : new int[] {length, 700, 33, 5}) {
      World.Page page = arm.world.page(new int[] {item}, 7, seen);
      Kept kept = retrieve(retrieval, page);
      int[] expected = IntStream.range(0, Math.min(KEEP, seen)).map(k -> seen - 1 - k).toArray();
      for (int h = 0; h < World.HEADS; h++) {
        assertThat(rows(kept, h, 0)).as("%s, L %d", arm, seen).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("arms")
  void scoresThatItHandsOnAreExact(Arm arm) {
    Random random = new Random(SEED + 2);
    World.History history = history(arm.world, random, 300);
    World.Page page = arm.world.page(random, 7, 3, 300);
    Retrieval retrieval = arm.maker.make(KEEP);
    retrieval.open(history);
    Kept kept = retrieve(retrieval, page);
    int scored = 0;
    for (int h = 0; h < World.HEADS; h++) {
      for (int b = 0; b < 7; b++) {
        Scores exact = exact(history, page, h, b);
        for (int i = 0; i < kept.count(h, b) && kept.scored(h, b); i++) {
          double expected = exact.values[kept.rows(h, b)[i]];
          assertThat((double) kept.scores(h, b)[i]).isCloseTo(expected, within(1e-4));
          scored++;
        }
      }
    }
    boolean reranks = arm.name.endsWith("+refine") || RERANKING.contains(arm.name);
    assertThat(scored > 0).as("scores handed on by %s", arm).isEqualTo(reranks);
  }

  @ParameterizedTest
  @MethodSource("arms")
  void threadsWithInstancesOfTheirOwnAgree(Arm arm) throws Exception {
    Random random = new Random(SEED + 3);
    World.History history = history(arm.world, random, 500);
    List<World.Page> pages = new ArrayList<>();
    for (int p = 0; p < 6; p++) {
      pages.add(arm.world.page(random, 1 + random.nextInt(9), random.nextInt(12), 80 * (p + 1)));
    }
    Callable<List<int[]>> visit =
        () -> {
          Retrieval retrieval = arm.maker.make(KEEP);
          retrieval.open(history);
          List<int[]> found = new ArrayList<>();
          for (World.Page page : pages) {
            Kept kept = retrieve(retrieval, page);
            for (int h = 0; h < World.HEADS; h++) {
              for (int b = 0; b < page.count(); b++) {
                found.add(rows(kept, h, b));
              }
            }
          }
          return found;
        };
    List<int[]> expected = visit.call();
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      List<Future<List<int[]>>> visits = new ArrayList<>();
      for (int t = 0; t < 6; t++) {
        visits.add(pool.submit(visit));
      }
      for (Future<List<int[]>> one : visits) {
        assertThat(one.get().toArray(int[][]::new)).isDeepEqualTo(expected.toArray(int[][]::new));
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /**
   * In a process of its own, on the plain kernels: those on the Vector API are up to the compiler,
   * which may box vectors in a process where many of them have run, whatever an arm does.
   */
  @Test
  void allocatesNothingInSteadyState(@TempDir Path codes) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dseminar.kernels=scalar",
                "-cp",
                System.getProperty("java.class.path"),
                Allocations.class.getName(),
                codes.toString())
            .redirectErrorStream(true)
            .start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    assertThat(process.waitFor()).as(String.join("\n", lines)).isZero();
    assertThat(lines).contains("attention allocates nothing", "sdim allocates nothing");
    for (Arm arm : ARMS.values()) {
      boolean allocates = ALLOCATING.contains(arm.name);
      assertThat(lines)
          .as(allocates ? "%s says that it allocates" : "bytes that %s allocates", arm)
          .contains(arm.name + (allocates ? " allocates" : " allocates nothing"));
    }
  }

  /** Says of every arm, and of attention, whether it allocates once it has seen its sizes. */
  static final class Allocations {
    private Allocations() {}

    public static void main(String[] args) {
      folder = Path.of(args[0]);
      prepare();
      Random random = new Random(SEED + 4);
      World.History history = history(world, random, 700);
      Kept kept = new Kept(World.HEADS, KEEP);
      Cost cost = new Cost(true);
      for (Arm arm : ARMS.values()) {
        World.History own = history(arm.world, random, 700);
        Retrieval retrieval = arm.maker.make(KEEP);
        retrieval.open(own);
        say(arm.name, pages(arm.world, random), page -> retrieval.retrieve(page, kept, cost));
      }
      float[] outputs = new float[Targets.MAXIMUM * World.HEADS * World.VALUE];
      double[] logSums = new double[Targets.MAXIMUM * World.HEADS];
      KeptAttention attention = new KeptAttention(KEEP, 1);
      Retrieval recent = new RecentRetrieval();
      recent.open(history);
      say(
          "attention",
          pages(world, random),
          page -> {
            recent.retrieve(page, kept, cost);
            attention.attend(history, page, kept, outputs, logSums);
          });
      Pooling pooling = new CollisionPooling(World.HEADS, World.KEY, World.VALUE, 48, 3, PLANES);
      pooling.open(history);
      say("sdim", pages(world, random), page -> pooling.pool(page, outputs, cost));
    }

    private static World.Page[] pages(World world, Random random) {
      return new World.Page[] {
        world.page(random, 32, 3, 700), world.page(random, 5, 0, 650), world.page(random, 1, 5, 20)
      };
    }

    private static void say(String name, World.Page[] pages, Consumer<World.Page> call) {
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long thread = Thread.currentThread().getId();
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < 20 && allocated > 0; round++) {
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < 3; i++) {
          for (World.Page page : pages) {
            call.accept(page);
          }
        }
        allocated = threads.getThreadAllocatedBytes(thread) - before;
      }
      System.out.println(name + (allocated == 0 ? " allocates nothing" : " allocates"));
    }
  }

  @ParameterizedTest
  @MethodSource("arms")
  void saysWhatItCosts(Arm arm) {
    Random random = new Random(SEED + 5);
    Retrieval retrieval = arm.maker.make(KEEP);
    retrieval.open(arm.world.history(random, 0));
    long none = retrieval.indexBytes();
    World.History history = arm.world.history(random, 600);
    retrieval.open(history);
    assertThat(retrieval.indexBytes()).as("bytes of an index").isGreaterThanOrEqualTo(none);
    boolean indexed = !WITHOUT_INDEX.contains(arm.name.replace("+refine", ""));
    assertThat(retrieval.indexBytes() > none).as("%s has an index", arm).isEqualTo(indexed);
    Cost timed = new Cost(true);
    Cost untimed = new Cost(false);
    Kept kept = new Kept(World.HEADS, KEEP);
    World.Page page = arm.world.page(random, 8, 3, 600);
    long start = System.nanoTime();
    retrieval.retrieve(page, kept, timed);
    long nanos = System.nanoTime() - start;
    retrieval.retrieve(page, kept, untimed);
    long stages = 0;
    for (Cost.Stage stage : Cost.Stage.values()) {
      assertThat(untimed.nanos(stage)).isZero();
      assertThat(timed.nanos(stage)).isNotNegative();
      stages += timed.nanos(stage);
    }
    assertThat(stages).as("time of the stages").isPositive().isLessThanOrEqualTo(nanos);
    assertThat(timed.bytesRead()).isEqualTo(untimed.bytesRead());
    assertThat(timed.scanned()).isEqualTo(untimed.scanned());
    assertThat(timed.reranked()).isEqualTo(untimed.reranked());
    long pairs = 8L * World.HEADS * 600;
    assertThat(timed.scanned()).as("behaviours scored").isBetween(0L, 2 * 3 * pairs);
    assertThat(timed.reranked()).as("behaviours scored again").isBetween(0L, pairs);
    boolean reranks = arm.name.endsWith("+refine") || RERANKING.contains(arm.name);
    assertThat(timed.reranked() > 0).isEqualTo(reranks && !arm.name.equals("exact"));
    boolean reads = !arm.name.equals("recent");
    assertThat(timed.bytesRead() > 0).isEqualTo(reads);
    timed.reset();
    assertThat(timed.bytesRead() + timed.scanned() + timed.reranked()).isZero();
  }

  @ParameterizedTest
  @MethodSource("arms")
  void keepsMoreThanThereIsWithoutComplaint(Arm arm) {
    Random random = new Random(SEED + 6);
    int keep = 50;
    Retrieval retrieval =
        arm.name.startsWith("qin") ? arm.maker.make(CASCADE) : arm.maker.make(keep);
    World.History history = history(arm.world, random, 31);
    retrieval.open(history);
    Kept kept = new Kept(World.HEADS, arm.name.startsWith("qin") ? CASCADE : keep);
    World.Page page = arm.world.page(random, 4, 7, 31);
    retrieval.retrieve(page, kept, new Cost(false));
    int least = LEAST.getOrDefault(arm.name.replace("+refine", ""), 31);
    for (int h = 0; h < World.HEADS; h++) {
      for (int b = 0; b < 4; b++) {
        assertThat(rows(kept, h, b)).as(arm.name).doesNotHaveDuplicates();
        assertThat(kept.count(h, b)).as(arm.name).isBetween(least, 31);
      }
    }
  }

  @Test
  void aGraphFindsTheNearestOfItsField() {
    Random random = new Random(SEED + 7);
    World world = new World(SEED + 7, 2_500, true);
    World.History history = history(world, random, 3_000);
    int found = 0;
    int wanted = 0;
    for (int f = 0; f < 3; f++) {
      int size = World.SIZES[f];
      int[] ordinals = f == 0 ? history.queries() : history.items();
      FieldGraph graph =
          new FieldGraph(history.field(f), size, ordinals, history.length(), CANDIDATES, 1);
      for (int length : new int[] {16, 60, 400, 1_500, 3_037}) {
        World.Page page = world.page(random, 8, 7, length);
        for (int b = 0; b < 8; b++) {
          float[] blocks = new float[World.HEADS * World.PAIR];
          page.blocks(b, blocks);
          double[] scores = field(world, history, f, blocks, World.offset(f), length);
          List<Integer> nearest = best(scores).subList(0, Math.min(CANDIDATES, length));
          nearest = nearest.stream().filter(l -> scores[l] > Double.NEGATIVE_INFINITY).toList();
          int n = graph.search(blocks, World.offset(f), length, new Cost(false));
          assertThat(n).isEqualTo(nearest.size());
          double worst = scores[nearest.get(n - 1)] - 1e-4;
          Set<Integer> distinct = new HashSet<>();
          for (int i = 0; i < n; i++) {
            assertThat(graph.found()[i]).isBetween(0, length - 1);
            assertThat(distinct.add(graph.found()[i])).isTrue();
            found += scores[graph.found()[i]] >= worst ? 1 : 0;
          }
          wanted += n;
        }
      }
    }
    System.out.printf("seed %d: %d of %d neighbours%n", SEED + 7, found, wanted);
    assertThat((double) found / wanted).as("share of the true neighbours").isGreaterThan(0.98);
  }

  /** A field's part of the scores, without the factor; {@code -∞} where the field is absent. */
  private static double[] field(
      World world, World.History history, int field, float[] blocks, int at, int length) {
    double[] scores = new double[length];
    for (int l = 0; l < length; l++) {
      float[] own = world.vector(field, history.items()[l], history.queries()[l]);
      scores[l] =
          own == null ? Double.NEGATIVE_INFINITY : dot(blocks, at, own, 0, World.SIZES[field]);
    }
    return scores;
  }

  /** Exact scores of what any of the same graphs finds. */
  private static Scores neighbours(World.History history, World.Page page, int head, int target) {
    FieldGraph[] graphs =
        GRAPHS.computeIfAbsent(
            history,
            h ->
                IntStream.range(0, 3)
                    .mapToObj(
                        f ->
                            new FieldGraph(
                                h.field(f),
                                World.SIZES[f],
                                h.ofQuery(f) ? h.queries() : h.items(),
                                h.length(),
                                CANDIDATES,
                                1 + f))
                    .toArray(FieldGraph[]::new));
    Scores scores = exact(history, page, head, target);
    Arrays.fill(scores.eligible, false);
    float[] blocks = new float[World.HEADS * World.PAIR];
    page.blocks(target, blocks);
    for (int f = 0; f < 3; f++) {
      int at = head * World.PAIR + World.offset(f);
      int n = graphs[f].search(blocks, at, page.length(), new Cost(false));
      for (int i = 0; i < n; i++) {
        scores.eligible[graphs[f].found()[i]] = true;
      }
    }
    return scores;
  }
}
