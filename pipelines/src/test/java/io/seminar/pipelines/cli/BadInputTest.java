package io.seminar.pipelines.cli;

import static io.seminar.pipelines.cli.SeminarTest.seminar;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.seminar.pipelines.cli.SeminarTest.Output;
import io.seminar.pipelines.replay.DamagedDataset;
import io.seminar.pipelines.replay.Outcomes;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.CellsFile.Cell;
import io.seminar.reports.store.DeadLettersFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a replay does with data that is bad, or legal and odd. */
class BadInputTest {
  @TempDir Path folder;

  private static Output replay(Path data, Path out, String... more) {
    List<Object> words =
        new ArrayList<>(
            List.of(
                "replay",
                "--data",
                data,
                "--out",
                out,
                "--quiet",
                "--replicates=50",
                "--threads=2",
                "--recall-at=5"));
    words.addAll(List.of(more));
    return seminar(words.toArray());
  }

  /** Nothing that is or was being written lies beside the data. */
  private void assertNoRun(Path out) {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .noneMatch(name -> name.contains(out.getFileName().toString()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Path random(long seed, int users) {
    return new RandomDataset(seed, 300, 20)
        .history(10, 30)
        .pages(2, 5)
        .write(folder.resolve("data-" + seed), users);
  }

  @Test
  void badRowsAreDeadLettersAndCounted() {
    Path data = random(1, 40);
    DamagedDataset.rewrite(
        data,
        DamagedDataset.USERS,
        root -> {
          IntVector items = (IntVector) DamagedDataset.eventField(root, "item");
          items.set(DamagedDataset.firstEvent(root, 7) + 2, 999_999);
          BigIntVector times = (BigIntVector) DamagedDataset.eventField(root, "time");
          times.set(DamagedDataset.firstEvent(root, 19) + 1, 5);
        });
    Path out = folder.resolve("run");

    Output output = replay(data, out).assertDone();

    assertThat(output.out()).contains("38 users, 76 requests, 380 impressions", "2 dead letters");
    RunFolder run = RunFolder.open(out);
    assertThat(run.manifest().counts().deadLetters()).isEqualTo(2);
    assertThat(run.manifest().counts().users()).isEqualTo(38);
    assertThat(Outcomes.of(run))
        .extracting(row -> row.user)
        .doesNotContain("user7", "user19")
        .contains("user6", "user8", "user39");
    List<DeadLettersFile.DeadLetter> letters = new ArrayList<>();
    run.deadLettersFiles().forEach(file -> DeadLettersFile.forEach(file, letters::add));
    assertThat(letters)
        .extracting(
            DeadLettersFile.DeadLetter::file,
            DeadLettersFile.DeadLetter::row,
            DeadLettersFile.DeadLetter::user,
            DeadLettersFile.DeadLetter::field,
            DeadLettersFile.DeadLetter::found)
        .containsExactlyInAnyOrder(
            tuple(DamagedDataset.USERS, 7L, "user7", "history[2].item", "999999"),
            tuple(DamagedDataset.USERS, 19L, "user19", "history[1].time", "5"));
    assertThat(letters).allSatisfy(letter -> assertThat(letter.expected()).isNotEmpty());

    // The first of them fails a strict run, whatever runs it, and nothing is left of it.
    Path strict = folder.resolve("strict");
    String message = "replay: " + DamagedDataset.USERS + ", row ";
    replay(data, strict, "--strict").assertRefused(message, "history[", "expected");
    assertNoRun(strict);
    output = replay(data, strict, "--strict", "--runner=flink");
    assertThat(output.code()).isEqualTo(2);
    // Flink logs the failure at length before; what we say comes last.
    assertThat(output.err().lines().reduce((before, last) -> last).orElseThrow())
        .startsWith(message);
    assertNoRun(strict);
  }

  @Test
  void brokenUserFilesStopTheRun() throws IOException {
    Path data = random(2, 30);
    Path users = data.resolve(DamagedDataset.USERS);
    byte[] whole = Files.readAllBytes(users);
    Path out = folder.resolve("run");

    Files.write(users, Arrays.copyOf(whole, whole.length / 2));
    replay(data, out).assertRefused(users.toString(), whole.length / 2 + " bytes", "dataset.json");

    DamagedDataset.truncate(data, DamagedDataset.USERS, whole.length / 2);
    replay(data, out).assertRefused(DamagedDataset.USERS);

    DamagedDataset.truncate(data, DamagedDataset.USERS, 0);
    replay(data, out).assertRefused(DamagedDataset.USERS);

    // Whole at its ends, so that it opens, and damaged where the rows are.
    byte[] hurt = whole.clone();
    Arrays.fill(hurt, whole.length / 4, whole.length / 2, (byte) 0x55);
    Files.write(users, hurt);
    DamagedDataset.truncate(data, DamagedDataset.USERS, hurt.length);
    Output output = replay(data, out);
    if (output.code() == 0) {
      // Damage that leaves rows readable must at least have made dead letters of them.
      assertThat(RunFolder.open(out).manifest().counts().deadLetters()).isPositive();
    } else {
      output.assertRefused(DamagedDataset.USERS);
      assertNoRun(out);
    }
  }

  @Test
  void refusesCodebooksThatDoNotFit() {
    Path data = random(3, 10);
    Path other = random(4, 10);
    Path codebook = folder.resolve("codebook");
    seminar(
            "quantize",
            "--data",
            data,
            "--bytes=6",
            "--train-on=all",
            "--threads=1",
            "--out",
            codebook)
        .assertDone();
    Path out = folder.resolve("run");

    replay(other, out, "--arms=exact,pq", "--codebook=" + codebook)
        .assertRefused(
            codebook.toString(),
            Dataset.open(data).catalogueDigest(),
            Dataset.open(other).catalogueDigest());
    replay(data, out, "--arms=exact,pq", "--codebook=" + codebook, "--query-weight=0.3")
        .assertRefused(codebook.toString(), "query:5*0.5", "query:5*0.3");
    replay(data, out, "--arms=exact,pq", "--codebook=" + codebook + "," + codebook)
        .assertRefused(codebook.toString(), "both have 6 bytes");
    replay(data, out, "--arms=exact,pq", "--codebook=" + data).assertRefused(data.toString());
    replay(data, out, "--arms=exact,oracle").assertRefused("truth.json", "no such file");
    assertNoRun(out);
  }

  @Test
  void refusesFormsOfCodesThatCannotBe() {
    Path data = random(6, 5);
    Path out = folder.resolve("codebook");
    String[][] forms = {
      {"--method=xq", "--method xq, expected pq, opq or rq"},
      {"--bits=6", "6 bits a sub-code, expected 4 or 8"},
      {"--anisotropic=1.5", "anisotropic threshold 1.5, expected 0 (none) to below 1"},
      {"--per-head", "codes per head", "expected a network"},
    };
    for (String[] form : forms) {
      seminar("quantize", "--data", data, "--train-on=all", form[0], "--out", out)
          .assertRefused(Arrays.copyOfRange(form, 1, form.length));
    }
    assertThat(out).doesNotExist();
  }

  @Test
  void refusesVectorsThatAreNotFinite() {
    Path data = random(5, 5);
    DamagedDataset.setItemFloat(data, "text", 3, 11, Float.NaN);
    Path out = folder.resolve("run");
    replay(data, out).assertRefused("items, row 3, text", "item3", "expected finite numbers");
    seminar("quantize", "--data", data, "--bytes=6", "--train-on=all", "--out", out)
        .assertRefused("items, row 3, text", "item3");
    seminar("inspect", data, "--validate").assertRefused("bad rows");
    assertNoRun(out);
  }

  /** Users of one modality, without queries; what differs is the labels. */
  private Path labelled(String name, int users, byte... labels) {
    Path data = folder.resolve(name);
    DatasetSchema schema = new DatasetSchema(List.of(new Modality("text", 2)), 0);
    try (DatasetWriter writer = DatasetWriter.create(data, schema, false)) {
      for (int i = 0; i < 12; i++) {
        float[] vector = {(float) Math.cos(i), (float) Math.sin(i)};
        writer.addItem(new Item("i" + i, 0, new int[0], new float[][] {vector}));
      }
      for (int u = 0; u < users; u++) {
        int[] item = new int[labels.length];
        short[] position = new short[labels.length];
        for (int i = 0; i < labels.length; i++) {
          item[i] = (u + 5 * i) % 12;
          position[i] = (short) (i + 1);
        }
        History history =
            new History(new long[] {1, 2, 3}, new int[] {u % 12, 3, 7}, new int[3], new byte[3]);
        List<Request> requests = new ArrayList<>();
        for (int r = 0; r < (labels.length == 0 ? 0 : 2); r++) {
          requests.add(new Request(2 * u + r, 10 + r, 0, item, position, labels, null));
        }
        writer.addUser(new User("u" + u, history, requests));
      }
      writer.finish("by hand", Map.of());
    }
    return data;
  }

  private static Map<String, Cell> cells(Path out, String arm) {
    Map<String, Cell> cells = new HashMap<>();
    for (Cell cell : CellsFile.read(RunFolder.open(out).cellsFile())) {
      if (cell.arm().equals(arm) && cell.slice().equals("all")) {
        cells.put(cell.metric(), cell);
      }
    }
    return cells;
  }

  private static void assertUndefined(Map<String, Cell> cells, String reason, String... metrics) {
    for (String metric : metrics) {
      assertThat(cells.get(metric).value()).as(metric).isNaN();
      assertThat(cells.get(metric).reason()).as(metric).contains(reason);
    }
  }

  private static List<RunManifest.ArmCalibration> calibrations(Path out) {
    return RunFolder.open(out).manifest().calibration().arms();
  }

  @Test
  void withoutAnyClickNothingThatNeedsOneIsDefined() {
    Path out = folder.resolve("run");
    replay(labelled("unclicked", 20, (byte) 0, (byte) 0, (byte) 0), out).assertDone();
    assertThat(calibrations(out))
        .allSatisfy(arm -> assertThat(arm.problem()).contains("no click among 60 rows"));
    Map<String, Cell> cells = cells(out, "exact");
    assertUndefined(cells, "no click among 60 impressions", "auc");
    assertUndefined(cells, "none of 20 users has both", "gauc", "gauc_unweighted");
    assertUndefined(cells, "no calibrated probability", "logloss", "ne", "pcoc");
    assertUndefined(cells, "no click on any of 20 pages", "ndcg@5", "mrr", "hr@10");
    assertThat(cells.get("mrr").leftOut()).isEqualTo(20);
    assertThat(cells.get("recall@5").value()).isEqualTo(1);
    seminar("report", out).assertDone();
  }

  @Test
  void withClicksAloneThereIsNoAuc() {
    Path out = folder.resolve("run");
    replay(labelled("clicked", 20, (byte) 1, (byte) 1), out).assertDone();
    assertThat(calibrations(out))
        .allSatisfy(arm -> assertThat(arm.problem()).contains("all of 40 rows are clicks"));
    Map<String, Cell> cells = cells(out, "recent");
    assertUndefined(cells, "all of 40 impressions are clicks", "auc");
    assertUndefined(cells, "no calibrated probability", "logloss");
    assertThat(cells.get("mrr").value()).isEqualTo(1);
  }

  /** The grade counts in NDCG; everywhere else a grade of 1 and more is a click. */
  @Test
  void gradedLabelsAreClicks() {
    Path graded = folder.resolve("graded");
    Path plain = folder.resolve("plain");
    replay(labelled("a", 20, (byte) 0, (byte) 3, (byte) 1, (byte) 0), graded).assertDone();
    replay(labelled("b", 20, (byte) 0, (byte) 1, (byte) 1, (byte) 0), plain).assertDone();
    Map<String, Cell> one = cells(graded, "exact");
    Map<String, Cell> other = cells(plain, "exact");
    assertThat(one.get("ndcg@5").value()).isNotEqualTo(other.get("ndcg@5").value());
    for (String metric : List.of("auc", "gauc", "logloss", "ne", "pcoc", "mrr", "hr@5")) {
      assertThat(one.get(metric).value()).as(metric).isEqualTo(other.get(metric).value());
      assertThat(one.get(metric).value()).as(metric).isNotNaN();
    }
  }

  @Test
  void requestsAllOnOneSideOfTheSplit() {
    Path data = labelled("data", 20, (byte) 0, (byte) 1, (byte) 0, (byte) 0, (byte) 1);
    Path before = folder.resolve("before");
    replay(data, before, "--split-time=1000").assertDone();
    Map<String, Cell> cells = cells(before, "exact");
    assertUndefined(cells, "no evaluated impression", "auc", "gauc", "logloss", "ne", "pcoc");
    assertUndefined(cells, "no evaluated page", "ndcg@5", "mrr", "hr@5");
    assertThat(cells.get("mass_kept").n()).as("fidelity needs no split").isEqualTo(200);
    assertThat(calibrations(before))
        .allSatisfy(arm -> assertThat(arm.impressions()).isEqualTo(200));
    seminar("report", before).assertDone();

    Path after = folder.resolve("after");
    replay(data, after, "--split-time=0").assertDone();
    cells = cells(after, "exact");
    assertThat(calibrations(after)).allSatisfy(arm -> assertThat(arm.problem()).contains("0 rows"));
    assertUndefined(cells, "no calibrated probability", "logloss", "ne", "pcoc");
    assertThat(cells.get("logloss").leftOut()).isEqualTo(200);
    assertThat(cells.get("auc").n()).isEqualTo(200);
    assertThat(cells.get("auc").value()).isNotNaN();
  }

  @Test
  void withoutRequestsThereIsARunWithoutCells() {
    Path data = labelled("data", 20);
    Path out = folder.resolve("run");
    Output output = replay(data, out).assertDone();
    assertThat(output.out()).contains("20 users, 0 requests, 0 impressions, 60 behaviours");
    RunFolder run = RunFolder.open(out);
    assertThat(CellsFile.read(run.cellsFile())).isEmpty();
    assertThat(Outcomes.of(run)).isEmpty();
    seminar("report", out).assertDone();
    seminar("inspect", out).assertDone();
  }

  @Test
  void withoutUsersThereIsNothingToReplay() {
    Path data = labelled("data", 0);
    replay(data, folder.resolve("run"))
        .assertRefused(data.toString(), "counts.users", "at least one user");
  }
}
