package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.sessions.Catalogue;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.testdata.importers.Imports.Imported;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KuaiSarImporterTest {
  @TempDir Path folder;

  private static Importer importer(double share) {
    return new KuaiSarImporter(new KuaiSarImporter.Options(share, 64, 64));
  }

  @Test
  void searchAndFeedStandInOneHistoryAndBothHavePages() {
    Imported imported =
        Imports.clean(importer(0.6), Imports.fixture("kuaisar"), folder.resolve("out"));
    assertThat(imported.itemIds()).containsExactly("1", "2", "3", "99", "USER:3");
    User user = imported.user("7");
    // Clicks: feed 1 at …742, feed 3 at …743, search 1 → 1 at …744, feed 2 at …749.6, search 2 → 1
    // at …763.9.
    assertThat(user.history().time())
        .containsExactly(
            1684742000000L, 1684743000000L, 1684744000000L, 1684749600000L, 1684763932919L);
    assertThat(user.history().item()).containsExactly(0, 2, 0, 1, 0);
    try (QueryTable queries = imported.dataset().openQueries();
        Catalogue catalogue = imported.dataset().openCatalogue()) {
      assertThat(queries.size()).isEqualTo(3);
      assertThat(queries.id(user.history().query()[2])).isEqualTo("20 34 3");
      assertThat(queries.tokens(user.history().query()[2])).containsExactly(20, 34, 3);
      assertThat(user.history().query()[0]).isZero();
      // The keyword is the caption of item 1: one map for both.
      float[] query = new float[64];
      float[] caption = new float[64];
      queries.copyVector(user.history().query()[2], query, 0);
      catalogue.copyVector(0, 0, caption, 0);
      assertThat(query).containsExactly(caption);
      // author, item type, upload type, two category levels; zeros are padding.
      assertThat(catalogue.attributes(0)).hasSize(5);
      assertThat(catalogue.attributes(1)).hasSize(6);
      assertThat(catalogue.attributes(2)).hasSize(2);
      assertThat(catalogue.category(2)).isEqualTo(StagedLog.UNKNOWN_CATEGORY);
      assertThat(catalogue.category(1)).isNotEqualTo(catalogue.category(0)).isPositive();
      assertThat(catalogue.has(0, 2)).isFalse();
    }
    // Five pages; 60 % of them: the first search, the feed page of two, the second search.
    assertThat(user.requests()).hasSize(3);
    Request search = user.requests().get(0);
    assertThat(search.time()).isEqualTo(1684744000000L);
    assertThat(search.item()).containsExactly(0, 1, 4);
    assertThat(search.label()).containsExactly(1, 0, 0);
    assertThat(search.position()).containsExactly((short) 1, (short) 2, (short) 3);
    assertThat(search.query()).isPositive();
    Request feed = user.requests().get(1);
    assertThat(feed.query()).isZero();
    assertThat(feed.item()).containsExactly(1, 3);
    assertThat(feed.label()).containsExactly(1, 0);
    assertThat(user.history().lengthBefore(feed.time())).isEqualTo(3);
    // A user with a single page keeps it as history, and clicked nothing.
    assertThat(imported.user("8").requests()).isEmpty();
    assertThat(imported.user("8").history().length()).isZero();
  }

  @Test
  void faultyRowsAreNamed() throws IOException {
    Path fixture = Imports.fixture("kuaisar");
    Path from =
        Imports.folder(
            folder,
            "item_features.csv",
            Files.readString(fixture.resolve("item_features.csv"))
                + "1,[],1,N,d,U,1,a,b,1,a,b,1,a,b,1,a,b\n4,words,1,N,d,U,1,a,b,1,a,b,1,a,b,1,a,b\n",
            "rec_inter.csv",
            Files.readString(fixture.resolve("rec_inter.csv"))
                + "u,1,1,1,t,1684742000000,1,0,0,0,0,0\n7,i,1,1,t,1684742000000,1,0,0,0,0,0\n"
                + "7,1,1,1,t,never,1,0,0,0,0,0\n7,1,1,1,t,1684742000000,3,0,0,0,0,0\n",
            "src_inter.csv",
            Files.readString(fixture.resolve("src_inter.csv"))
                + "7,3,t,1684763932919,\"[6, x]\",S,1,1,VIDEO\n7,4,t,1684763932919,[6],S,1,-1,VIDEO\n"
                + "7,2,t,1684763932920,\"[6, 5]\",S,1,1,VIDEO\n");
    Imported imported = Imports.lenient(importer(0.2), from, folder.resolve("out"));
    assertThat(imported.rejected())
        .extracting(problem -> problem.file() + ":" + problem.row() + ":" + problem.field())
        .containsExactly(
            "item_features.csv:5:item_id",
            "item_features.csv:6:caption",
            "rec_inter.csv:8:user_id",
            "rec_inter.csv:9:item_id",
            "rec_inter.csv:10:timestamp",
            "rec_inter.csv:11:click",
            "src_inter.csv:7:keyword",
            "src_inter.csv:8:click_cnt",
            "src_inter.csv:9:session");
  }
}
