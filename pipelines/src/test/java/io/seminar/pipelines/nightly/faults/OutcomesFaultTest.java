package io.seminar.pipelines.nightly.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.inference.UserHash;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import io.seminar.reports.store.RunManifest;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fault does to outcomes, through the file, row by row: that, and nothing else. */
class OutcomesFaultTest {
  private static final int[] KS = {5, 10};
  private static final int USERS = 60;
  private static final LongPredicate ALL = user -> true;

  @TempDir static Path folder;
  private static Path original;
  private static List<OutcomeRow> before;
  private static int files;

  @BeforeAll
  static void writeOutcomes() {
    Random random = new Random(5);
    original = folder.resolve("outcomes-00000.arrow");
    try (OutcomesFile.Writer writer = OutcomesFile.create(original, KS)) {
      for (int u = 0; u < USERS; u++) {
        for (int request = 0; request < 3; request++) {
          OutcomeRow page = page("user" + u, 10 * u + request, random);
          for (String arm : List.of("exact", "pq")) {
            page.arm = arm;
            for (int i = 0; i < page.impressions; i++) {
              page.scores[i] = random.nextFloat();
            }
            writer.add(page);
          }
        }
        writer.endUser();
      }
      writer.finish();
    }
    before = read(original);
  }

  private static OutcomeRow page(String user, long request, Random random) {
    int n = 2 + random.nextInt(8);
    OutcomeRow row = new OutcomeRow(KS.length);
    row.resize(n);
    row.user = user;
    row.request = request;
    row.time = random.nextInt(1_000_000);
    row.query = random.nextInt(2) * 7;
    row.historyLength = random.nextInt(300);
    row.searchedShare = random.nextFloat();
    row.evaluated = random.nextBoolean();
    row.retrieveNanos = random.nextInt(100_000);
    row.attendNanos = random.nextInt(100_000);
    for (int i = 0; i < n; i++) {
      row.items[i] = 100 * i + random.nextInt(100); // no item twice on a page
      row.positions[i] = (short) (i + 1);
      row.labels[i] = (byte) random.nextInt(3);
      row.cold[i] = random.nextBoolean();
      row.massKept[i] = random.nextFloat();
      row.outputCosine[i] = random.nextFloat();
      row.outputRelL2[i] = random.nextFloat();
    }
    for (int i = 0; i < n * KS.length; i++) {
      row.recall[i] = random.nextInt(4) == 0 ? Float.NaN : random.nextFloat();
    }
    return row;
  }

  private static List<OutcomeRow> read(Path file) {
    List<OutcomeRow> rows = new ArrayList<>();
    try (OutcomesFile.Reader reader = OutcomesFile.read(file)) {
      OutcomeRow row = reader.newRow();
      while (reader.next(row)) {
        rows.add(row);
        row = reader.newRow();
      }
    }
    return rows;
  }

  private static List<OutcomeRow> with(OutcomesFault fault, LongPredicate users) {
    Path out = folder.resolve(String.format("outcomes-%05d.arrow", ++files));
    FaultedRun.rewrite(original, fault, users, out, KS);
    return read(out);
  }

  /** Every row with all of its fields to the last bit, but some. */
  private static List<String> texts(List<OutcomeRow> rows, String... without) {
    List<String> texts = new ArrayList<>();
    for (OutcomeRow row : rows) {
      StringBuilder text = new StringBuilder();
      for (Field field : OutcomeRow.class.getFields()) {
        if (!List.of(without).contains(field.getName())) {
          try {
            String value = Arrays.deepToString(new Object[] {field.get(row)});
            text.append(field.getName()).append(value);
          } catch (IllegalAccessException e) {
            throw new AssertionError(e);
          }
        }
      }
      texts.add(text.toString());
    }
    return texts;
  }

  private static void assertSameBut(List<OutcomeRow> found, String... fields) {
    assertThat(texts(found, fields)).isEqualTo(texts(before, fields));
  }

  private static List<OutcomeRow> of(String arm, List<OutcomeRow> rows) {
    return rows.stream().filter(row -> row.arm.equals(arm)).toList();
  }

  private static void assertExactIsUntouched(List<OutcomeRow> found) {
    assertThat(texts(of("exact", found))).isEqualTo(texts(of("exact", before)));
  }

  @Test
  void noFaultChangesNothing() {
    assertSameBut(with(new Untouched(), ALL));
  }

  @Test
  void recallIsLowerByTheShareInTheArm() {
    List<OutcomeRow> after = with(new DroppedRecall("pq", 0.005), ALL);
    assertSameBut(after, "recall");
    assertExactIsUntouched(after);
    for (int r = 0; r < before.size(); r++) {
      if (before.get(r).arm.equals("pq")) {
        for (int i = 0; i < before.get(r).recall.length; i++) {
          float expected = before.get(r).recall[i] * 0.995f;
          if (Float.isNaN(expected)) {
            assertThat(after.get(r).recall[i]).isNaN();
          } else {
            assertThat(after.get(r).recall[i]).isCloseTo(expected, within(1e-6f));
          }
        }
      }
    }
  }

