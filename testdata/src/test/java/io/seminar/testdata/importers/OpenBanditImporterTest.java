package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.sessions.Catalogue;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.testdata.importers.Imports.Imported;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenBanditImporterTest {
  private static final String CONTEXT =
      ",item_id,item_feature_0,item_feature_1,item_feature_2,item_feature_3\n0,0,-0.5,a,b,c\n1,1,0.5,a,d,\n";
  private static final String HEADER =
      ",timestamp,item_id,position,click,propensity_score,user_feature_0,user_feature_1,user_feature_2,user_feature_3\n";

  @TempDir Path folder;

  private static Importer importer() {
    return new OpenBanditImporter(OpenBanditImporter.Options.DEFAULT);
  }

  /**
   * Reference values: plain sums over men.csv in double precision; they stand in the README of the
   * real data.
   */
  @Test
  void propensitiesAndClicksOfTheRealThompsonLogGiveTheKnownEstimates() {
    Path from = Imports.realData("openbandit_men").resolve("bts");
    Imported imported = Imports.clean(importer(), from, folder.resolve("out"));
    assertThat(imported.report().dataset().counts().items()).isEqualTo(34);
    assertThat(imported.report().dataset().counts().impressions()).isEqualTo(10_000);
    assertThat(imported.report().dataset().counts().clicks()).isEqualTo(69);
    assertThat(imported.report().dataset().counts().events()).isEqualTo(69);
    double weights = 0;
    double squares = 0;
    double weighted = 0;
    for (User user : imported.users()) {
      for (Request request : user.requests()) {
        assertThat(request.length()).isEqualTo(1);
        double weight = 1.0 / 34 / request.propensity()[0];
        weights += weight;
        squares += weight * weight;
        weighted += weight * request.label()[0];
      }
    }
    assertThat(weighted / 10_000).as("IPS").isCloseTo(0.0030086263, within(5e-10));
    assertThat(weighted / weights).as("SNIPS").isCloseTo(0.0031894232, within(5e-10));
    assertThat(weights / 10_000).as("mean weight").isCloseTo(0.9433, within(5e-5));
    assertThat(weights * weights / squares).as("effective size").isCloseTo(655.7, within(0.05));
  }

  @Test
  void theRealUniformLogKeepsItsClicks() {
    Path from = Imports.realData("openbandit_men").resolve("random");
    Imported imported = Imports.clean(importer(), from, folder.resolve("out"));
    assertThat(imported.report().dataset().counts().impressions()).isEqualTo(10_000);
    assertThat(imported.report().dataset().counts().clicks()).isEqualTo(46);
    for (User user : imported.users()) {
      for (Request request : user.requests()) {
        assertThat(request.propensity()[0]).isEqualTo(1f / 34);
        assertThat((int) request.position()[0]).isBetween(1, 3);
      }
    }
    assertThat(imported.notes("constructed")).contains("pseudo-user");
  }

  @Test
  void aSegmentSharesItsHistoryAndAClickIsNotSeenByItsOwnPage() {
    Path from =
        Imports.folder(
            folder,
            "item_context.csv",
            CONTEXT,
            "all.csv",
            HEADER
                + "0,2019-11-24 00:00:01.500000+00:00,1,2,1,0.25,w,x,y,z\n"
                + "1,2019-11-24 09:00:02.000000+09:00,0,1,0,0.75,w,x,y,z\n"
                + "2,2019-11-24 00:00:03.000000+00:00,0,1,0,0.75,w,x,y,other\n");
    Imported imported = Imports.clean(importer(), from, folder.resolve("out"));
    assertThat(imported.users()).extracting(User::id).containsExactly("w-x-y-other", "w-x-y-z");
    User segment = imported.users().get(1);
    long midnight = 1_574_553_600_000L; // 2019-11-24T00:00Z
    assertThat(segment.history().time()).containsExactly(midnight + 1500);
    assertThat(segment.requests())
        .extracting(Request::time)
        .containsExactly(midnight + 1500, midnight + 2000);
    assertThat(segment.history().lengthBefore(segment.requests().get(0).time())).isZero();
    assertThat(segment.history().lengthBefore(segment.requests().get(1).time())).isOne();
    assertThat(segment.requests().get(0).position()).containsExactly((short) 2);
    assertThat(segment.requests().get(0).propensity()).containsExactly(0.25f);
    try (Catalogue catalogue = imported.dataset().openCatalogue()) {
      assertThat(catalogue.attributes(0)).hasSize(4);
      assertThat(catalogue.attributes(1)).hasSize(3);
      assertThat(catalogue.category(0)).isEqualTo(catalogue.category(1)).isEqualTo(1);
    }
  }

  @Test
  void faultyRowsAreNamed() {
    Path from =
        Imports.folder(
            folder,
            "item_context.csv",
            CONTEXT + "2,x,1,a,b,c\n3,3,much,a,b,c\n",
            "men.csv",
            HEADER
                + "0,2019-11-24 00:00:01+00:00,1,2,1,0.25,w,x,y,z\n"
                + "1,yesterday,1,2,1,0.25,w,x,y,z\n"
                + "2,2019-11-24 00:00:01+00:00,7,2,1,0.25,w,x,y,z\n"
                + "3,2019-11-24 00:00:01+00:00,1,top,1,0.25,w,x,y,z\n"
                + "4,2019-11-24 00:00:01+00:00,1,2,2,0.25,w,x,y,z\n"
                + "5,2019-11-24 00:00:01+00:00,1,2,1,0,w,x,y,z\n"
                + "6,2019-11-24 00:00:01+00:00,1,2,1,nan,w,x,y,z\n"
                + "7,2019-11-24 00:00:01+00:00,1,2,1,0.25,w,x,y,\n");
    Imported imported = Imports.lenient(importer(), from, folder.resolve("out"));
    assertThat(imported.rejected())
        .extracting(problem -> problem.file() + ":" + problem.row() + ":" + problem.field())
        .containsExactly(
            "item_context.csv:4:item_id",
            "item_context.csv:5:item_feature_0",
            "men.csv:3:timestamp",
            "men.csv:4:item_id",
            "men.csv:5:position",
            "men.csv:6:click",
            "men.csv:7:propensity_score",
            "men.csv:8:propensity_score",
            "men.csv:9:user_feature_0..3");
  }

  @Test
  void twoLogsInOneFolderAreRefused() {
    Path from =
        Imports.folder(folder, "item_context.csv", CONTEXT, "men.csv", HEADER, "women.csv", HEADER);
    assertThatThrownBy(
            () ->
                importer()
                    .importTo(from, folder.resolve("out"), ImportSettings.DEFAULT, problem -> {}))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("[men.csv, women.csv]");
  }
}
