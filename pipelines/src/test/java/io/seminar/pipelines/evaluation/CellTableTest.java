package io.seminar.pipelines.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.metrics.MetricSuite;
import io.seminar.metrics.UserStatistics;
import io.seminar.metrics.calibration.ReliabilityBins;
import io.seminar.metrics.inference.Resampling;
import io.seminar.metrics.inference.UserHash;
import io.seminar.metrics.inference.UserWeights;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.testing.CombineFnTester;
import org.hamcrest.CustomTypeSafeMatcher;
import org.junit.jupiter.api.Test;

/**
 * That tables are summed as a {@code CombineFn} must: whatever the order, the shards and the empty
 * accumulators between them, to the last bit.
 */
class CellTableTest {
  private static final long SEED = 99;
  private static final int ARMS = 3;
  private static final int SLICES = 5;
  private static final int REPLICATES = 9;
  private static final Resampling RESAMPLING = new Resampling(SEED, REPLICATES, 0, 0);
  private static final MetricSuite SUITE = MetricSuite.of(new int[] {2, 4}, new int[] {3});
  private static final ReliabilityBins BINS = ReliabilityBins.of(0.2, 0.5);

  /** The table of a few users, some cells untouched. */
  private static CellTable table(long seed) {
    Random random = new Random(seed);
    CellTable table = new CellTable(ARMS, SLICES);
    UserWeights weights = new UserWeights(RESAMPLING);
    long[] drawn = new long[REPLICATES];
    for (int user = 0; user < 4; user++) {
      weights.fill(UserHash.of(seed + "/" + user), drawn);
      for (int arm = 0; arm < ARMS; arm++) {
        for (int slice = 0; slice < SLICES; slice++) {
          if (random.nextInt(3) == 0) {
            double[] numbers = new double[SUITE.statistics()];
            user(random).copyTo(numbers, 0);
            table.touch(arm, slice, SUITE, RESAMPLING).add(numbers, drawn);
          }
        }
        if (random.nextBoolean()) {
          double[] bins = new double[BINS.statistics() + BINS.counts()];
          BINS.add(random.nextDouble(), random.nextBoolean(), bins, 0);
          table.touchReliability(arm, BINS, REPLICATES).add(bins, 0, drawn);
        }
      }
    }
    return table;
  }

  private static UserStatistics user(Random random) {
    UserStatistics user = SUITE.newUserStatistics();
    user.clear();
    int n = 1 + random.nextInt(6);
    float[] scores = new float[n];
    double[] probabilities = new double[n];
    byte[] labels = new byte[n];
    for (int i = 0; i < n; i++) {
      scores[i] = random.nextFloat();
      probabilities[i] = random.nextDouble();
      labels[i] = (byte) random.nextInt(2);
      float recall = random.nextFloat();
      user.addFidelity(
          new float[] {recall, recall / 2}, 0, random.nextDouble(), random.nextDouble(), 0.1);
    }
    user.addPage(scores, probabilities, labels, 0, n);
    return user;
  }

  private static List<CellTable> tables(int n) {
    List<CellTable> tables = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      tables.add(i % 4 == 3 ? new CellTable(ARMS, SLICES) : table(SEED + i));
    }
    return tables;
  }

  private static byte[] bytes(CellTable table) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new CellTable.TableCoder(SUITE, RESAMPLING).encode(table, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static CellTable decoded(byte[] bytes) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    CellTable table = new CellTable.TableCoder(SUITE, RESAMPLING).decode(in);
    assertThat(in.available()).as("bytes left behind the table").isZero();
    return table;
  }

  private static CellTable.Sum sum() {
    return new CellTable.Sum(ARMS, SLICES, SUITE, RESAMPLING);
  }

  /** One after another, without any help from the function under test. */
  private static byte[] expected(List<CellTable> tables) {
    CellTable total = new CellTable(ARMS, SLICES);
    tables.forEach(total::merge);
    return bytes(total);
  }

  /** Beam's own tester: shuffled inputs, every way to shard them, and empty shards. */
  @Test
  void keepsTheLawsThatBeamTests() {
    byte[] expected = expected(tables(7));
    // The tester hands the same inputs in again and again: a function that kept or changed one
    // would fail.
    CombineFnTester.testCombineFn(
        sum(),
        tables(7),
        new CustomTypeSafeMatcher<CellTable>("the table that adding one by one gives") {
          @Override
          protected boolean matchesSafely(CellTable found) {
            return Arrays.equals(bytes(found), expected);
          }
        });
  }

  @Test
  void shardsOrderAndCodersDoNotMatter() throws IOException {
    byte[] expected = expected(tables(12));
    Random random = new Random(SEED);
    for (int round = 0; round < 20; round++) {
      List<CellTable> shuffled = tables(12);
      Collections.shuffle(shuffled, random);
      List<CellTable> accumulators = new ArrayList<>();
      accumulators.add(sum().createAccumulator());
      for (CellTable table : shuffled) {
        if (random.nextInt(3) == 0) {
          accumulators.add(sum().createAccumulator());
        }
        int last = accumulators.size() - 1;
        // What a runner does between two machines.
        CellTable travelled = decoded(bytes(accumulators.get(last)));
        accumulators.set(last, sum().addInput(travelled, table));
      }
      Collections.shuffle(accumulators, random);
      CellTable merged = sum().mergeAccumulators(accumulators);
      assertThat(bytes(sum().extractOutput(merged)))
          .as("seed %d, round %d", SEED, round)
          .isEqualTo(expected);
    }
  }

  @Test
  void addingLeavesTheAddedTableAsItIs() {
    CellTable added = table(1);
    byte[] before = bytes(added);
    CellTable sum = sum().addInput(sum().createAccumulator(), added);
    sum().addInput(sum, table(2));
    assertThat(bytes(added)).isEqualTo(before);
  }

  @Test
  void untouchedCellsStayUntouched() throws IOException {
    CellTable empty = decoded(bytes(new CellTable(ARMS, SLICES)));
    for (int arm = 0; arm < ARMS; arm++) {
      assertThat(empty.reliability(arm)).isNull();
      for (int slice = 0; slice < SLICES; slice++) {
        assertThat(empty.cell(arm, slice)).isNull();
      }
    }
  }

  @Test
  void refusesATableOfAnotherShape() {
    assertThatThrownBy(() -> new CellTable(ARMS, SLICES).merge(new CellTable(ARMS, SLICES + 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("3 arms", "6 slices", "5");
  }
}