  @Test
  void scoresAreOffByNormalNoiseOfTheirDeviation() {
    List<OutcomeRow> after = with(new NoisyScores("pq", 0.25, 3), ALL);
    assertSameBut(after, "scores");
    assertExactIsUntouched(after);
    double sum = 0;
    double squares = 0;
    int n = 0;
    for (int r = 0; r < before.size(); r++) {
      OutcomeRow old = before.get(r);
      if (!old.arm.equals("pq")) {
        continue;
      }
      double mean = 0;
      for (float score : old.scores) {
        mean += score / old.impressions;
      }
      double variance = 0;
      for (float score : old.scores) {
        variance += (score - mean) * (score - mean) / old.impressions;
      }
      for (int i = 0; i < old.impressions; i++) {
        double z = (after.get(r).scores[i] - old.scores[i]) / Math.sqrt(variance);
        sum += z;
        squares += z * z;
        n++;
      }
    }
    assertThat(n).isGreaterThan(800);
    // Of n normal numbers the mean errs by σ/√n, the standard deviation by σ/√2n: five of these.
    assertThat(sum / n).isCloseTo(0, within(5 * 0.25 / Math.sqrt(n)));
    assertThat(Math.sqrt(squares / n)).isCloseTo(0.25, within(5 * 0.25 / Math.sqrt(2.0 * n)));
  }

  @Test
  void theNoiseOfAnItemDoesNotDependOnItsPosition() {
    OutcomeRow page = page("somebody", 4, new Random(6));
    page.arm = "pq";
    OutcomeRow reversed = page("somebody", 4, new Random(6));
    reversed.arm = "pq";
    int n = page.impressions;
    for (int i = 0; i < n; i++) {
      page.scores[i] = i;
      reversed.items[i] = page.items[n - 1 - i];
      reversed.scores[i] = n - 1 - i;
    }
    NoisyScores fault = new NoisyScores("pq", 0.5, 9);
    fault.change(page);
    fault.change(reversed);
    for (int i = 0; i < n; i++) {
      assertThat(reversed.scores[n - 1 - i]).isCloseTo(page.scores[i], within(1e-5f));
      assertThat(page.scores[i]).isNotEqualTo((float) i);
    }
  }

  @Test
  void theArmIsSlowerByTheTime() {
    List<OutcomeRow> after = with(new AddedTime("pq", 2_000_000), ALL);
    assertSameBut(after, "retrieveNanos");
    assertExactIsUntouched(after);
    for (int r = 0; r < before.size(); r++) {
      long more = before.get(r).arm.equals("pq") ? 2_000_000 : 0;
      assertThat(after.get(r).retrieveNanos).isEqualTo(before.get(r).retrieveNanos + more);
    }
  }

  @Test
  void theLabelsOfASliceAreShuffledWithinThePageAlikeForAllArms() {
    List<OutcomeRow> after =
        with(new MixedLabels("scenario=PSR;item=cold", Fault.Reach.CANDIDATE, 3), ALL);
    assertSameBut(after, "labels");
    int changed = 0;
    for (int r = 0; r < before.size(); r++) {
      OutcomeRow old = before.get(r);
      OutcomeRow now = after.get(r);
      List<Byte> oldLabels = new ArrayList<>();
      List<Byte> newLabels = new ArrayList<>();
      for (int i = 0; i < old.impressions; i++) {
        if (old.query != 0 && old.cold[i]) {
          oldLabels.add(old.labels[i]);
          newLabels.add(now.labels[i]);
        } else {
          assertThat(now.labels[i]).isEqualTo(old.labels[i]);
        }
      }
      assertThat(newLabels).containsExactlyInAnyOrderElementsOf(oldLabels);
      changed += Arrays.equals(now.labels, old.labels) ? 0 : 1;
      if (r % 2 == 1) {
        assertThat(now.labels).as("as for the other arm").isEqualTo(after.get(r - 1).labels);
      }
    }
    assertThat(changed).isGreaterThan(50);
  }

  @Test
  void aDuplicatedLogHasEveryUserTwice() {
    List<OutcomeRow> twice = new ArrayList<>();
    for (int at = 0; at < before.size(); at += 6) {
      twice.addAll(before.subList(at, at + 6));
      twice.addAll(before.subList(at, at + 6));
    }
    assertThat(texts(with(new DuplicatedLog(), ALL))).isEqualTo(texts(twice));
    assertThat(new DuplicatedLog().counts(new RunManifest.Counts(1, 2, 3, 4, 5)))
        .isEqualTo(new RunManifest.Counts(2, 4, 6, 8, 10));
  }

  @Test
  void anExchangeSplitsTheUsersBetweenItsSides() {
    DroppedRecall fault = new DroppedRecall("pq", 0.5);
    List<OutcomeRow> ours = with(new ExchangedFault(fault, true, 8), ALL);
    List<OutcomeRow> theirs = with(new ExchangedFault(fault, false, 8), ALL);
    List<OutcomeRow> full = with(fault, ALL);
    int here = 0;
    for (int r = 0; r < before.size(); r++) {
      if (Arrays.equals(full.get(r).recall, before.get(r).recall)) {
        continue; // the other arm
      }
      boolean has = Arrays.equals(ours.get(r).recall, full.get(r).recall);
      here += has ? 1 : 0;
      assertThat(ours.get(r).recall).isEqualTo((has ? full : before).get(r).recall);
      assertThat(theirs.get(r).recall).isEqualTo((has ? before : full).get(r).recall);
    }
    assertThat(here / 3).isBetween(USERS / 5, USERS * 4 / 5);
  }

  @Test
  void aHalfHasWholeUsersDrawnBySeedAndNumber() {
    LongPredicate half = SelfTest.half(1, 0);
    List<OutcomeRow> expected =
        before.stream().filter(row -> half.test(UserHash.of(row.user))).toList();
    assertThat(texts(with(new Untouched(), half))).isEqualTo(texts(expected));
    assertThat(expected.size() / 6).isBetween(USERS / 5, USERS * 4 / 5);
    int same = 0;
    for (int u = 0; u < 10_000; u++) {
      long user = UserHash.of("u" + u);
      same += half.test(user) == SelfTest.half(1, 1).test(user) ? 1 : 0;
    }
    // Independent coins agree in 5,000 of 10,000, with a standard deviation of 50.
    assertThat(same).isBetween(4_750, 5_250);
  }
}
