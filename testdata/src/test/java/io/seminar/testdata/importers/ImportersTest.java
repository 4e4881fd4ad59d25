package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportersTest {
  @TempDir Path folder;

  @Test
  void everyFormatIsFoundByNameAndBuildsFromItsDefaults() {
    assertThat(Importers.all())
        .extracting(ImportFormat::name)
        .containsExactly("movielens", "jdsearch", "otto", "openbandit", "kuaisar", "amazon", "sql");
    for (ImportFormat format : Importers.all()) {
      assertThat(Importers.byName(format.name()).create(Map.of()).name()).isEqualTo(format.name());
      assertThat(format.description()).isNotBlank();
    }
    assertThatThrownBy(() -> Importers.byName("netflix"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("netflix")
        .hasMessageContaining("movielens, jdsearch");
  }

  @Test
  void unknownFlagsAndValuesAreNamed() {
    assertFlagRefused(
        "otto", Map.of("page-size", "3"), "--page-size is no option of the otto importer");
    assertFlagRefused("movielens", Map.of("page-size", "many"), "--page-size: found \"many\"");
    assertFlagRefused("movielens", Map.of("page-size", "0"), "--page-size: found \"0\"");
    assertFlagRefused(
        "movielens", Map.of("request-share", "NaN"), "--request-share: found \"NaN\"");
    assertFlagRefused(
        "movielens", Map.of("request-share", "1.5"), "--request-share: found \"1.5\"");
    assertFlagRefused(
        "movielens", Map.of("tags-as-pseudo-queries", "yes"), "--tags-as-pseudo-queries");
    assertFlagRefused(
        "movielens", Map.of("vectors", "text=a.fvecs"), "--vectors needs --vector-ids");
    assertFlagRefused("movielens", Map.of("vector-ids", "a.txt"), "--vector-ids: found \"a.txt\"");
    assertFlagRefused(
        "movielens",
        Map.of("vectors", "a.fvecs", "vector-ids", "b"),
        "--vectors: found \"a.fvecs\"");
    assertFlagRefused("otto", Map.of("seed", "x"), "--seed: found \"x\"");
    assertFlagRefused("sql", Map.of("sql", "no-such-file.sql"), "--sql: cannot read");
    assertThatThrownBy(() -> ImportSettings.DEFAULT.withMemoryLimit("much"))
        .hasMessageContaining("memory limit \"much\"");
  }

  private static void assertFlagRefused(String format, Map<String, String> values, String message) {
    assertThatThrownBy(() -> Importers.byName(format).create(values))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void anExistingOutputIsRefusedUnlessItMayBeOverwritten() throws IOException {
    Path out = folder.resolve("out");
    Importer importer = Importers.byName("amazon").create(Map.of());
    Imports.clean(importer, Imports.fixture("amazon2023"), out);
    List<String> names = Imports.names(folder);
    assertThatThrownBy(
            () ->
                importer.importTo(
                    Imports.fixture("amazon2018"), out, ImportSettings.DEFAULT, problem -> {}))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("existing folder");
    assertThat(Files.readString(out.resolve("dataset.json"))).contains("2023");
    importer.importTo(
        Imports.fixture("amazon2018"),
        out,
        ImportSettings.DEFAULT.withOverwrite(true),
        problem -> {});
    assertThat(Files.readString(out.resolve("dataset.json"))).contains("2018");
    assertThat(Imports.names(folder)).isEqualTo(names);
  }
}
