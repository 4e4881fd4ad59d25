package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.sessions.Action;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.testdata.importers.Imports.Imported;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JdSearchImporterTest {
  private static final Map<String, Action> ACTIONS =
      Map.of(
          "CLICK", Action.CLICK, "CART", Action.CART, "ORD", Action.BUY, "FLW", Action.FAVOURITE);

  @TempDir Path folder;

  private static Importer importer() {
    return new JdSearchImporter(JdSearchImporter.Options.DEFAULT);
  }

  @Test
  void everyFieldOfTheRealSampleArrives() throws IOException {
    Path from = Imports.realData("jdsearch_sample");
    Imported imported = Imports.clean(importer(), from, folder.resolve("out"));

    assertThat(imported.report().dataset().counts().users()).isEqualTo(3);
    assertThat(imported.report().dataset().counts().impressions()).isEqualTo(262);
    assertThat(imported.report().dataset().counts().clicks()).isEqualTo(5);
    assertThat(imported.users())
        .extracting(user -> user.history().length())
        .containsExactly(182, 46, 2);
    List<String> lines = Files.readAllLines(from.resolve("user_behavior_data_sample.txt"));
    try (QueryTable queries = imported.dataset().openQueries()) {
      for (int u = 0; u < 3; u++) {
        assertUser(imported, queries, imported.users().get(u), lines.get(u + 1).split("\t"));
      }
    }
  }

  private static void assertUser(Imported imported, QueryTable queries, User user, String[] line) {
    String[] historyQueries = line[3].split("_");
    String[] historyItems = line[4].split("_");
    String[] types = line[5].split("_");
    String[] gaps = line[6].split("_");
    Request request = user.requests().get(0);
    assertThat(user.requests()).hasSize(1);
    assertThat(queries.id(request.query())).isEqualTo(line[0].replace('\u0018', ' '));
    String[] candidates = line[1].split("_");
    String[] labels = line[2].split("_");
    assertThat(request.length()).isEqualTo(candidates.length);
    for (int i = 0; i < candidates.length; i++) {
      assertThat(imported.itemIds().get(request.item()[i])).isEqualTo(candidates[i]);
      assertThat((double) request.label()[i]).isEqualTo(Double.parseDouble(labels[i]));
    }
    for (int l = 0; l < historyItems.length; l++) {
      assertThat(imported.itemIds().get(user.history().item()[l])).isEqualTo(historyItems[l]);
      assertThat(user.history().action()[l]).isEqualTo(ACTIONS.get(types[l]).code());
      int query = user.history().query()[l];
      if (historyQueries[l].equals("-1")) {
        assertThat(query).isZero();
      } else {
        assertThat(queries.id(query)).isEqualTo(historyQueries[l].replace('\u0018', ' '));
      }
      // The gap that belongs to entry l + 1 leads from event l to the next, or to the search.
      long after = l + 1 < historyItems.length ? user.history().time()[l + 1] : request.time();
      assertThat(after - user.history().time()[l]).isEqualTo(1000 * Long.parseLong(gaps[l + 1]));
    }
    assertThat(user.history().lengthBefore(request.time())).isEqualTo(historyItems.length);
  }

  @Test
  void metadataBecomeAttributesAndItemsWithoutAreKept() throws IOException {
    Path from = Imports.realData("jdsearch_sample");
    Imported imported = Imports.clean(importer(), from, folder.resolve("out"));
    List<String> lines = Files.readAllLines(from.resolve("product_meta_data_sample.txt"));
    int withMetadata = lines.size() - 1;
    assertThat(withMetadata).isEqualTo(409);
    assertThat(imported.itemIds().size()).isGreaterThan(withMetadata);
    try (Catalogue catalogue = imported.dataset().openCatalogue()) {
      for (int item = 0; item < catalogue.size(); item++) {
        if (item < withMetadata) {
          assertThat(catalogue.id(item)).isEqualTo(lines.get(item + 1).split("\t")[0]);
          assertThat(catalogue.attributes(item)).hasSize(6);
          assertThat(catalogue.category(item)).isPositive();
          assertThat(catalogue.has(0, item) && catalogue.has(1, item)).isTrue();
        } else {
          assertThat(catalogue.attributes(item)).isEmpty();
          assertThat(catalogue.category(item)).isEqualTo(StagedLog.UNKNOWN_CATEGORY);
          assertThat(catalogue.has(0, item) || catalogue.has(1, item)).isFalse();
        }
      }
    }
  }

  /** A query made of a product's own terms must have that product's vector: one map for both. */
  @Test
  void queriesAndNamesShareOneMap() {
    Path from =
        Imports.folder(
            folder,
            "product_meta_data.txt",
            "5\t11\u001812\u001813\t1\t\t2\t\t3\t\t\t\t\t\t9\n6\t21\u001822\t1\t\t\t\t\t\t\t\t\t\t\n",
            "user_behavior_data.txt",
            "13\u001811\u001812\t5_6_7\t3.0_0.0_1.0\t-1_21\t6_8\tFLW_ORD\t0_60_5\n"
                + "-1\t5\t0.0\t\t\t\t0\n");
    Imported imported = Imports.clean(importer(), from, folder.resolve("out"));
    User user = imported.users().get(0);
    assertThat(user.requests().get(0).label()).containsExactly(3, 0, 1);
    assertThat(user.history().action()).containsExactly(Action.FAVOURITE.code(), Action.BUY.code());
    assertThat(user.history().query()[0]).isZero();
    assertThat(imported.users().get(1).history().length()).isZero();
    assertThat(imported.users().get(1).requests().get(0).query()).isZero();
    float[] query = new float[64];
    float[] name = new float[64];
    try (QueryTable queries = imported.dataset().openQueries();
        Catalogue catalogue = imported.dataset().openCatalogue()) {
      queries.copyVector(user.requests().get(0).query(), query, 0);
      catalogue.copyVector(0, 0, name, 0);
      assertThat(query).containsExactly(name);
      assertThat(queries.tokens(user.requests().get(0).query())).containsExactly(13, 11, 12);
      double squares = 0;
      for (float x : name) {
        squares += x * x;
      }
      assertThat(squares).isCloseTo(1, within(1e-6));
      // Level 3 is empty: the category is level 2; item 6 has none at all, only a brand.
      assertThat(catalogue.attributes(0)).hasSize(4);
      assertThat(catalogue.attributes(1)).hasSize(1);
      assertThat(catalogue.category(1)).isEqualTo(StagedLog.UNKNOWN_CATEGORY);
    }
  }

  @Test
  void faultyLinesAreNamed() {
    String good = "11\t5\t1.0\t-1\t5\tCLICK\t0_60\n";
    Path from =
        Imports.folder(
            folder,
            "product_meta_data.txt",
            "wid\tname\tb\tb\t1\t1\t2\t2\t3\t3\t4\t4\tshop\n"
                + "5\t11\t1\t\t2\t\t3\t\t4\t\t5\t\t6\n"
                + "5\t11\t1\t\t2\t\t3\t\t4\t\t5\t\t6\n"
                + "6\tterm\t1\t\t2\t\t3\t\t4\t\t5\t\t6\n"
                + "7\t11\t1\n",
            "user_behavior_data.txt",
            "query\tcandidate_wid_list\tcandidate_label_list\tq\tw\tt\tg\n"
                + good
                + "11\t5\t1.0\t-1\t5\tCLICK\n"
                + "word\t5\t1.0\t-1\t5\tCLICK\t0_60\n"
                + "11\t5_6\t1.0\t-1\t5\tCLICK\t0_60\n"
                + "11\t5\t1.0\t-1_-1\t5\tCLICK\t0_60\n"
                + "11\t5\t1.0\t-1\t5\tCLICK_CART\t0_60\n"
                + "11\t5\t1.0\t-1\t5\tCLICK\t0\n"
                + "11\t5\t4.0\t-1\t5\tCLICK\t0_60\n"
                + "11\t5\t1.0\t-1\t5\tLOOK\t0_60\n"
                + "11\t5\t1.0\t-1\t5\tCLICK\t0_-60\n"
                + "11\t\t\t-1\t5\tCLICK\t0_60\n"
                + good);
    Imported imported = Imports.lenient(importer(), from, folder.resolve("out"));
    assertThat(imported.rejected())
        .extracting(
            problem -> problem.file().charAt(0) + ":" + problem.row() + ":" + problem.field())
        .containsExactly(
            "p:3:wid",
            "p:4:name",
            "p:5:",
            "u:3:",
            "u:4:query",
            "u:5:candidate_label_list",
            "u:6:history_qry_list",
            "u:7:history_type_list",
            "u:8:history_time_list",
            "u:9:candidate_label_list",
            "u:10:history_type_list",
            "u:11:history_time_list",
            "u:12:candidate_wid_list");
    assertThat(imported.rejected().get(5).toString())
        .isEqualTo(
            "user_behavior_data.txt, row 5, candidate_label_list: found \"1 entries\", expected 2 entries");
    assertThat(imported.users()).extracting(User::id).containsExactly("line-2", "line-13");
  }
}
