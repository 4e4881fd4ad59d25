package io.seminar.reports.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomesFileTest {
  @TempDir Path folder;

  private static OutcomeRow random(Random random, String arm, String user, int ks, int most) {
    OutcomeRow row = new OutcomeRow(ks);
    row.arm = arm;
    row.user = user;
    row.request = random.nextLong();
    row.time = random.nextLong();
    row.query = random.nextInt();
    row.historyLength = random.nextInt(200_000);
    row.searchedShare = random.nextInt(10) == 0 ? Float.NaN : random.nextFloat();
    row.evaluated = random.nextBoolean();
    row.retrieveNanos = random.nextLong();
    row.attendNanos = random.nextLong();
    row.resize(random.nextInt(most));
    for (int i = 0; i < row.impressions; i++) {
      row.items[i] = random.nextInt();
      row.positions[i] = (short) random.nextInt();
      row.labels[i] = (byte) random.nextInt(3);
      row.cold[i] = random.nextBoolean();
      row.scores[i] = random.nextFloat() * 2 - 1;
      row.massKept[i] = random.nextFloat();
      row.outputCosine[i] = random.nextFloat();
      row.outputRelL2[i] = random.nextInt(10) == 0 ? Float.NaN : random.nextFloat();
      for (int k = 0; k < ks; k++) {
        row.recall[i * ks + k] = random.nextFloat();
      }
    }
    return row;
  }

  /** Everything of a row, the NaNs by their bits. */
  private static List<Object> contents(OutcomeRow row, int ks) {
    List<Object> all = new ArrayList<>();
    all.addAll(List.of(row.arm, row.user, row.request, row.time, row.query, row.historyLength));
    all.addAll(List.of(row.searchedShare, row.evaluated, row.retrieveNanos, row.attendNanos));
    for (int i = 0; i < row.impressions; i++) {
      all.addAll(List.of(row.items[i], row.positions[i], row.labels[i], row.cold[i]));
      all.addAll(List.of(row.scores[i], row.massKept[i], row.outputCosine[i], row.outputRelL2[i]));
      for (int k = 0; k < ks; k++) {
        all.add(row.recall[i * ks + k]);
      }
    }
    return all;
  }

  @Test
  void readsBackWhatWasWritten() {
    for (int ks : new int[] {0, 1, 3}) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      Path file = folder.resolve(OutcomesFile.fileName(ks));
      int[] retrievalKs = Stream.iterate(10, k -> k * 2).limit(ks).mapToInt(k -> k).toArray();
      List<List<Object>> written = new ArrayList<>();
      try (OutcomesFile.Writer writer = OutcomesFile.create(file, retrievalKs)) {
        for (int u = 0; u < 60; u++) {
          String user = "u" + u + (u % 7 == 0 ? "-héllo-漢字" : "");
          for (int r = random.nextInt(4); r > 0; r--) {
            for (String arm : List.of("exact", "recent", "pq")) {
              OutcomeRow row = random(random, arm, user, ks, u == 3 ? 4000 : 30);
              written.add(contents(row, ks));
              writer.add(row);
            }
          }
          writer.endUser();
        }
        writer.finish();
      }
      List<List<Object>> read = new ArrayList<>();
      try (OutcomesFile.Reader reader = OutcomesFile.read(file)) {
        assertThat(reader.retrievalKs()).isEqualTo(retrievalKs);
        OutcomeRow row = reader.newRow();
        while (reader.next(row)) {
          read.add(contents(row, ks));
        }
        assertThat(reader.next(row)).isFalse();
      }
      assertThat(read).as("seed %d, %d Ks", seed, ks).isEqualTo(written);
    }
  }

  @Test
  void usersNeverStraddleBatchesAndSplitsCoverTheFile() {
    Random random = new Random(5);
    Path file = folder.resolve(OutcomesFile.fileName(0));
    int rows = 0;
    try (OutcomesFile.Writer writer = OutcomesFile.create(file, new int[] {10, 50})) {
      for (int u = 0; u < 700; u++) {
        for (int r = 0; r < 8; r++) {
          writer.add(random(random, "exact", "u" + u, 2, 120));
          rows++;
        }
        writer.endUser();
      }
      writer.finish();
    }
    List<OutcomesFile.Split> splits = OutcomesFile.splits(file);
    assertThat(splits).hasSizeGreaterThan(2);
    assertThat(splits.stream().mapToInt(OutcomesFile.Split::rows).sum()).isEqualTo(rows);
    // Random floats hardly compress, so the size on disk shows the bound: the limit and a user.
    assertThat(splits).allSatisfy(s -> assertThat(s.bytes()).isLessThan(5 << 20));
    Set<String> seen = new HashSet<>();
    int read = 0;
    for (OutcomesFile.Split split : splits) {
      Set<String> here = new HashSet<>();
      try (OutcomesFile.Reader reader = OutcomesFile.read(split)) {
        OutcomeRow row = reader.newRow();
        while (reader.next(row)) {
          here.add(row.user);
          read++;
        }
      }
      assertThat(seen).doesNotContainAnyElementsOf(here);
      seen.addAll(here);
    }
    assertThat(seen).hasSize(700);
    assertThat(read).isEqualTo(rows);
  }

  @Test
  void aFileWithoutRowsIsAFile() {
    Path file = folder.resolve(OutcomesFile.fileName(0));
    try (OutcomesFile.Writer writer = OutcomesFile.create(file, new int[] {10})) {
      writer.finish();
    }
    assertThat(OutcomesFile.splits(file)).isEmpty();
    try (OutcomesFile.Reader reader = OutcomesFile.read(file)) {
      assertThat(reader.next(reader.newRow())).isFalse();
    }
  }

  @Test
  void anUnfinishedFileDoesNotAppear() throws IOException {
    Path file = folder.resolve(OutcomesFile.fileName(0));
    try (OutcomesFile.Writer writer = OutcomesFile.create(file, new int[] {10})) {
      writer.add(random(new Random(1), "exact", "u", 1, 9));
      assertThatThrownBy(writer::finish).hasMessageContaining("user u not ended");
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void refusesRowsOfAnotherUserOrShape() {
    Path file = folder.resolve(OutcomesFile.fileName(0));
    Random random = new Random(1);
    try (OutcomesFile.Writer writer = OutcomesFile.create(file, new int[] {10})) {
      writer.add(random(random, "exact", "ann", 1, 9));
      assertThatThrownBy(() -> writer.add(random(random, "exact", "bob", 1, 9)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected user ann");
      assertThatThrownBy(() -> writer.add(random(random, "exact", "ann", 2, 9)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("found 2 retrieval Ks, expected 1");
    }
  }

  @Test
  void refusesTruncatedEmptyAndForeignFiles() throws IOException {
    Path file = folder.resolve(OutcomesFile.fileName(0));
    try (OutcomesFile.Writer writer = OutcomesFile.create(file, new int[] {10})) {
      writer.add(random(new Random(1), "exact", "ann", 1, 50));
      writer.endUser();
      writer.finish();
    }
    byte[] whole = Files.readAllBytes(file);
    Path bad = folder.resolve("bad.arrow");
    for (int length : new int[] {0, 5, 100, whole.length / 2, whole.length - 1}) {
      Files.write(bad, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> OutcomesFile.read(bad).close())
          .as("first %d bytes of %d", length, whole.length)
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("bad.arrow")
          .hasMessageContaining("expected");
    }
    Path cells = folder.resolve(CellsFile.FILE_NAME);
    CellsFile.write(cells, List.of());
    assertThatThrownBy(() -> OutcomesFile.splits(cells))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cells.arrow")
        .hasMessageContaining("user");
    OutcomesFile.Split beyond = new OutcomesFile.Split(file.toString(), 7, 1, 1);
    assertThatThrownBy(() -> OutcomesFile.read(beyond).close())
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("1 record batches")
        .hasMessageContaining("record batch 7");
  }
}
