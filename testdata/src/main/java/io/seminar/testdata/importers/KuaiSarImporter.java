package io.seminar.testdata.importers;

import io.seminar.sessions.Action;
import io.seminar.sessions.Problem;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * KuaiSAR (Sun et al., CIKM 2023): search and recommendation logs of one group of users of the
 * short-video app Kuaishou. The published CSV files {@code rec_inter.csv}, {@code src_inter.csv}
 * and {@code item_features.csv}, with the columns that the authors list on kuaisar.github.io;
 * {@code user_features.csv} and {@code social_network.csv} are not read, since a data set holds no
 * features of users.
 */
public final class KuaiSarImporter implements Importer {
  private static final String LAST_TIME = "253402300799999";

  /**
   * Options.
   *
   * @param requestShare share of each user's pages, the last ones, that become requests: in (0, 1]
   * @param textDimension dimension of the {@code text} and query vectors hashed from the anonymised
   *     words; 0: none
   * @param attributeDimension dimension of the {@code attribute} vectors; 0: none
   */
  public record Options(double requestShare, int textDimension, int attributeDimension) {
    /** The last 20 % of the pages, 64 dimensions each. */
    public static final Options DEFAULT = new Options(0.2, 64, 64);

    public Options {
      if (!(requestShare > 0 && requestShare <= 1)) {
        throw new IllegalArgumentException("request share " + requestShare + ": expected (0, 1]");
      }
      if (textDimension < 0 || attributeDimension < 0) {
        throw new IllegalArgumentException("dimensions are 0 or more");
      }
    }
  }

  static final ImportFormat FORMAT =
      new ImportFormat(
          "kuaisar",
          "KuaiSAR: logged pages of search and of recommendation by the same users",
          List.of(
              ImportFlag.of(
                  "request-share",
                  "SHARE",
                  0.2,
                  "Share of each user's pages, the last, that become requests."),
              Flags.TEXT_DIMENSION,
              Flags.ATTRIBUTE_DIMENSION),
          flags ->
              new KuaiSarImporter(
                  new Options(
                      flags.share("request-share"),
                      flags.integer("text-dimension", 0, FvecsReader.MAX_DIMENSION),
                      flags.integer("attribute-dimension", 0, FvecsReader.MAX_DIMENSION))));

  private final Options options;

  public KuaiSarImporter(Options options) {
    this.options = Objects.requireNonNull(options, "options");
  }

  @Override
  public String name() {
    return FORMAT.name();
  }

  @Override
  public ImportReport importTo(
      Path from, Path out, ImportSettings settings, Consumer<Problem> rejected) {
    StagedLog.requireAbsent(out, settings);
    Path items = TextFiles.require(from, "item_features.csv");
    Path recommended = TextFiles.require(from, "rec_inter.csv");
    Path searched = TextFiles.require(from, "src_inter.csv");
    Rejects rejects = new Rejects(rejected, settings.strict());
    try (ImportDatabase db = ImportDatabase.open(out, settings)) {
      stageFeatures(db, items, rejects);
      stageRecommended(db, recommended, rejects);
      stageSearched(db, searched, rejects);
      stageCatalogue(db);
      stagePages(db);
      StagedLog log = new StagedLog(db, rejects);
      if (options.textDimension() > 0) {
        log.itemVectors(VectorSource.hashed("text", options.textDimension(), "terms"));
        log.queryVectors(VectorSource.hashed("query", options.textDimension(), "tokens"));
      }
      if (options.attributeDimension() > 0) {
        log.itemVectors(
            VectorSource.hashed("attribute", options.attributeDimension(), "attribute_keys"));
      }
      return log.write(out, settings, name(), "KuaiSAR, Kuaishou", notes());
    }
  }

