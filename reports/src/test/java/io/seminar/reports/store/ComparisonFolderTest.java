package io.seminar.reports.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonFolderTest {
  @TempDir Path folder;

  private static ComparisonManifest manifest() {
    RunManifest run = Manifests.small("run-1");
    return new ComparisonManifest(
        ComparisonManifest.SCHEMA_VERSION,
        run.command(),
        run,
        Manifests.small("run-0"),
        List.of(new ComparisonManifest.Pair("exact", ComparisonManifest.ofBaseline("exact"))),
        run.evaluation(),
        run.execution(),
        List.of(),
        List.of("The baseline has no arm 'pq8': it is compared with nothing."));
  }

  private Path out() {
    return folder.resolve("comparison");
  }

  private ComparisonFolder write(boolean overwrite) {
    try (ComparisonFolder.Draft draft = ComparisonFolder.create(out(), overwrite)) {
      CellsFile.write(
          draft.path().resolve(CellsFile.FILE_NAME),
          List.of(Cells.value("exact", "all", "auc", 0.7, 0.1)));
      ReliabilityFile.write(draft.path().resolve(ReliabilityFile.FILE_NAME), List.of());
      return draft.complete(manifest());
    }
  }

  @Test
  void isReadAsItWasWritten() {
    write(false);
    assertThat(ComparisonFolder.isAt(out())).isTrue();
    ComparisonFolder found = ComparisonFolder.open(out());
    assertThat(found.path()).isEqualTo(out());
    assertThat(found.manifest().withFiles(List.of())).isEqualTo(manifest());
    assertThat(found.manifest().files())
        .extracting(RunManifest.StoredFile::name)
        .containsExactlyInAnyOrder(CellsFile.FILE_NAME, ReliabilityFile.FILE_NAME);
    assertThat(CellsFile.read(found.cellsFile()))
        .containsExactly(Cells.value("exact", "all", "auc", 0.7, 0.1));
    assertThat(found.reportFolder()).isEqualTo(out().resolve("report"));
  }

  @Test
  void isNotThereBeforeItIsComplete() throws IOException {
    try (ComparisonFolder.Draft draft = ComparisonFolder.create(out(), false)) {
      assertThat(draft.path()).isDirectory();
      assertThat(out()).doesNotExist();
      assertThatThrownBy(() -> draft.complete(manifest()))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("no cells.arrow, no reliability.arrow");
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void isReplacedOnlyIfAskedAndNeverWhatIsSomethingElse() throws IOException {
    write(false);
    assertThatThrownBy(() -> write(false))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("something there already");
    assertThat(write(true).manifest().withFiles(List.of())).isEqualTo(manifest());
    Files.delete(out().resolve(ComparisonManifest.FILE_NAME));
    assertThatThrownBy(() -> write(true))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("something else than a comparison");
  }

  @Test
  void whatIsMissingOrCutShortIsNamed() throws IOException {
    assertThat(ComparisonFolder.isAt(out())).isFalse();
    assertThatThrownBy(() -> ComparisonFolder.open(out()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no such folder");
    ComparisonFolder whole = write(false);
    Files.write(whole.cellsFile(), new byte[] {1, 2, 3});
    Files.delete(out().resolve(ReliabilityFile.FILE_NAME));
    assertThatThrownBy(() -> ComparisonFolder.open(out()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cells.arrow of 3 bytes instead of")
        .hasMessageContaining("no reliability.arrow");
    Files.writeString(out().resolve(ComparisonManifest.FILE_NAME), "{\"schema_version\": 99}");
    assertThatThrownBy(() -> ComparisonFolder.open(out()))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("99");
  }
}
