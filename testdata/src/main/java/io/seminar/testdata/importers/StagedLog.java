package io.seminar.testdata.importers;

import io.seminar.sessions.DatasetDescriptor;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Problem;
import io.seminar.sessions.Query;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The common second half of every import: staged tables in, data set out.
 *
 * <pre>
 * item_source(item INTEGER, id VARCHAR, category_key VARCHAR?, attribute_keys VARCHAR[]?, …)
 *     item = 0, 1, 2… without gaps; columns of vector sources as they please
 * query_source(query INTEGER, id VARCHAR, tokens INTEGER[]?, …)     query = 1, 2, 3… without gaps
 * users(usr INTEGER, id VARCHAR)                                    in the order in which they are written
 * events(usr, time BIGINT ms, seq BIGINT, item, query INTEGER, action TINYINT[, grade TINYINT])
 *     seq orders events of one time
 * impressions(usr, request BIGINT, time BIGINT ms, query INTEGER, rank BIGINT, item INTEGER,
 *             position SMALLINT, label TINYINT, propensity FLOAT?)
 *     request tells the pages of a user apart; rank orders a page
 * </pre>
 *
 * Texts are ordered by their bytes. Every result is read in an order that the tables determine, so
 * the output does not depend on how many threads DuckDB used.
 */
final class StagedLog {
  /** Category of items whose category the log does not say. */
  static final int UNKNOWN_CATEGORY = 0;

  private final ImportDatabase db;
  private final Rejects rejects;
  private final List<VectorSource> itemVectors = new ArrayList<>();
  private VectorSource queryVectors;
  private NextItemPages pages;
  private boolean loggedRequestIds;

  StagedLog(ImportDatabase db, Rejects rejects) {
    this.db = db;
    this.rejects = rejects;
  }

  /** Refuses an output folder that is in the way before hours are spent on it. */
  static void requireAbsent(Path out, ImportSettings settings) {
    if (Files.exists(out) && !settings.overwrite()) {
      throw new DatasetException(
          new Problem(out.toString(), -1, "", "an existing folder", "none, or leave to overwrite"));
    }
  }

  /** Adds a modality; its column is one of {@code item_source}. */
  StagedLog itemVectors(VectorSource source) {
    itemVectors.add(source);
    return this;
  }

  /** Gives queries vectors; the column is one of {@code query_source}. */
  StagedLog queryVectors(VectorSource source) {
    queryVectors = source;
    return this;
  }

  /** Makes requests from the graded events instead of reading {@code impressions}. */
  StagedLog pages(NextItemPages maker) {
    pages = maker;
    return this;
  }

  /**
   * Takes {@code impressions.request} as the request's id; otherwise ids are counted through from
   * 0.
   */
  StagedLog loggedRequestIds() {
    loggedRequestIds = true;
    return this;
  }

  /** Writes everything and publishes the data set. */
  ImportReport write(
      Path out, ImportSettings settings, String importer, String origin, Notes notes) {
    List<Modality> modalities = new ArrayList<>();
    for (VectorSource source : itemVectors) {
      modalities.add(new Modality(source.name(), source.dimension()));
    }
    DatasetSchema schema =
        new DatasetSchema(modalities, queryVectors == null ? 0 : queryVectors.dimension());
    code();
    try (DatasetWriter writer = DatasetWriter.create(out, schema, settings.overwrite())) {
      writeItems(writer);
      writeQueries(writer);
      long users = writeUsers(writer);
      if (users == 0) {
        throw new DatasetException(
            "nothing to import: no user is left after "
                + rejects.count()
                + " rejected rows"
                + (rejects.first().isEmpty() ? "" : ", the first: " + rejects.first().get(0)));
      }
      DatasetDescriptor dataset = writer.finish(origin, notes.toMap(importer, rejects.count()));
      return new ImportReport(dataset, rejects.count(), rejects.byFile(), rejects.first());
    } catch (SQLException e) {
      throw ImportDatabase.failed(e);
    }
  }