  private static void stageFeatures(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageCsv(
        db,
        "features_text",
        file,
        List.of(
            "item_id",
            "caption",
            "author_id",
            "item_type",
            "upload_type",
            "first_level_category_id",
            "second_level_category_id",
            "third_level_category_id",
            "fourth_level_category_id"),
        rejects);
    db.run(
        "CREATE TABLE features AS SELECT line, item_id AS item_text, caption AS caption_text, "
            + number("item_id")
            + " AS id, try_cast(caption AS INTEGER[]) AS terms, "
            + key("author", "author_id")
            + " AS author, 'upload_type=' || upload_type AS upload, 'item_type=' || item_type AS type, "
            + key("category_1", "first_level_category_id")
            + " AS c1, "
            + key("category_2", "second_level_category_id")
            + " AS c2, "
            + key("category_3", "third_level_category_id")
            + " AS c3, "
            + key("category_4", "fourth_level_category_id")
            + " AS c4, row_number() OVER (PARTITION BY "
            + number("item_id")
            + " ORDER BY line) AS k FROM features_text",
        "DROP TABLE features_text",
        "CREATE VIEW features_judged AS SELECT *, CASE WHEN id IS NULL OR k > 1 THEN 'item_id'"
            + " WHEN caption_text IS NOT NULL AND (terms IS NULL OR len(list_filter(terms, lambda t: t IS NULL)) > 0)"
            + " THEN 'caption' END AS bad FROM features");
    db.forEach(
        "SELECT line, bad, CASE bad WHEN 'item_id' THEN item_text ELSE caption_text END,"
            + " CASE bad WHEN 'item_id' THEN 'each item number once' ELSE 'a list such as [1, 213, 24]' END"
            + " FROM features_judged WHERE bad IS NOT NULL ORDER BY line",
        row -> reject(rejects, file, row));
  }

  private static void reject(Rejects rejects, Path file, ResultSet row) throws SQLException {
    rejects.reject(
        TextFiles.name(file), row.getLong(1), row.getString(2), row.getString(3), row.getString(4));
  }

  private static void stageRecommended(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageCsv(
        db, "rec_text", file, List.of("user_id", "item_id", "timestamp", "click"), rejects);
    db.run(
        "CREATE TABLE rec_read AS SELECT line, user_id AS user_text, item_id AS item_text, timestamp AS time_text,"
            + " click AS click_text, "
            + number("user_id")
            + " AS user_number, "
            + number("item_id")
            + "::VARCHAR AS id, "
            + number("timestamp")
            + " AS time, "
            + number("click")
            + " AS click FROM rec_text",
        "DROP TABLE rec_text",
        "CREATE VIEW rec_judged AS SELECT *, CASE WHEN user_number IS NULL THEN 'user_id' WHEN id IS NULL THEN 'item_id'"
            + " WHEN time IS NULL OR NOT time BETWEEN 0 AND "
            + LAST_TIME
            + " THEN 'timestamp' WHEN click IS NULL OR click NOT IN (0, 1) THEN 'click' END AS bad FROM rec_read");
    db.forEach(
        "SELECT line, bad, CASE bad WHEN 'user_id' THEN user_text WHEN 'item_id' THEN item_text"
            + " WHEN 'timestamp' THEN time_text ELSE click_text END, CASE bad WHEN 'timestamp'"
            + " THEN 'milliseconds since 1970' WHEN 'click' THEN '0 or 1' ELSE 'an integer' END"
            + " FROM rec_judged WHERE bad IS NOT NULL ORDER BY line",
        row -> reject(rejects, file, row));
  }

