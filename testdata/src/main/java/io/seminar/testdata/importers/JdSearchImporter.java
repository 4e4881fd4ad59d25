package io.seminar.testdata.importers;

import io.seminar.sessions.Action;
import io.seminar.sessions.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * JDsearch (Liu et al., SIGIR 2023): JD.com product search with the candidates shown and the user's
 * mixed history of search and browsing. Tab separated, with or without a header: {@code
 * user_behavior_data.txt} (query, candidate_wid_list, candidate_label_list, history_qry_list,
 * history_wid_list, history_type_list, history_time_list) and {@code product_meta_data.txt} (wid,
 * name, brand_id, brand_name, four times cate_id and cate_name, shop_id); the sample's file names
 * end in {@code _sample.txt}. Lists are joined by {@code _}, term ids by the byte 0x18.
 *
 * <p>One line is one user with one request. The log knows the gaps between a user's events in
 * seconds and the gap from the last one to the test search, but no date and no user id.
 */
public final class JdSearchImporter implements Importer {
  /** Constructed: the day on which all test searches are placed. */
  private static final Instant DAY = Instant.parse("2022-01-01T00:00:00Z");

  /**
   * Options.
   *
   * @param textDimension dimension of the {@code text} and query vectors hashed from term ids; 0:
   *     none
   * @param attributeDimension dimension of the {@code attribute} vectors hashed from brand,
   *     categories and shop; 0: none
   */
  public record Options(int textDimension, int attributeDimension) {
    /** 64 dimensions each. */
    public static final Options DEFAULT = new Options(64, 64);

    public Options {
      if (textDimension < 0 || attributeDimension < 0) {
        throw new IllegalArgumentException("dimensions are 0 or more");
      }
    }
  }

  static final ImportFormat FORMAT =
      new ImportFormat(
          "jdsearch",
          "JDsearch: product search with logged candidates and a mixed history of search and browsing",
          List.of(Flags.TEXT_DIMENSION, Flags.ATTRIBUTE_DIMENSION),
          flags ->
              new JdSearchImporter(
                  new Options(
                      flags.integer("text-dimension", 0, FvecsReader.MAX_DIMENSION),
                      flags.integer("attribute-dimension", 0, FvecsReader.MAX_DIMENSION))));

  private final Options options;

  public JdSearchImporter(Options options) {
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
    Path products = TextFiles.requireOne(from, "product_meta_data(_sample)?\\.txt(\\.gz)?");
    Path behaviour = TextFiles.requireOne(from, "user_behavior_data(_sample)?\\.txt(\\.gz)?");
    Rejects rejects = new Rejects(rejected, settings.strict());
    try (ImportDatabase db = ImportDatabase.open(out, settings)) {
      stageProducts(db, products, rejects);
      stageUsers(db, behaviour, rejects);
      stageCatalogue(db);
      stageEvents(db);
      StagedLog log = new StagedLog(db, rejects);
      if (options.textDimension() > 0) {
        log.itemVectors(VectorSource.hashed("text", options.textDimension(), "terms"));
        log.queryVectors(VectorSource.hashed("query", options.textDimension(), "tokens"));
      }
      if (options.attributeDimension() > 0) {
        log.itemVectors(
            VectorSource.hashed("attribute", options.attributeDimension(), "attribute_keys"));
      }
      return log.write(out, settings, name(), "JDsearch, JD.com", notes());
    }
  }

  private static void stageProducts(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageLines(db, "product_lines", file, rejects);
    db.run(
        "CREATE TABLE product_fields AS SELECT line, f, row_number() OVER (PARTITION BY f[1] ORDER BY line) AS k"
            + " FROM (SELECT line, string_split(text, chr(9)) AS f FROM product_lines"
            + " WHERE NOT (line = 1 AND text LIKE 'wid' || chr(9) || '%'))",
        "DROP TABLE product_lines",
        "CREATE VIEW products_judged AS SELECT *, "
            + termIds("f[2]")
            + " AS terms, CASE WHEN len(f) <> 13 THEN 'row' WHEN f[1] = '' OR k > 1 THEN 'wid'"
            + " WHEN len(list_filter("
            + termIds("f[2]")
            + ", lambda t: t IS NULL)) > 0 THEN 'name' END AS bad FROM product_fields");
    db.forEach(
        "SELECT line, bad, CASE bad WHEN 'row' THEN len(f) || ' fields' WHEN 'wid' THEN f[1] ELSE f[2] END,"
            + " CASE bad WHEN 'row' THEN '13 fields joined by tabs' WHEN 'wid' THEN 'each product once'"
            + " ELSE 'integer term ids joined by the byte 0x18' END"
            + " FROM products_judged WHERE bad IS NOT NULL ORDER BY line",
        row ->
            rejects.reject(
                TextFiles.name(file),
                row.getLong(1),
                row.getString(2).equals("row") ? "" : row.getString(2),
                row.getString(3),
                row.getString(4)));
    db.run("CREATE TABLE products AS SELECT line, f, terms FROM products_judged WHERE bad IS NULL");
  }