  /** Gives category and attribute names their ordinals, in the order of their names. */
  private void code() {
    db.run(
        "CREATE TABLE category_codes AS SELECT key, (row_number() OVER (ORDER BY key))::INTEGER AS code"
            + " FROM (SELECT DISTINCT category_key AS key FROM item_source WHERE category_key IS NOT NULL)",
        "CREATE TABLE item_keys AS SELECT item, unnest(attribute_keys) AS key,"
            + " generate_subscripts(attribute_keys, 1) AS place FROM item_source",
        "CREATE TABLE attribute_codes AS SELECT key, (row_number() OVER (ORDER BY key) - 1)::INTEGER AS code"
            + " FROM (SELECT DISTINCT key FROM item_keys)",
        "CREATE TABLE item_codes AS SELECT item, list(code ORDER BY place) AS attributes"
            + " FROM item_keys JOIN attribute_codes USING (key) GROUP BY item",
        "DROP TABLE item_keys");
  }

  private void writeItems(DatasetWriter writer) throws SQLException {
    StringBuilder sql =
        new StringBuilder(
            "SELECT s.item, s.id, coalesce(c.code, " + UNKNOWN_CATEGORY + "), a.attributes");
    for (VectorSource source : itemVectors) {
      sql.append(", s.").append(ImportDatabase.identifier(source.column()));
    }
    sql.append(
        " FROM item_source s LEFT JOIN category_codes c ON c.key = s.category_key"
            + " LEFT JOIN item_codes a ON a.item = s.item ORDER BY s.item");
    try (ImportDatabase.Cursor cursor = db.open(sql.toString())) {
      ResultSet row = cursor.row();
      while (cursor.next()) {
        float[][] vectors = new float[itemVectors.size()][];
        for (int m = 0; m < vectors.length; m++) {
          vectors[m] = itemVectors.get(m).read(row, 5 + m);
        }
        int item =
            writer.addItem(
                new Item(row.getString(2), row.getInt(3), integers(row.getArray(4)), vectors));
        requireOrdinal("item", row.getInt(1), item);
      }
    }
  }

  private void writeQueries(DatasetWriter writer) throws SQLException {
    String sql =
        "SELECT query, id, tokens, "
            + (queryVectors == null ? "NULL" : ImportDatabase.identifier(queryVectors.column()))
            + " FROM query_source ORDER BY query";
    try (ImportDatabase.Cursor cursor = db.open(sql)) {
      ResultSet row = cursor.row();
      while (cursor.next()) {
        float[] vector = queryVectors == null ? null : queryVectors.read(row, 4);
        int query = writer.addQuery(new Query(row.getString(2), integers(row.getArray(3)), vector));
        requireOrdinal("query", row.getInt(1), query);
      }
    }
  }

  private static void requireOrdinal(String what, int staged, int written) {
    if (staged != written) {
      throw new IllegalStateException(
          what + " " + staged + " was staged where " + written + " comes next");
    }
  }

  private long writeUsers(DatasetWriter writer) throws SQLException {
    String events =
        "SELECT usr, time, item, query, action, "
            + (pages == null ? "0" : "grade")
            + " FROM events ORDER BY usr, time, seq";
    String impressions =
        pages == null
            ? "SELECT usr, request, time, query, item, position, label, propensity"
                + " FROM impressions ORDER BY usr, time, request, rank"
            : "SELECT 0 WHERE false";
    long written = 0;
    try (ImportDatabase.Cursor users = db.open("SELECT usr, id FROM users ORDER BY usr");
        EventGroups histories = new EventGroups(db.open(events));
        RequestGroups requests = new RequestGroups(db.open(impressions), loggedRequestIds)) {
      while (users.next()) {
        int ordinal = users.row().getInt(1);
        String id = users.row().getString(2);
        histories.read(ordinal);
        History history = histories.history();
        List<Request> made =
            pages == null
                ? requests.read(ordinal)
                : pages.requests(id, history, histories.grades());
        try {
          writer.addUser(new User(id, history, made));
          written++;
        } catch (DatasetException e) {
          // A user whom the contract refuses is a rejected row like any other; a failing disk is
          // not.
          rejects.reject(e.problem().orElseThrow(() -> e));
        }
      }
    }
    return written;
  }

  private static int[] integers(Array array) throws SQLException {
    if (array == null) {
      return new int[0];
    }
    Object[] values = (Object[]) array.getArray();
    int[] integers = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = ((Number) values[i]).intValue();
    }
    return integers;
  }
}