  private static void stageSearched(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageCsv(
        db,
        "src_text",
        file,
        List.of(
            "user_id",
            "search_session_id",
            "search_session_timestamp",
            "keyword",
            "item_id",
            "click_cnt",
            "item_type"),
        rejects);
    db.run(
        "CREATE TABLE src_read AS SELECT line, user_id AS user_text, search_session_id AS session_text, item_id AS item_text,"
            + " search_session_timestamp AS time_text, keyword AS keyword_text, click_cnt AS click_text, "
            + number("user_id")
            + " AS user_number, "
            + number("search_session_id")
            + " AS session, "
            + number("search_session_timestamp")
            + " AS time, try_cast(keyword AS INTEGER[]) AS terms, "
            // Other types are numbered apart from the videos, so a number alone does not name an
            // item.
            + "CASE WHEN item_type IN ('VIDEO', 'IMAGE_ATLAS') OR item_type IS NULL THEN '' ELSE item_type || ':' END || "
            + number("item_id")
            + " AS id, "
            + number("click_cnt")
            + " AS clicks FROM src_text",
        "DROP TABLE src_text",
        "CREATE VIEW src_judged AS SELECT *, CASE WHEN user_number IS NULL THEN 'user_id'"
            + " WHEN session IS NULL THEN 'search_session_id' WHEN time IS NULL OR NOT time BETWEEN 0 AND "
            + LAST_TIME
            + " THEN 'search_session_timestamp'"
            + " WHEN terms IS NULL OR len(terms) = 0 OR len(list_filter(terms, lambda t: t IS NULL OR t < 0)) > 0 THEN 'keyword'"
            + " WHEN id IS NULL THEN 'item_id' WHEN clicks IS NULL OR clicks < 0 THEN 'click_cnt'"
            + " WHEN first_time <> time OR first_keyword <> keyword_text THEN 'session' END AS bad FROM (SELECT *,"
            + " first_value(time) OVER w AS first_time, first_value(keyword_text) OVER w AS first_keyword FROM src_read"
            + " WINDOW w AS (PARTITION BY user_number, session ORDER BY line))");
    db.forEach(
        "SELECT line, bad, CASE bad WHEN 'user_id' THEN user_text WHEN 'search_session_id' THEN session_text"
            + " WHEN 'search_session_timestamp' THEN time_text WHEN 'keyword' THEN keyword_text"
            + " WHEN 'item_id' THEN item_text WHEN 'click_cnt' THEN click_text"
            + " ELSE keyword_text || ' at ' || time_text END,"
            + " CASE bad WHEN 'search_session_timestamp' THEN 'milliseconds since 1970'"
            + " WHEN 'keyword' THEN 'a list such as [20, 34, 3]' WHEN 'click_cnt' THEN 'a count'"
            + " WHEN 'session' THEN 'one keyword and one time a search session' ELSE 'an integer' END"
            + " FROM src_judged WHERE bad IS NOT NULL ORDER BY line",
        row -> reject(rejects, file, row));
  }

  private static void stageCatalogue(ImportDatabase db) {
    db.run(
        "CREATE TABLE rec AS SELECT * EXCLUDE (bad) FROM rec_judged WHERE bad IS NULL",
        "CREATE TABLE src AS SELECT * EXCLUDE (bad) FROM src_judged WHERE bad IS NULL",
        "CREATE TABLE item_source AS SELECT (row_number() OVER (ORDER BY line NULLS LAST, id) - 1)::INTEGER AS item, *"
            + " FROM (SELECT line, id::VARCHAR AS id, terms, coalesce(c3, c2, c1) AS category_key,"
            + " list_filter([author, type, upload, c1, c2, c3, c4], lambda key: key IS NOT NULL) AS attribute_keys"
            + " FROM features_judged WHERE bad IS NULL UNION ALL SELECT NULL, id, NULL, NULL, NULL"
            + " FROM (SELECT id FROM rec UNION SELECT id FROM src) WHERE id NOT IN"
            + " (SELECT id::VARCHAR FROM features_judged WHERE bad IS NULL))",
        "CREATE TABLE query_source AS SELECT (row_number() OVER (ORDER BY id))::INTEGER AS query, id,"
            + " string_split(id, ' ')::INTEGER[] AS tokens FROM (SELECT DISTINCT "
            + text("terms")
            + " AS id FROM src)",
        "CREATE TABLE users AS SELECT (row_number() OVER (ORDER BY user_number) - 1)::INTEGER AS usr,"
            + " user_number::VARCHAR AS id, user_number FROM"
            + " (SELECT user_number FROM rec UNION SELECT user_number FROM src)");
  }

