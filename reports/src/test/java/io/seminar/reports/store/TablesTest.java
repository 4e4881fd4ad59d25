package io.seminar.reports.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.arrow.ArrowOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The small tables of a run: cells, reliability, timings. */
class TablesTest {
  @TempDir Path folder;

  private static List<CellsFile.Cell> cells(Random random) {
    List<CellsFile.Cell> cells = new ArrayList<>();
    for (String arm : List.of("exact", "pq\"8\"", "<script>")) {
      for (String slice : List.of("all", "item=cold")) {
        for (String metric : List.of("recall@10", "auc", "ne")) {
          boolean defined = random.nextInt(4) > 0;
          cells.add(
              new CellsFile.Cell(
                  arm,
                  slice,
                  metric,
                  defined ? random.nextGaussian() : Double.NaN,
                  random.nextGaussian(),
                  random.nextGaussian(),
                  random.nextLong(),
                  random.nextInt(1000),
                  random.nextInt(1000),
                  random.nextInt(1000),
                  defined ? null : "no user has both classes — ∅",
                  arm.equals("exact") ? null : "exact",
                  arm.equals("exact") ? Double.NaN : random.nextGaussian(),
                  random.nextGaussian(),
                  Double.NaN,
                  random.nextDouble(),
                  arm.equals("exact") ? Double.NaN : random.nextDouble(),
                  arm.equals("exact") ? Double.NaN : random.nextDouble(),
                  arm.equals("exact") ? Double.NaN : random.nextDouble(),
                  arm.equals("exact") ? Double.NaN : random.nextDouble(),
                  arm.equals("exact") ? null : "sign_flip"));
        }
      }
    }
    return cells;
  }

  @Test
  void cellsReadBackSorted() {
    long seed = System.nanoTime();
    List<CellsFile.Cell> cells = cells(new Random(seed));
    Path file = folder.resolve(CellsFile.FILE_NAME);
    CellsFile.write(file, cells);
    List<CellsFile.Cell> read = CellsFile.read(file);
    assertThat(read).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(cells);
    assertThat(read.stream().map(c -> c.arm() + "|" + c.slice() + "|" + c.metric())).isSorted();
  }

