package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.Action;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Modality;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.testdata.importers.Imports.Imported;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlImporterTest {
  private static final String ITEMS =
      "CREATE VIEW items AS SELECT * FROM (VALUES ('a', 'red', ['x', 'y'], [1.0, 0.0]), ('b', NULL, NULL, NULL))"
          + " t(id, category, attributes, vector_text);\n";
  private static final String EVENTS =
      "CREATE VIEW events AS SELECT 1 AS user_id, 1000 AS time, 'a' AS item_id;\n";
  private static final String IMPRESSIONS =
      "CREATE VIEW impressions AS SELECT 1 AS user_id, 7 AS request_id, 2000 AS time, 'b' AS item_id, true AS label;\n";

  @TempDir Path folder;

  private Imported run(String script, String... files) {
    return Imports.lenient(
        new SqlImporter(new SqlImporter.Options(script)),
        Imports.folder(folder, files),
        folder.resolve("out"));
  }

  @Test
  void filesOfFourFormatsBecomeADataSet() {
    Path from =
        Imports.folder(
            folder,
            "items.csv",
            "id,category,brand\n1,shoes,acme\n2,hats,\n3,shoes,other\n",
            "queries.jsonl",
            "{\"q\": \"red shoes\", \"v\": [0.6, 0.8]}\n{\"q\": \"hats\", \"v\": null}\n",
            "log.tsv",
            "u\tt\ti\ta\tq\nann\t2024-01-01 00:00:01\t1\tclick\tred shoes\nann\t2024-01-01 00:00:02\t2\tbuy\t\n"
                + "bob\t2024-01-01 00:00:01\t3\tview\t\n",
            "import.sql",
            """
            COPY (SELECT * FROM (VALUES
                ('ann', 41, 1704067203000, 2, 1, 3, 'hats', 0.5),
                ('ann', 41, 1704067203000, 1, 0, 1, 'hats', NULL),
                ('ann', 40, 1704067202000, 3, 0, 1, NULL, NULL))
                t(u, r, t, i, l, p, q, w)) TO '%s' (FORMAT parquet);
            CREATE VIEW items AS SELECT id, category, CASE WHEN brand IS NOT NULL THEN [brand] END AS attributes
              FROM 'items.csv';
            CREATE VIEW queries AS SELECT q AS id, v AS vector FROM 'queries.jsonl';
            CREATE VIEW events AS SELECT u AS user_id, t AS time, i AS item_id, a AS action, q AS query_id
              FROM 'log.tsv';
            CREATE VIEW impressions AS SELECT u AS user_id, r AS request_id, t AS time, i AS item_id, l AS label,
              p AS position, q AS query_id, w AS propensity FROM '%s';
            """
                .formatted(folder.resolve("p.parquet"), folder.resolve("p.parquet")));
    Imported imported =
        Imports.clean(Importers.byName("sql").create(Map.of()), from, folder.resolve("out"));
    assertThat(imported.itemIds()).containsExactly("1", "2", "3");
    assertThat(imported.users()).extracting(User::id).containsExactly("ann", "bob");
    User ann = imported.user("ann");
    assertThat(ann.history().time()).containsExactly(1704067201000L, 1704067202000L);
    assertThat(ann.history().action()).containsExactly(Action.CLICK.code(), Action.BUY.code());
    assertThat(ann.requests()).extracting(Request::id).containsExactly(40L, 41L);
    Request page = ann.requests().get(1);
    assertThat(page.item()).containsExactly(1, 0);
    assertThat(page.label()).containsExactly(1, 0);
    assertThat(page.position()).containsExactly((short) 3, (short) 1);
    assertThat(page.propensity()).containsExactly(0.5f, Float.NaN);
    assertThat(ann.requests().get(0).propensity()).isNull();
    try (QueryTable queries = imported.dataset().openQueries();
        Catalogue catalogue = imported.dataset().openCatalogue()) {
      int shoes = ann.history().query()[0];
      assertThat(queries.id(shoes)).isEqualTo("red shoes");
      assertThat(queries.tokens(shoes))
          .containsExactly(FeatureHashing.token("red"), FeatureHashing.token("shoes"));
      float[] vector = new float[2];
      queries.copyVector(shoes, vector, 0);
      assertThat(vector).containsExactly(0.6f, 0.8f);
      assertThat(queries.id(page.query())).isEqualTo("hats");
      assertThat(queries.has(page.query())).isFalse();
      // hats 1, shoes 2
      assertThat(catalogue.category(0)).isEqualTo(2);
      assertThat(catalogue.category(1)).isEqualTo(1);
      assertThat(catalogue.attributes(1)).isEmpty();
      assertThat(catalogue.attributes(2)).containsExactly(1);
    }
  }

  @Test
  void listColumnsAreModalities() {
    Imported imported = run(ITEMS + EVENTS + IMPRESSIONS);
    assertThat(imported.rejected()).isEmpty();
    assertThat(imported.report().dataset().schema().modalities())
        .containsExactly(new Modality("text", 2));
    try (Catalogue catalogue = imported.dataset().openCatalogue()) {
      assertThat(catalogue.has(0, 0)).isTrue();
      assertThat(catalogue.has(0, 1)).isFalse();
    }
    assertThat(imported.users().get(0).requests().get(0).label()).containsExactly(1);
    assertThat(imported.users().get(0).requests().get(0).position()).containsExactly((short) 1);
    assertThat(imported.notes("constructed")).contains("All actions are clicks");
  }

  @Test
  void missingUnknownAndMistypedColumnsAreRefusedByName() {
    assertRefused(EVENTS + IMPRESSIONS, "items: found no such table");
    assertRefused(
        ITEMS + "CREATE VIEW events AS SELECT 1 AS user_id, 'a' AS item_id;" + IMPRESSIONS,
        "events, time: found columns [user_id, item_id], expected a column of this name");
    assertRefused(
        ITEMS + EVENTS.replace("1000 AS time", "'noon' AS time") + IMPRESSIONS,
        "events, time: found type VARCHAR, expected integer milliseconds or timestamp");
    assertRefused(
        ITEMS + EVENTS + IMPRESSIONS.replace("true AS label", "0.5 AS label"),
        "impressions, label: found type DECIMAL(2,1), expected integer or boolean");
    assertRefused(
        ITEMS.replace("vector_text", "vector") + EVENTS + IMPRESSIONS,
        "items, vector: found an unknown column");
    assertRefused(
        ITEMS.replace("[1.0, 0.0]", "'1 0'") + EVENTS + IMPRESSIONS,
        "items, vector_text: found type VARCHAR, expected list of numbers");
    assertRefused(
        ITEMS.replace("[1.0, 0.0]", "NULL::FLOAT[]") + EVENTS + IMPRESSIONS,
        "items, vector_text: found no vector");
    assertRefused("CREATE VIEW items AS SELECT * FROM 'absent.csv';", "DuckDB: ");
    assertThat(Imports.names(folder)).noneMatch(name -> name.startsWith(".") || name.equals("out"));
  }

  private void assertRefused(String script, String message) {
    assertThatThrownBy(() -> run(script))
        .isInstanceOf(DatasetException.class)
        .hasMessageStartingWith(message);
  }

  @Test
  void faultyRowsAreNamed() {
    Imported imported =
        run(
            """
            CREATE VIEW items AS SELECT * FROM (VALUES ('a', [1.0, 0.0]), ('a', [0.0, 1.0]), ('b', [1.0]),
              ('c', ['nan'::DOUBLE, 0]), ('', NULL), ('d', NULL)) t(id, vector_text);
            CREATE VIEW queries AS SELECT * FROM (VALUES ('q', [1, 2]), ('r', [-1])) t(id, tokens);
            CREATE VIEW events AS SELECT * FROM (VALUES (1, 1000, 'a', 'click', 'q'), (1, 1000, 'z', 'click', 'q'),
              (1, -1, 'a', 'click', 'q'), (1, 1000, 'a', 'look', 'q'), (1, 1000, 'a', 'click', 'r'),
              (NULL, 1000, 'a', 'click', 'q')) t(user_id, time, item_id, action, query_id);
            CREATE VIEW impressions AS SELECT * FROM (VALUES (1, 1, 2000, 'a', 1, 1, 0.5), (1, 1, 2000, 'z', 1, 1, 0.5),
              (1, 1, 2000, 'a', -1, 1, 0.5), (1, 1, 2000, 'a', 1, 0, 0.5), (1, 1, 2000, 'a', 1, 1, 1.5),
              (1, 1, 2001, 'a', 1, 1, 0.5)) t(user_id, request_id, time, item_id, label, position, propensity);
            """);
    assertThat(imported.rejected())
        .extracting(problem -> problem.file() + ":" + problem.row() + ":" + problem.field())
        .containsExactly(
            "items:2:id",
            "items:3:vector_text",
            "items:4:vector_text",
            "items:5:id",
            "queries:2:tokens",
            "events:2:item_id",
            "events:3:time",
            "events:4:action",
            "events:5:query_id",
            "events:6:user_id",
            "impressions:2:item_id",
            "impressions:3:label",
            "impressions:4:position",
            "impressions:5:propensity",
            "impressions:6:request_id");
    assertThat(imported.itemIds()).containsExactly("a", "d");
    assertThat(imported.report().dataset().counts().events()).isEqualTo(1);
    assertThat(imported.report().dataset().counts().impressions()).isEqualTo(1);
  }
}