  private void stagePages(ImportDatabase db) {
    db.run(
        // One row an impression of either service; a page is a moment of the feed, or a search
        // session.
        "CREATE TABLE shown AS SELECT u.usr, r.time, 0::TINYINT AS service, r.time AS page, r.line, 0 AS query, i.item,"
            + " r.click::TINYINT AS label FROM rec r JOIN users u USING (user_number) JOIN item_source i ON i.id = r.id"
            + " UNION ALL SELECT u.usr, s.time, 1::TINYINT, s.session, s.line, q.query, i.item,"
            + " (s.clicks > 0)::TINYINT FROM src s JOIN users u USING (user_number) JOIN item_source i ON i.id = s.id"
            + " JOIN query_source q ON q.id = "
            + text("s.terms"),
        "CREATE TABLE events AS SELECT usr, time, line * 2 + service AS seq, item, query, "
            + Action.CLICK.code()
            + "::TINYINT AS action FROM shown WHERE label = 1",
        "CREATE TABLE pages AS SELECT usr, service, page, row_number() OVER (PARTITION BY usr ORDER BY time, service, page)"
            + " AS request, count(*) OVER (PARTITION BY usr) AS n"
            + " FROM (SELECT DISTINCT usr, time, service, page FROM shown)",
        "CREATE TABLE impressions AS SELECT s.usr, p.request, s.time, s.query, s.line AS rank, s.item,"
            + " (row_number() OVER (PARTITION BY s.usr, p.request ORDER BY s.line))::SMALLINT AS position, s.label,"
            + " NULL::FLOAT AS propensity FROM shown s JOIN pages p USING (usr, service, page)"
            + " WHERE n > 1 AND p.request > greatest(1, n - greatest(1, floor(n * "
            + options.requestShare()
            + "::DOUBLE)))");
  }

  /** Pandas writes integer columns with holes as floats; both spellings are the same number. */
  private static String number(String column) {
    return "try_cast(" + column + " AS BIGINT)";
  }

  /** An attribute's name; ids of 0 and below are padding. */
  private static String key(String name, String column) {
    return "CASE WHEN "
        + number(column)
        + " > 0 THEN '"
        + name
        + "=' || "
        + number(column)
        + " END";
  }

  private static String text(String terms) {
    return "array_to_string(" + terms + ", ' ')";
  }

  private Notes notes() {
    Notes notes =
        new Notes()
            .fact(
                "Impressions and clicks of both services with their times; a search session is a page with its keyword, the rows"
                    + " that the recommender handed to a user at one moment are a page of the feed. Behaviours are the clicked"
                    + " impressions (action CLICK). Attributes are author, item and upload type and four category levels; the"
                    + " category is level 3, or the deepest above it. Items without a row in item_features.csv are kept without"
                    + " attributes.")
            .constructed(
                "Positions: the order of the rows of a page, from 1. Item ids of types that only search shows carry the type"
                    + " (USER:12), since nothing says that they are numbered together with the videos. The time of a behaviour"
                    + " is that of its page: when the click came is not in the log.")
            .leftOut(
                "user_features.csv, social_network.csv; playing time, forward, like, follow, search source, how often an item was"
                    + " clicked; pages before the last part of a user's pages (their clicks are in the history).")
            .option("request-share", options.requestShare())
            .option("text-dimension", options.textDimension())
            .option("attribute-dimension", options.attributeDimension());
    if (options.textDimension() > 0) {
      notes.constructed(
          "Vectors \"text\" and the query vectors are signed random projections of the anonymised words of captions and"
              + " keywords (feature hashing), on the assumption that both were numbered together.");
    }
    if (options.attributeDimension() > 0) {
      notes.constructed("Vectors \"attribute\" are the same of the attributes.");
    }
    return notes;
  }
}
