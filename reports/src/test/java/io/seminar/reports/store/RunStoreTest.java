package io.seminar.reports.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seminar.reports.store.AnnotationsFile.Annotation;
import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStoreTest {
  @TempDir Path folder;

  private RunStore store;

  @BeforeEach
  void open() {
    store = RunStore.open(folder.resolve("store"));
  }

  private static StoredRun facts(String id, String started) {
    RunManifest manifest = Manifests.small(id);
    RunManifest.Execution e = manifest.execution();
    ManifestEdit edit = new ManifestEdit(manifest);
    edit.execution =
        new RunManifest.Execution(
            e.runner(),
            e.parallelism(),
            e.kernel(),
            e.seed(),
            Instant.parse(started),
            Instant.parse(started).plusSeconds(50));
    return StoredRun.of(edit.done(), id, "nightly", "PASS", "before");
  }

  private Path finished(String name) {
    try {
      Path made = Files.createDirectories(folder.resolve("work").resolve(name));
      Files.writeString(made.resolve("gate.json"), "{}");
      Files.writeString(Files.createDirectory(made.resolve("report")).resolve("index.html"), name);
      return made;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void holdsWhatWasAddedByTime() throws IOException {
    StoredRun second = facts("b-run", "2026-11-25T01:00:00Z");
    StoredRun first = facts("z-run", "2026-11-24T01:00:00Z");
    StoredRun third = facts("a-run", "2026-11-25T01:00:00.5Z");
    for (StoredRun run : List.of(second, third, first)) {
      Path stored = store.add(finished(run.runId()), run);
      assertThat(stored).isEqualTo(store.runFolder(run.runId()));
      assertThat(Files.readString(stored.resolve("report/index.html"))).isEqualTo(run.runId());
      assertThat(folder.resolve("work").resolve(run.runId())).doesNotExist();
    }
    RunStore.Listing listing = RunStore.open(store.path()).list();
    assertThat(listing.runs()).containsExactly(first, second, third);
    assertThat(listing.skipped()).isEmpty();
    assertThat(store.contains("b-run")).isTrue();
    assertThat(store.contains("c-run")).isFalse();
    // All facts came back, those that may be missing as well.
    assertThat(listing.runs().get(0).jdk()).isEqualTo(Machine.current().jvm());
    StoredRun bare = StoredRun.of(Manifests.small("bare"), "bare", "replay", null, null);
    store.add(finished("bare"), bare);
    assertThat(store.list().runs()).contains(bare);
  }

  @Test
  void refusesASecondRunOfAnId() {
    store.add(finished("one"), facts("one", "2026-11-24T01:00:00Z"));
    Path again = finished("one");
    assertThatThrownBy(() -> store.add(again, facts("one", "2026-11-25T01:00:00Z")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("found a run of that id");
    assertThat(again).exists();
    assertThat(store.list().runs()).hasSize(1);
  }

  @Test
  void idsLeadNowhereElse() {
    for (String id : List.of("../x", "a/b", "", ".hidden", "-x", "a b", "a\u0000")) {
      assertThatThrownBy(() -> store.runFolder(id))
          .as(id)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("run_id: found '" + id + "'");
    }
  }

  @Test
  void aClockThatWentBackIsNoReasonToLoseARun() {
    ManifestEdit edit = new ManifestEdit(Manifests.small("back"));
    RunManifest.Execution e = edit.execution;
    edit.execution =
        new RunManifest.Execution(
            e.runner(), e.parallelism(), e.kernel(), e.seed(), e.finished(), e.started());
    StoredRun back = StoredRun.of(edit.done(), "back", "nightly", null, null);
    store.add(finished("back"), back);
    store.add(finished("next"), facts("next", "2026-11-20T01:00:00Z"));
    assertThat(store.list().runs()).extracting(StoredRun::runId).containsExactly("next", "back");
    assertThat(store.list().runs().get(1).finished()).isBefore(back.started());
  }

  @Test
  void anAddThatWasKilledAfterTheMoveIsCompletedByTheNext() throws IOException {
    StoredRun run = facts("one", "2026-11-24T01:00:00Z");
    Path made = finished("one");
    Files.move(made, store.runFolder("one")); // and then it was killed
    assertThat(store.list().runs()).isEmpty();
    assertThat(store.list().skipped())
        .containsExactly(
            store.runFolder("one")
                + ": not in the index, so its run is finishing now or was killed on the way");
    store.add(made, run);
    assertThat(store.list().runs()).containsExactly(run);
    assertThat(store.list().skipped()).isEmpty();
  }

  @Test
  void damagedEntriesAreSkippedAndNamed() throws IOException {
    for (String id : List.of("good", "torn", "empty", "foreign", "renamed", "lost", "older")) {
      store.add(finished(id), facts(id, "2026-11-24T01:00:00Z"));
    }
    Path index = store.path().resolve("index");
    byte[] whole = Files.readAllBytes(index.resolve("torn.arrow"));
    Files.write(index.resolve("torn.arrow"), Arrays.copyOf(whole, whole.length / 2));
    Files.write(index.resolve("empty.arrow"), new byte[0]);
    TimingsFile.write(index.resolve("foreign.arrow"), List.of());
    Files.copy(
        index.resolve("good.arrow"),
        index.resolve("renamed.arrow"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    Files.move(store.runFolder("lost"), folder.resolve("elsewhere"));
    Files.writeString(index.resolve(".half.arrow.partial-1-1"), "to");
    Files.writeString(index.resolve("readme.txt"), "mine");

    RunStore.Listing listing = store.list();
    assertThat(listing.runs()).extracting(StoredRun::runId).containsExactly("good", "older");
    for (String expected :
        List.of(
            "index entry of torn is damaged",
            "index entry of empty is damaged",
            "index entry of foreign is damaged",
            "index entry of renamed is damaged: "
                + index.resolve("renamed.arrow")
                + ", run_id: found [good], expected one row, of renamed",
            "lost.arrow: there is no " + store.runFolder("lost"),
            ".half.arrow.partial-1-1: half-written",
            "readme.txt: no entry of an index")) {
      assertThat(listing.skipped()).anyMatch(reason -> reason.contains(expected));
    }
    assertThat(listing.skipped()).hasSize(7);
  }

  @Test
  void manyMayFinishAtOnce() throws Exception {
    int runs = 24;
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Path>> added = new ArrayList<>();
      for (int i = 0; i < runs; i++) {
        String id = "run-" + i;
        Path made = finished(id);
        Callable<Path> add =
            () -> {
              start.await();
              // Each opens the store for itself, as processes do.
              return RunStore.open(store.path()).add(made, facts(id, "2026-11-24T01:00:00Z"));
            };
        added.add(threads.submit(add));
      }
      start.countDown();
      for (Future<Path> path : added) {
        assertThat(path.get()).isDirectory();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(store.list().runs()).hasSize(runs);
    assertThat(store.list().skipped()).isEmpty();
  }

  @Test
  void ofTwoThatFinishUnderOneIdOneIsKeptWhole() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int trial = 0; trial < 10; trial++) {
        String id = "same-" + trial;
        List<Path> made = List.of(finished(id + "-a"), finished(id + "-b"));
        List<Future<Path>> added = new ArrayList<>();
        for (Path one : made) {
          added.add(threads.submit(() -> store.add(one, facts(id, "2026-11-24T01:00:00Z"))));
        }
        int kept = 0;
        for (Future<Path> future : added) {
          try {
            future.get();
            kept++;
          } catch (java.util.concurrent.ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(DatasetException.class).hasMessageContaining(id);
          }
        }
        assertThat(kept).isEqualTo(1);
        assertThat(made.stream().filter(Files::exists)).hasSize(1);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(store.list().runs()).hasSize(10);
  }

  @Test
  void copiesWholeTreesToAnotherFileSystem() throws IOException {
    Path made = finished("one");
    Path target = folder.resolve("target/one");
    RunStore.copy(made, target);
    assertThat(Files.readString(target.resolve("report/index.html"))).isEqualTo("one");
    assertThat(made).exists();
    Path memory = Path.of("/dev/shm");
    assumeTrue(
        Files.isWritable(memory) && !Files.getFileStore(memory).equals(Files.getFileStore(folder)));
    Path elsewhere = Files.createTempDirectory(memory, "store");
    try {
      RunStore other = RunStore.open(elsewhere);
      other.add(made, facts("one", "2026-11-24T01:00:00Z"));
      assertThat(made).doesNotExist();
      assertThat(other.runFolder("one").resolve("report/index.html")).hasContent("one");
    } finally {
      io.seminar.sessions.arrow.Publication.deleteTree(elsewhere);
    }
  }

  @Test
  void saysWhatIsWrongWithTheDisk() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> RunStore.open(file.resolve("store")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot open a store in " + file.resolve("store"));
    // /proc takes no folders from anybody, root included.
    assumeTrue(Files.isDirectory(Path.of("/proc/self")));
    assertThatThrownBy(() -> RunStore.open(Path.of("/proc/store")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot open a store in /proc/store");
    // What a full disk and a lack of permission look like to Java.
    for (Object[] c :
        new Object[][] {
          {new FileSystemException("f", null, "No space left on device"), "the disk is full"},
          {new IOException("No space left on device"), "the disk is full"},
          {
            new DatasetException("cannot write f", new IOException("Disk quota exceeded")),
            "the disk is full"
          },
          {new AccessDeniedException("f"), "no permission to write there"},
          {new FileSystemException("f", null, "Read-only file system"), "no permission"},
          {new IOException("Input/output error"), "java.io.IOException: Input/output error"}
        }) {
      assertThat(StoreFailure.of("cannot store the run r", folder, (Exception) c[0]))
          .hasMessageStartingWith("cannot store the run r in " + folder + ": " + c[1]);
    }
  }

  @Test
  void aRunThatCannotBeStoredStaysWhereItWas() throws IOException {
    Path missing = folder.resolve("work/none");
    assertThatThrownBy(() -> store.add(missing, facts("none", "2026-11-24T01:00:00Z")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot store the run none in " + store.path());
    assertThat(store.list().runs()).isEmpty();
    // The folder for runs is gone and a file stands in its place.
    Files.delete(store.path().resolve("runs"));
    Files.writeString(store.path().resolve("runs"), "x");
    Path made = finished("one");
    assertThatThrownBy(() -> store.add(made, facts("one", "2026-11-24T01:00:00Z")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot store the run one");
    assertThat(made.resolve("gate.json")).exists();
  }

  @Test
  void notesAreKeptByDate() throws IOException {
    AnnotationsFile notes = store.annotations();
    assertThat(notes.read().annotations()).isEmpty();
    Annotation jdk = new Annotation(LocalDate.parse("2026-11-25"), "new JDK: \"17.0.13\" — ja");
    Annotation machine = new Annotation(LocalDate.parse("2026-11-20"), "new machine");
    notes.add(jdk);
    notes.add(machine);
    assertThat(store.annotations().read().annotations()).containsExactly(machine, jdk);
    assertThat(Files.readAllLines(store.path().resolve("annotations.jsonl")))
        .first()
        .asString()
        .isEqualTo(
            "{\"schema_version\":1,\"date\":\"2026-11-25\",\"text\":\"new JDK: \\\"17.0.13\\\" — ja\"}");
    for (String text : new String[] {null, "", " ", "two\nlines"}) {
      assertThatThrownBy(() -> new Annotation(LocalDate.EPOCH, text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("expected one line");
    }
  }

  @Test
  void linesThatAreNoNotesAreSkippedAndNamed() throws IOException {
    Path file = store.path().resolve("annotations.jsonl");
    Files.writeString(
        file,
        "{\"schema_version\":1,\"date\":\"2026-11-25\",\"text\":\"good\"}\n"
            + "{\"schema_version\":2,\"date\":\"2026-11-25\",\"text\":\"later\"}\n"
            + "\n"
            + "{\"schema_version\":1,\"date\":\"yesterday\",\"text\":\"when?\"}\n"
            + "{\"schema_version\":1,\"date\":\"2026-11-25\"}\n"
            + "{\"schema_version\":1,\"date\":\"2026-1");
    AnnotationsFile.Annotations read = store.annotations().read();
    assertThat(read.annotations()).extracting(Annotation::text).containsExactly("good");
    assertThat(read.skipped()).hasSize(4);
    assertThat(read.skipped().get(0)).contains("line 2: schema_version: found 2, expected 1");
    assertThat(read.skipped().get(1)).contains("line 4").contains("yesterday");
    assertThat(read.skipped().get(2)).contains("line 5").contains("found nothing");
    assertThat(read.skipped().get(3)).contains("line 6");
    // The next note does not become part of the torn line.
    store.annotations().add(new Annotation(LocalDate.parse("2026-11-26"), "next"));
    read = store.annotations().read();
    assertThat(read.annotations()).extracting(Annotation::text).containsExactly("good", "next");
    assertThat(read.skipped()).hasSize(4);
  }

  @Test
  void manyMayWriteNotesAtOnce() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> written = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        String text = "note " + i + " " + "x".repeat(i);
        written.add(
            threads.submit(
                () -> {
                  store.annotations().add(new Annotation(LocalDate.EPOCH, text));
                  store.annotations().read();
                }));
      }
      for (Future<?> one : written) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    AnnotationsFile.Annotations read = store.annotations().read();
    assertThat(read.skipped()).isEmpty();
    assertThat(read.annotations().stream().map(Annotation::text).distinct()).hasSize(64);
  }

  @Test
  void twoProcessesMayWriteNotesAtOnce() throws Exception {
    List<Process> writers = new ArrayList<>();
    for (String name : List.of("one", "two")) {
      writers.add(Jvm.start(NoteWriter.class, store.path().toString(), name));
    }
    for (Process writer : writers) {
      Jvm.awaitSuccess(writer);
    }
    AnnotationsFile.Annotations read = store.annotations().read();
    assertThat(read.skipped()).isEmpty();
    assertThat(read.annotations()).hasSize(2 * NoteWriter.NOTES);
  }

  /** A process that writes notes. */
  static final class NoteWriter {
    static final int NOTES = 100;

    public static void main(String[] args) {
      RunStore store = RunStore.open(Path.of(args[0]));
      for (int i = 0; i < NOTES; i++) {
        store.annotations().add(new Annotation(LocalDate.EPOCH, args[1] + " " + "x".repeat(i)));
      }
    }
  }

  @Test
  void aNoteOnAFullDiskIsAnError() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full));
    Files.createSymbolicLink(store.path().resolve("annotations.jsonl"), full);
    assertThatThrownBy(() -> store.annotations().add(new Annotation(LocalDate.EPOCH, "x")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("the disk is full");
  }

  @Test
  void everyFileOfTheStoreHasASchemaVersion() throws IOException {
    store.add(finished("one"), facts("one", "2026-11-24T01:00:00Z"));
    try (var in =
        io.seminar.sessions.arrow.ArrowInput.open(store.path().resolve("index/one.arrow"), null)) {
      assertThat(in.schema().getCustomMetadata()).containsEntry("seminar.file", "stored-run/1");
    }
    try (Stream<Path> files = Files.list(store.path().resolve("index"))) {
      assertThat(files).hasSize(1);
    }
    Path later = store.path().resolve("index/later.arrow");
    Files.write(later, new byte[0], StandardOpenOption.CREATE);
    assertThat(store.list().runs()).hasSize(1);
  }
}