  private static void stageUsers(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageLines(db, "user_lines", file, rejects);
    db.run(
        "CREATE TABLE user_fields AS SELECT line, len(f) AS fields, f[1] AS query, "
            + list("f[2]")
            + " AS candidates, "
            + list("f[3]")
            + " AS labels, "
            + list("f[4]")
            + " AS queries, "
            + list("f[5]")
            + " AS items, "
            + list("f[6]")
            + " AS types, "
            + list("f[7]")
            + " AS gaps FROM (SELECT line, string_split(text, chr(9)) AS f FROM user_lines"
            + " WHERE NOT (line = 1 AND text LIKE 'query' || chr(9) || '%'))",
        "DROP TABLE user_lines",
        // The first thing wrong with a line, as {field, found, expected}.
        "CREATE VIEW users_judged AS SELECT *, CASE WHEN fields <> 7 THEN "
            + fault("''", "fields || ' fields'", "'7 fields joined by tabs'")
            + " WHEN NOT "
            + isQuery("query")
            + " THEN "
            + fault("'query'", "query", "'integer term ids joined by the byte 0x18, or -1'")
            + " WHEN len(candidates) = 0 THEN "
            + fault("'candidate_wid_list'", "'no candidate'", "'at least one'")
            + sameLength("candidate_label_list", "labels", "candidates", 0)
            + sameLength("history_qry_list", "queries", "items", 0)
            + sameLength("history_type_list", "types", "items", 0)
            + sameLength("history_time_list", "gaps", "items", 1)
            + each("candidate_wid_list", "candidates", "x <> ''", "product ids")
            + each("history_wid_list", "items", "x <> ''", "product ids")
            + each(
                "candidate_label_list",
                "labels",
                "coalesce(try_cast(x AS DOUBLE) IN (0, 1, 2, 3), false)",
                "0, 1, 2 or 3")
            + each(
                "history_qry_list",
                "queries",
                isQuery("x"),
                "integer term ids joined by the byte 0x18, or -1")
            + each(
                "history_type_list",
                "types",
                "x IN ('CLICK', 'CART', 'ORD', 'FLW')",
                "CLICK, CART, ORD or FLW")
            + each(
                "history_time_list",
                "gaps",
                "coalesce(try_cast(x AS BIGINT) BETWEEN 0 AND 4000000000, false)",
                "seconds since the event before")
            + " END AS bad FROM user_fields");
    db.forEach(
        "SELECT line, bad.field, bad.found, bad.expected FROM users_judged WHERE bad IS NOT NULL ORDER BY line",
        row ->
            rejects.reject(
                TextFiles.name(file),
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4)));
    db.run(
        "CREATE TABLE user_rows AS SELECT (row_number() OVER (ORDER BY line) - 1)::INTEGER AS usr, *"
            + " EXCLUDE (fields, bad) FROM users_judged WHERE bad IS NULL",
        "CREATE TABLE users AS SELECT usr, 'line-' || line AS id, line FROM user_rows");
  }

  private static void stageCatalogue(ImportDatabase db) {
    db.run(
        // Products with metadata in the order of the file, then those that only occur in the log.
        "CREATE TABLE item_source AS SELECT (row_number() OVER (ORDER BY line NULLS LAST, id) - 1)::INTEGER AS item, *"
            + " FROM (SELECT line, f[1] AS id, terms,"
            + " CASE WHEN f[9] <> '' THEN 'category_3=' || f[9] WHEN f[7] <> '' THEN 'category_2=' || f[7]"
            + " WHEN f[5] <> '' THEN 'category_1=' || f[5] END AS category_key,"
            + " list_filter([CASE WHEN f[3] <> '' THEN 'brand=' || f[3] END,"
            + " CASE WHEN f[5] <> '' THEN 'category_1=' || f[5] END,"
            + " CASE WHEN f[7] <> '' THEN 'category_2=' || f[7] END,"
            + " CASE WHEN f[9] <> '' THEN 'category_3=' || f[9] END,"
            + " CASE WHEN f[11] <> '' THEN 'category_4=' || f[11] END,"
            + " CASE WHEN f[13] <> '' THEN 'shop=' || f[13] END], lambda k: k IS NOT NULL) AS attribute_keys"
            + " FROM products UNION ALL SELECT NULL, id, NULL, NULL, NULL FROM (SELECT unnest(candidates) AS id"
            + " FROM user_rows UNION SELECT unnest(items) FROM user_rows)"
            + " WHERE id NOT IN (SELECT f[1] FROM products))",
        "CREATE TABLE query_source AS SELECT (row_number() OVER (ORDER BY text))::INTEGER AS query, text,"
            + " replace(text, chr(24), ' ') AS id, "
            + termIds("text")
            + " AS tokens FROM (SELECT query AS text FROM user_rows UNION SELECT unnest(queries) FROM user_rows)"
            + " WHERE text <> '-1'");
  }

  private static void stageEvents(ImportDatabase db) {
    db.run(
        "CREATE TABLE user_times AS SELECT usr, "
            // Constructed: the search lies somewhere in the day, so that requests are not all at
            // one instant and their
            // order says nothing about the length of the history.
            + DAY.toEpochMilli()
            + " + (line * 7919 % 86400) * 1000 AS time FROM users",
        "CREATE TABLE behaviours AS SELECT usr, unnest(items) AS id, unnest(queries) AS text, unnest(types) AS type,"
            + " unnest(gaps[2:])::BIGINT AS gap_after, generate_subscripts(items, 1) AS place FROM user_rows",
        "CREATE TABLE events AS SELECT b.usr, t.time - 1000 * sum(b.gap_after) OVER (PARTITION BY b.usr ORDER BY b.place"
            + " ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING)::BIGINT AS time, b.place AS seq, i.item,"
            + " coalesce(q.query, 0) AS query, CASE b.type WHEN 'CLICK' THEN "
            + Action.CLICK.code()
            + " WHEN 'CART' THEN "
            + Action.CART.code()
            + " WHEN 'ORD' THEN "
            + Action.BUY.code()
            + " ELSE "
            + Action.FAVOURITE.code()
            + " END::TINYINT AS action FROM behaviours b JOIN user_times t USING (usr) JOIN item_source i ON i.id = b.id"
            + " LEFT JOIN query_source q ON q.text = b.text",
        "DROP TABLE behaviours",
        "CREATE TABLE impressions AS SELECT c.usr, 0::BIGINT AS request, t.time, coalesce(q.query, 0) AS query,"
            + " c.place AS rank, i.item, c.place::SMALLINT AS position, c.label::DOUBLE::TINYINT AS label,"
            + " NULL::FLOAT AS propensity FROM (SELECT usr, query AS text, unnest(candidates) AS id,"
            + " unnest(labels) AS label, generate_subscripts(candidates, 1) AS place FROM user_rows) c"
            + " JOIN user_times t USING (usr) JOIN item_source i ON i.id = c.id"
            + " LEFT JOIN query_source q ON q.text = c.text");
  }

  /** A list field: an empty text is an empty list. */
  private static String list(String field) {
    return "CASE WHEN " + field + " = '' THEN [] ELSE string_split(" + field + ", '_') END";
  }

  private static String termIds(String text) {
    return "list_transform(CASE WHEN "
        + text
        + " = '' THEN [] ELSE string_split("
        + text
        + ", chr(24)) END, lambda t: try_cast(t AS INTEGER))";
  }

  private static String isQuery(String text) {
    return "regexp_full_match(" + text + ", '-1|[0-9]{1,9}(\\x18[0-9]{1,9})*')";
  }

  private static String fault(String field, String found, String expected) {
    return "{'field': " + field + ", 'found': " + found + ", 'expected': " + expected + "}";
  }

  private static String sameLength(String field, String list, String other, int more) {
    return " WHEN len("
        + list
        + ") <> len("
        + other
        + ") + "
        + more
        + " THEN "
        + fault(
            "'" + field + "'",
            "len(" + list + ") || ' entries'",
            "(len(" + other + ") + " + more + ") || ' entries'");
  }

  private static String each(String field, String list, String condition, String expected) {
    String wrong = "list_filter(" + list + ", lambda x: NOT " + condition + ")";
    return " WHEN len("
        + wrong
        + ") > 0 THEN "
        + fault("'" + field + "'", wrong + "[1]", "'" + expected + "'");
  }

  private Notes notes() {
    Notes notes =
        new Notes()
            .fact(
                "Items with their attributes (brand, four category levels, shop; the category is level 3, or the deepest above"
                    + " it), queries as term ids, behaviours with item, query (browse where the log says -1) and action (ORD"
                    + " BUY, FLW FAVOURITE), the gaps between them; one page a user with its candidates in logged order and"
                    + " labels 0 none, 1 click, 2 cart, 3 buy. Items that occur in the log without metadata are kept with"
                    + " category 0, no attributes and no vectors.")
            .constructed(
                "User ids (the line in the file). The date: the log has gaps only, in seconds; every test search is placed on "
                    + DAY.toString().substring(0, 10)
                    + " at a second that follows from its line, and the history is counted back from it. Positions: the"
                    + " order of the candidate list, from 1.")
            .leftOut("Names of brands and categories.")
            .option("text-dimension", options.textDimension())
            .option("attribute-dimension", options.attributeDimension());
    if (options.textDimension() > 0) {
      notes.constructed(
          "Vectors \"text\" and the query vectors are signed random projections of the term ids, one map for both (feature"
              + " hashing): they know which terms two texts share, and nothing else.");
    }
    if (options.attributeDimension() > 0) {
      notes.constructed("Vectors \"attribute\" are the same of brand, categories and shop.");
    }
    return notes;
  }
}
