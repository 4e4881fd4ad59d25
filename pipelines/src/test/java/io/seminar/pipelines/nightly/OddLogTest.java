package io.seminar.pipelines.nightly;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.pipelines.runner.Runner;
import io.seminar.reports.gate.Finding;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.gate.Verdict;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Query;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nights whose logs leave a metric nothing to measure: none of them may pass by it. */
class OddLogTest {
  private static final int USERS = 24;
  private static final int ITEMS = 40;
  private static final int REQUESTS = 3;
  private static final int IMPRESSIONS = 6;

  private static final String CONFIG =
      """
      schema-version: 1
      data: %s
      candidate: {arms: [exact, recent]}
      baseline: none
      replay: {recall-at: 5, page-at: 4}
      statistics: {replicates: 40, groups: 10, flips: 99, seed: 3}
      expect: {users: %d}
      gate:
        rules:
          - {metric: auc, arms: exact, at-least: 0.1}
          - {metric: gauc, arms: recent, against: exact, margin: 0.9}
          - {metric: ndcg@4, arms: exact, at-least: 0.01}
          - {metric: gauc, arms: exact, slices: scenario=PSR, at-least: 0}
          - {metric: logloss, arms: exact, at-most: 1000}
      """;

  @TempDir Path folder;

  /** Label of an impression of a page. */
  private interface Labels {
    int of(int user, int at);
  }

  private Path log(int history, int copies, int searching, Labels labels) {
    Random random = new Random(7);
    DatasetSchema schema = new DatasetSchema(List.of(new Modality("text", 6)), 6);
    Path out = folder.resolve("log");
    try (DatasetWriter writer = DatasetWriter.create(out, schema, false)) {
      for (int i = 0; i < ITEMS; i++) {
        writer.addItem(
            new Item("item" + i, i % 3, new int[] {i % 2}, new float[][] {vector(random)}));
      }
      writer.addQuery(new Query("query1", new int[] {1}, vector(random)));
      for (int u = 0; u < USERS; u++) {
        User user = user(u, history, u < searching ? 1 : 0, labels, random);
        for (int copy = 0; copy < copies; copy++) {
          writer.addUser(user);
        }
      }
      writer.finish("odd", Map.of());
    }
    return out;
  }

  private static User user(int u, int history, int query, Labels labels, Random random) {
    long[] time = new long[history];
    int[] item = new int[history];
    for (int l = 0; l < history; l++) {
      time[l] = 1_000 + l;
      item[l] = random.nextInt(ITEMS);
    }
    List<Request> pages = new ArrayList<>();
    for (int r = 0; r < REQUESTS; r++) {
      int[] shown = new int[IMPRESSIONS];
      short[] position = new short[IMPRESSIONS];
      byte[] label = new byte[IMPRESSIONS];
      for (int i = 0; i < IMPRESSIONS; i++) {
        shown[i] = random.nextInt(ITEMS);
        position[i] = (short) (i + 1);
        label[i] = (byte) labels.of(u, i);
      }
      pages.add(
          new Request(
              1L + u * REQUESTS + r, 2_000 + r * 1_000L, query, shown, position, label, null));
    }
    return new User(
        "user" + u, new History(time, item, new int[history], new byte[history]), pages);
  }

  private static float[] vector(Random random) {
    float[] vector = new float[6];
    for (int d = 0; d < vector.length; d++) {
      vector[d] = (float) random.nextGaussian();
    }
    return vector;
  }

  private GateReport night(Path log) throws IOException {
    Path yaml = Files.writeString(folder.resolve("night.yaml"), CONFIG.formatted(log, USERS));
    Night.Outcome night =
        Night.run(
            new Night.Options(
                NightlyConfigFile.read(yaml, Map.of()),
                folder.resolve("store"),
                Runner.DIRECT,
                2,
                List.of(),
                true,
                List.of("nightly"),
                line -> {}));
    assertThat(night.page()).isRegularFile();
    assertThat(night.trend()).isRegularFile();
    return night.report();
  }

  private static Finding finding(GateReport report, String metric, String slice) {
    return report.findings().stream()
        .filter(f -> f.metric().equals(metric) && f.slice().equals(slice))
        .findFirst()
        .orElseThrow();
  }

  private static void didNotRun(GateReport report, String metric, String slice) {
    Finding finding = finding(report, metric, slice);
    assertThat(finding.verdict()).as(finding.toString()).isEqualTo(Verdict.DID_NOT_RUN);
    assertThat(finding.reason()).as(finding.toString()).isNotBlank();
    assertThat(report.exitCode()).isEqualTo(2);
  }

  @Test
  void allClicks() throws IOException {
    GateReport report = night(log(20, 1, 12, (user, at) -> 1));
    didNotRun(report, "auc", "all");
    didNotRun(report, "gauc", "all");
    didNotRun(report, "gauc", "scenario=PSR");
    didNotRun(report, "logloss", "all"); // nothing to calibrate with
    assertThat(finding(report, "ndcg@4", "all").verdict()).isEqualTo(Verdict.PASS);
    assertThat(finding(report, "ndcg@4", "all").measured()).isEqualTo(1);
  }

  @Test
  void noClicks() throws IOException {
    GateReport report = night(log(20, 1, 12, (user, at) -> 0));
    didNotRun(report, "auc", "all");
    didNotRun(report, "gauc", "all");
    didNotRun(report, "gauc", "scenario=PSR");
    didNotRun(report, "logloss", "all");
    didNotRun(report, "ndcg@4", "all");
  }

  /** Without a history every score is the same: that is chance, and known to be. */
  @Test
  void constantScores() throws IOException {
    GateReport report = night(log(0, 1, 12, (user, at) -> at % 3 == 0 ? 1 : 0));
    Finding auc = finding(report, "auc", "all");
    assertThat(auc.measured()).isEqualTo(0.5);
    assertThat(auc.low()).isEqualTo(0.5);
    assertThat(auc.high()).isEqualTo(0.5);
    assertThat(auc.verdict()).isEqualTo(Verdict.PASS);
    Finding gauc = finding(report, "gauc", "all");
    assertThat(gauc.tested()).isZero();
    assertThat(gauc.verdict()).as(gauc.toString()).isEqualTo(Verdict.PASS);
  }

  /** One user has a value, but nothing says how far from it another one would be. */
  @Test
  void aSliceOfOneUser() throws IOException {
    GateReport report = night(log(20, 1, 1, (user, at) -> (at + user) % 3 == 0 ? 1 : 0));
    Finding finding = finding(report, "gauc", "scenario=PSR");
    assertThat(finding.measured()).isNotNaN();
    didNotRun(report, "gauc", "scenario=PSR");
    assertThat(finding(report, "auc", "all").verdict()).isEqualTo(Verdict.PASS);
  }

  @Test
  void aSliceOfNobody() throws IOException {
    GateReport report = night(log(20, 1, 0, (user, at) -> (at + user) % 3 == 0 ? 1 : 0));
    didNotRun(report, "gauc", "scenario=PSR");
    assertThat(finding(report, "gauc", "scenario=PSR").reason())
        .isEqualTo("nothing fell into the slice scenario=PSR");
  }

  @Test
  void aLogThatWasWrittenTwice() throws IOException {
    GateReport report = night(log(20, 2, 12, (user, at) -> (at + user) % 3 == 0 ? 1 : 0));
    didNotRun(report, "auc", "all");
    assertThat(finding(report, "auc", "all").reason())
        .contains("users: found " + 2 * USERS + ", expected = " + USERS);
  }
}