  @Test
  void bytesOfCellsDependOnTheRowsAlone() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<CellsFile.Cell> cells = cells(random);
    Path first = folder.resolve("first.arrow");
    CellsFile.write(first, cells);
    for (int trial = 0; trial < 5; trial++) {
      Collections.shuffle(cells, random);
      // A NaN with other bits is the same NaN.
      List<CellsFile.Cell> same =
          cells.stream().map(c -> c.baseline() == null ? withOtherNan(c) : c).toList();
      Path other = folder.resolve("other.arrow");
      CellsFile.write(other, same);
      assertThat(Files.readAllBytes(other))
          .as("seed %d, trial %d", seed, trial)
          .isEqualTo(Files.readAllBytes(first));
    }
    cells.set(0, withDifference(cells.get(0), 0.25));
    Path changed = folder.resolve("changed.arrow");
    CellsFile.write(changed, cells);
    assertThat(Files.readAllBytes(changed)).isNotEqualTo(Files.readAllBytes(first));
  }

  private static CellsFile.Cell withOtherNan(CellsFile.Cell c) {
    return withDifference(c, Double.longBitsToDouble(0x7ff8_0000_0000_1234L));
  }

  private static CellsFile.Cell withDifference(CellsFile.Cell c, double difference) {
    return new CellsFile.Cell(
        c.arm(),
        c.slice(),
        c.metric(),
        c.value(),
        c.low(),
        c.high(),
        c.n(),
        c.users(),
        c.leftOutUsers(),
        c.leftOut(),
        c.reason(),
        c.baseline(),
        difference,
        c.differenceLow(),
        c.differenceHigh(),
        c.se(),
        c.differenceSe(),
        c.p(),
        c.pHolm(),
        c.pBh(),
        c.test());
  }

  @Test
  void refusesTwoCellsForOneKeyAndNanWithoutReason() {
    CellsFile.Cell cell = cells(new Random(1)).get(0);
    assertThatThrownBy(() -> CellsFile.write(folder.resolve("x.arrow"), List.of(cell, cell)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("two cells for one key");
    assertThatThrownBy(
            () ->
                new CellsFile.Cell(
                    "a",
                    "all",
                    "auc",
                    Double.NaN,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    null,
                    null,
                    0,
                    0,
                    0,
                    0,
                    0,
                    1,
                    1,
                    1,
                    "sign_flip"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("NaN without a reason");
    for (double p : new double[] {-0.1, 1.5, 0.5}) {
      String test = p == 0.5 ? null : "sign_flip";
      assertThatThrownBy(
              () ->
                  new CellsFile.Cell(
                      "a", "all", "auc", 1, 0, 0, 0, 0, 0, 0, null, "b", 0, 0, 0, 0, 0, p, p, p,
                      test))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("p: found " + p + " by " + test);
    }
  }

  @Test
  void reliabilityAndTimingsReadBack() {
    List<ReliabilityFile.Bin> bins =
        List.of(
            new ReliabilityFile.Bin("a", 0, 0, 0.1, 10, 0.05, 0.1, 0.0, 0.3),
            new ReliabilityFile.Bin("a", 1, 0.1, 1, 0, Double.NaN, Double.NaN, 0, 1),
            new ReliabilityFile.Bin("b", 0, 0, 1, 99, 0.2, 0.3, Double.NaN, Double.NaN));
    Path file = folder.resolve(ReliabilityFile.FILE_NAME);
    ReliabilityFile.write(file, List.of(bins.get(2), bins.get(1), bins.get(0)));
    assertThat(ReliabilityFile.read(file)).isEqualTo(bins);

    List<TimingsFile.Timing> timings =
        List.of(
            new TimingsFile.Timing("a", "attend", 5, 1.5, 1, 2, 3, 4),
            new TimingsFile.Timing("a", "retrieve", 5, 10, 9, 20, 30, 40));
    Path times = folder.resolve(TimingsFile.FILE_NAME);
    TimingsFile.write(times, List.of(timings.get(1), timings.get(0)));
    assertThat(TimingsFile.read(times)).isEqualTo(timings);
  }

  @Test
  void refusesTruncatedForeignAndIncompleteFiles() throws IOException {
    Path file = folder.resolve(CellsFile.FILE_NAME);
    CellsFile.write(file, cells(new Random(1)));
    byte[] whole = Files.readAllBytes(file);
    Path bad = folder.resolve("bad.arrow");
    for (int length : new int[] {0, 7, whole.length / 2, whole.length - 3}) {
      Files.write(bad, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> CellsFile.read(bad))
          .as("first %d bytes of %d", length, whole.length)
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("bad.arrow")
          .hasMessageContaining("expected");
    }
    Files.writeString(bad, "arm,slice,metric,value\nexact,all,auc,0.7\n");
    assertThatThrownBy(() -> CellsFile.read(bad))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("bad.arrow")
        .hasMessageContaining("another format");
    TimingsFile.write(bad, List.of());
    assertThatThrownBy(() -> CellsFile.read(bad))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("bad.arrow")
        .hasMessageContaining("slice");
  }

  @Test
  void refusesAFileThatLacksAColumnAndAFileOfAnotherKind() {
    Path file = folder.resolve("t.arrow");
    TimingsFile.write(file, List.of());
    Schema right;
    try (var in = io.seminar.sessions.arrow.ArrowInput.open(file, null)) {
      right = in.schema();
    }
    List<Field> withoutP99 =
        right.getFields().stream().filter(f -> !f.getName().equals("p99")).toList();
    write(new Schema(withoutP99, right.getCustomMetadata()), file);
    assertThatThrownBy(() -> TimingsFile.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("t.arrow")
        .hasMessageContaining("p99");
    write(new Schema(right.getFields(), Map.of("seminar.file", "timings/2")), file);
    assertThatThrownBy(() -> TimingsFile.read(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("found timings/2, expected timings/1");
  }

  private static void write(Schema schema, Path file) {
    try (ArrowOutput out = ArrowOutput.create(file, schema, ArrowOutput.Compression.NONE)) {
      out.root().setRowCount(0);
      out.writeBatch();
      out.finish();
    }
  }
}
