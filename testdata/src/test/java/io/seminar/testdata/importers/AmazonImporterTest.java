package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.Action;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.User;
import io.seminar.testdata.importers.Imports.Imported;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmazonImporterTest {
  @TempDir Path folder;

  private static Importer importer() {
    return new AmazonImporter(AmazonImporter.Options.DEFAULT);
  }

  @Test
  void reviewsOf2018BecomeHistoryAndPages() {
    Imported imported =
        Imports.clean(importer(), Imports.fixture("amazon2018"), folder.resolve("out"));
    // Products with metadata in file order, then the others by name.
    assertThat(imported.itemIds()).containsExactly("B1", "B2", "B3", "B4", "B5");
    assertThat(imported.users()).extracting(User::id).containsExactly("U1", "U2", "U3");
    User user = imported.user("U1");
    assertThat(user.history().time())
        .containsExactly(1420070400000L, 1420156800000L, 1420243200000L);
    assertThat(user.history().action()).containsOnly(Action.RATE.code());
    // The last of three reviews has 4 stars: a page with it among the two items that the user has
    // not reviewed.
    assertThat(user.requests()).hasSize(1);
    assertThat(user.requests().get(0).item()).containsExactlyInAnyOrder(2, 3, 4);
    int clicked = 0;
    for (int i = 0; i < 3; i++) {
      clicked += user.requests().get(0).label()[i];
      assertThat(user.requests().get(0).label()[i] == 1)
          .isEqualTo(user.requests().get(0).item()[i] == 2);
    }
    assertThat(clicked).isEqualTo(1);
    // The last review of U2 has one star: no page. U3 has one review: history only.
    assertThat(imported.user("U2").requests()).isEmpty();
    assertThat(imported.user("U3").requests()).isEmpty();
    try (Catalogue catalogue = imported.dataset().openCatalogue()) {
      assertThat(catalogue.attributes(0)).hasSize(5); // brand and four levels
      assertThat(catalogue.attributes(1)).hasSize(1);
      assertThat(catalogue.attributes(2)).hasSize(1);
      assertThat(catalogue.attributes(3)).isEmpty();
      assertThat(catalogue.category(3)).isEqualTo(StagedLog.UNKNOWN_CATEGORY);
      assertThat(catalogue.category(0)).isNotEqualTo(catalogue.category(1));
      assertThat(catalogue.has(0, 0)).isTrue();
      assertThat(catalogue.has(0, 2)).isFalse();
    }
  }

  @Test
  void reviewsOf2023AreFiledUnderTheParentProductGzippedOrNot() throws IOException {
    Path fixture = Imports.fixture("amazon2023");
    Path from = Files.createDirectory(folder.resolve("gz"));
    for (String name : new String[] {"Toys.jsonl", "meta_Toys.jsonl"}) {
      try (OutputStream out =
          new GZIPOutputStream(Files.newOutputStream(from.resolve(name + ".gz")))) {
        Files.copy(fixture.resolve(name), out);
      }
    }
    Imported plain = Imports.clean(importer(), fixture, folder.resolve("plain"));
    Imported zipped = Imports.clean(importer(), from, folder.resolve("zipped"));
    assertThat(zipped.dataset().digest()).isEqualTo(plain.dataset().digest());
    assertThat(plain.itemIds()).containsExactly("C1", "C2");
    assertThat(plain.users().get(0).history().time())
        .containsExactly(1588687728923L, 1588687728924L);
    try (Catalogue catalogue = plain.dataset().openCatalogue()) {
      assertThat(catalogue.attributes(0)).hasSize(4); // store, main category, two levels
      assertThat(catalogue.attributes(1)).hasSize(1); // main category
      assertThat(catalogue.category(1)).isPositive();
    }
  }

  @Test
  void faultyLinesAreNamed() throws IOException {
    Path fixture = Imports.fixture("amazon2018");
    String reviews = Files.readString(fixture.resolve("Toys.json"));
    Path from =
        Imports.folder(
            folder,
            "Toys.json",
            reviews
                + "{\"reviewerID\": \"U1\", \"asin\":\n"
                + "{\"asin\": \"B1\", \"overall\": 5.0, \"unixReviewTime\": 1420070400}\n"
                + "{\"reviewerID\": \"U1\", \"asin\": \"B1\", \"overall\": \"many\", \"unixReviewTime\": 1420070400}\n"
                + reviews.lines().findFirst().orElseThrow()
                + "\n",
            "meta_Toys.json",
            Files.readString(fixture.resolve("meta_Toys.json"))
                + "not json\n{\"title\": \"x\"}\n{\"asin\": \"B1\"}\n");
    Imported imported = Imports.lenient(importer(), from, folder.resolve("out"));
    assertThat(imported.rejected())
        .extracting(problem -> problem.file() + ":" + problem.row() + ":" + problem.field())
        .containsExactly(
            "meta_Toys.json:4:",
            "meta_Toys.json:5:asin",
            "meta_Toys.json:6:asin",
            "Toys.json:7:",
            "Toys.json:8:reviewerID",
            "Toys.json:9:overall",
            "Toys.json:10:asin");
    assertThat(imported.rejected().get(5).found()).contains("many");
    assertThat(imported.report().dataset().counts().events()).isEqualTo(6);
  }

  @Test
  void aFolderWithoutMetadataIsRefused() {
    Path from = Imports.folder(folder, "Toys.json", "{}\n");
    assertThatThrownBy(
            () ->
                importer()
                    .importTo(from, folder.resolve("out"), ImportSettings.DEFAULT, problem -> {}))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("1 files of reviews and 0 of metadata");
  }
}
