package io.seminar.testdata.importers;

import static io.seminar.testdata.importers.ImportDatabase.identifier;
import static io.seminar.testdata.importers.ImportDatabase.literal;

import io.seminar.sessions.Action;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Any CSV, TSV, JSON-lines or Parquet file, by an SQL script in DuckDB's dialect that makes tables
 * or views of these names and columns (* required):
 *
 * <pre>
 * items        id*           text or integer, unique
 *              category      text or integer; coded by rank of its text, from 1
 *              attributes    list of texts or integers; coded by rank
 *              vector_NAME   list of numbers, of one length; null: this item lacks the modality NAME
 * queries      id*           text or integer, unique; the table may be absent, queries are then named by the events and pages
 *              tokens        list of integers from 0; absent: hashed from the words of the id
 *              vector        list of numbers, of one length; null: none
 * events       user_id*      text or integer
 *              time*         integer milliseconds since 1970, or timestamp (without zone: UTC)
 *              item_id*      an id of items
 *              action        click, cart, buy, favourite, rate or view; absent: click
 *              query_id      an id of queries; null or absent: reached by browsing
 * impressions  user_id*      text or integer
 *              request_id*   integer, unique to the page
 *              time*         as above; one a page
 *              item_id*      an id of items
 *              label*        integer 0 to 127, or boolean
 *              position      integer 1 to 32767; absent: the order of the rows
 *              query_id      as above; one a page
 *              propensity    number above 0, up to 1; null: not logged
 * </pre>
 *
 * File names in the script are relative to the folder of the import. A column that is missing,
 * unknown or of another type is refused by name. Rows that break a rule are rejected; their number
 * is the place in the table, from 1.
 */
public final class SqlImporter implements Importer {
  /** The script that is looked for in the folder when none is given. */
  public static final String DEFAULT_SCRIPT = "import.sql";

  private static final String MODALITY = "vector_";

  /**
   * Options.
   *
   * @param sql the script's text; empty: the file {@value #DEFAULT_SCRIPT} of the folder
   */
  public record Options(String sql) {
    /** The script {@value #DEFAULT_SCRIPT} of the folder. */
    public static final Options DEFAULT = new Options("");

    public Options {
      Objects.requireNonNull(sql, "sql");
    }
  }

  static final ImportFormat FORMAT =
      new ImportFormat(
          "sql",
          "Any CSV, TSV, JSON-lines or Parquet file, by an SQL script that makes the tables items, events, impressions",
          List.of(
              ImportFlag.of(
                  "sql",
                  "FILE|TEXT",
                  "",
                  "The script, or a file with it; by default "
                      + DEFAULT_SCRIPT
                      + " of the folder.")),
          flags -> new SqlImporter(new Options(script(flags.text("sql")))));

  private enum Kind {
    NAME("text or integer", type -> isInteger(type) || isText(type)),
    INTEGER("integer", SqlImporter::isInteger),
    TIME(
        "integer milliseconds or timestamp",
        type -> isInteger(type) || type.startsWith("TIMESTAMP")),
    TEXT("text", SqlImporter::isText),
    LABEL("integer or boolean", type -> isInteger(type) || type.equals("BOOLEAN")),
    NUMBER("number", SqlImporter::isNumber),
    NAMES("list of texts or integers", type -> isList(type, t -> isInteger(t) || isText(t))),
    INTEGERS("list of integers", type -> isList(type, SqlImporter::isInteger)),
    NUMBERS("list of numbers", type -> isList(type, SqlImporter::isNumber));

    private final String expected;
    private final Predicate<String> accepts;

    Kind(String expected, Predicate<String> accepts) {
      this.expected = expected;
      this.accepts = accepts;
    }
  }

  private record Column(String name, boolean required, Kind kind) {}

  private static final Map<String, List<Column>> TABLES = new LinkedHashMap<>();

  static {
    TABLES.put(
        "items",
        List.of(
            new Column("id", true, Kind.NAME),
            new Column("category", false, Kind.NAME),
            new Column("attributes", false, Kind.NAMES)));
    TABLES.put(
        "queries",
        List.of(
            new Column("id", true, Kind.NAME),
            new Column("tokens", false, Kind.INTEGERS),
            new Column("vector", false, Kind.NUMBERS)));
    TABLES.put(
        "events",
        List.of(
            new Column("user_id", true, Kind.NAME),
            new Column("time", true, Kind.TIME),
            new Column("item_id", true, Kind.NAME),
            new Column("action", false, Kind.TEXT),
            new Column("query_id", false, Kind.NAME)));
    TABLES.put(
        "impressions",
        List.of(
            new Column("user_id", true, Kind.NAME),
            new Column("request_id", true, Kind.INTEGER),
            new Column("time", true, Kind.TIME),
            new Column("item_id", true, Kind.NAME),
            new Column("label", true, Kind.LABEL),
            new Column("position", false, Kind.INTEGER),
            new Column("query_id", false, Kind.NAME),
            new Column("propensity", false, Kind.NUMBER)));
  }

  private final Options options;

  public SqlImporter(Options options) {
    this.options = Objects.requireNonNull(options, "options");
  }

  private static String script(String value) {
    if (value.isEmpty() || value.contains(";") || value.contains("\n")) {
      return value;
    }
    try {
      return Files.readString(Path.of(value));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--sql: cannot read \"" + value + "\", and it is no script, whose statements end in ;",
          e);
    }
  }

  @Override
  public String name() {
    return FORMAT.name();
  }

  @Override
  public ImportReport importTo(
      Path from, Path out, ImportSettings settings, Consumer<Problem> rejected) {
    StagedLog.requireAbsent(out, settings);
    String script = options.sql();
    if (script.isEmpty()) {
      Path file = TextFiles.require(from, DEFAULT_SCRIPT);
      try {
        script = Files.readString(file);
      } catch (IOException e) {
        throw new DatasetException("cannot read " + file + ": " + e, e);
      }
    }
    Rejects rejects = new Rejects(rejected, settings.strict());
    try (ImportDatabase db = ImportDatabase.open(out, settings)) {
      db.run(
          "SET file_search_path = " + literal(from.toAbsolutePath().toString()),
          // The script's names are its own; ours live in another schema.
          "CREATE SCHEMA given",
          "USE given",
          script,
          "USE main");
      Map<String, Map<String, String>> given = new LinkedHashMap<>();
      TABLES.forEach((table, columns) -> given.put(table, check(db, table, columns)));
      StagedLog log = new StagedLog(db, rejects).loggedRequestIds();
      stageItems(db, log, given.get("items"), rejects);
      stageQueries(db, log, given, rejects);
      stageEvents(db, given.get("events"), rejects);
      stageImpressions(db, given.get("impressions"), rejects);
      db.run(
          "CREATE TABLE users AS SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS usr, id FROM"
              + " (SELECT user_id AS id FROM good_events UNION SELECT user_id FROM good_impressions)",
          "CREATE TABLE events AS SELECT u.usr, e.time, e.n AS seq, e.item, e.query, e.action FROM good_events e"
              + " JOIN users u ON u.id = e.user_id",
          "CREATE TABLE impressions AS SELECT u.usr, e.request, e.time, e.query, e.n AS rank, e.item, e.position, e.label,"
              + " e.propensity FROM good_impressions e JOIN users u ON u.id = e.user_id");
      return log.write(out, settings, name(), "SQL over files", notes(given));
    }
  }

  /** The columns that a table has, by name, with their types; checked against what it may have. */
  private static Map<String, String> check(ImportDatabase db, String table, List<Column> columns) {
    Map<String, String> types = new LinkedHashMap<>();
    db.forEach(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'given' AND table_name = "
            + literal(table)
            + " ORDER BY ordinal_position",
        row -> types.put(row.getString(1).toLowerCase(Locale.ROOT), row.getString(2)));
    if (types.isEmpty()) {
      if (table.equals("queries")) {
        return types;
      }
      throw new DatasetException(
          new Problem(
              table,
              -1,
              "",
              "no such table",
              "a table or view with "
                  + columns.stream().map(Column::name).collect(Collectors.joining(", "))));
    }
    for (Column column : columns) {
      if (column.required() && !types.containsKey(column.name())) {
        throw new DatasetException(
            new Problem(
                table, -1, column.name(), "columns " + types.keySet(), "a column of this name"));
      }
    }
    types.forEach((name, type) -> checkType(table, name, type, columns));
    return types;
  }

  private static void checkType(String table, String name, String type, List<Column> columns) {
    Kind kind =
        columns.stream()
            .filter(column -> column.name().equals(name))
            .findFirst()
            .map(Column::kind)
            .orElse(table.equals("items") && name.startsWith(MODALITY) ? Kind.NUMBERS : null);
    if (kind == null) {
      throw new DatasetException(
          new Problem(
              table,
              -1,
              name,
              "an unknown column",
              columns.stream().map(Column::name).collect(Collectors.joining(", "))
                  + (table.equals("items") ? ", " + MODALITY + "NAME" : "")));
    }
    if (!kind.accepts.test(type)) {
      throw new DatasetException(new Problem(table, -1, name, "type " + type, kind.expected));
    }
  }

  private static boolean isInteger(String type) {
    return Arrays.asList(
            "TINYINT",
            "SMALLINT",
            "INTEGER",
            "BIGINT",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT",
            "HUGEINT",
            "UHUGEINT")
        .contains(type);
  }

  private static boolean isText(String type) {
    return type.equals("VARCHAR") || type.equals("UUID") || type.startsWith("ENUM");
  }

  private static boolean isNumber(String type) {
    return isInteger(type)
        || type.equals("FLOAT")
        || type.equals("DOUBLE")
        || type.startsWith("DECIMAL");
  }

  private static boolean isList(String type, Predicate<String> element) {
    int bracket = type.lastIndexOf('[');
    return type.endsWith("]") && element.test(type.substring(0, bracket));
  }

  private static void stageItems(
      ImportDatabase db, StagedLog log, Map<String, String> columns, Rejects rejects) {
    List<String> vectors =
        columns.keySet().stream().filter(name -> name.startsWith(MODALITY)).toList();
    db.run(
        "CREATE TABLE item_rows AS SELECT row_number() OVER () AS n, id::VARCHAR AS id, "
            + (columns.containsKey("category") ? "category::VARCHAR" : "NULL::VARCHAR")
            + " AS category_key, "
            + (columns.containsKey("attributes") ? "attributes::VARCHAR[]" : "NULL::VARCHAR[]")
            + " AS attribute_keys"
            + vectors.stream()
                .map(name -> ", " + identifier(name) + "::FLOAT[] AS " + identifier(name))
                .collect(Collectors.joining())
            + " FROM given.items");
    StringBuilder rules =
        new StringBuilder(
            nameRule("id") + " WHEN k > 1 THEN " + fault("id", "id", "each item once"));
    rules.append(
        " WHEN len(list_filter(attribute_keys, lambda a: a IS NULL)) > 0 THEN "
            + fault("attributes", "attribute_keys::VARCHAR", "a list without nulls"));
    for (String name : vectors) {
      int dimension = dimension(db, "item_rows", "items", name);
      rules.append(vectorRule(name, dimension));
      log.itemVectors(VectorSource.list(name.substring(MODALITY.length()), dimension, name));
    }
    judge(
        db,
        "items",
        "item_rows",
        "row_number() OVER (PARTITION BY id ORDER BY n) AS k",
        rules,
        rejects);
    db.run(
        "CREATE TABLE item_source AS SELECT (row_number() OVER (ORDER BY n) - 1)::INTEGER AS item, * EXCLUDE (n, k, bad)"
            + " FROM items_judged WHERE bad IS NULL");
  }

  private static void stageQueries(
      ImportDatabase db, StagedLog log, Map<String, Map<String, String>> given, Rejects rejects) {
    Map<String, String> columns = given.get("queries");
    if (columns.isEmpty()) {
      List<String> named = new ArrayList<>();
      for (String table : List.of("events", "impressions")) {
        if (given.get(table).containsKey("query_id")) {
          named.add("SELECT query_id::VARCHAR AS id FROM given." + table);
        }
      }
      QueryTexts.stage(
          db,
          named.isEmpty()
              ? "SELECT ''::VARCHAR AS id WHERE false"
              : "SELECT DISTINCT id FROM ("
                  + String.join(" UNION ALL ", named)
                  + ") WHERE id <> ''");
      return;
    }
    boolean tokens = columns.containsKey("tokens");
    boolean vector = columns.containsKey("vector");
    db.run(
        "CREATE TABLE query_rows AS SELECT row_number() OVER () AS n, id::VARCHAR AS id"
            + (tokens ? ", tokens::BIGINT[] AS given_tokens" : "")
            + (vector ? ", vector::FLOAT[] AS vector" : "")
            + " FROM given.queries");
    StringBuilder rules =
        new StringBuilder(
            nameRule("id") + " WHEN k > 1 THEN " + fault("id", "id", "each query once"));
    if (tokens) {
      rules.append(
          " WHEN len(list_filter(given_tokens, lambda t: t IS NULL OR NOT t BETWEEN 0 AND 2147483647)) > 0 THEN "
              + fault("tokens", "given_tokens::VARCHAR", "integers from 0 to 2147483647"));
    }
    if (vector) {
      int dimension = dimension(db, "query_rows", "queries", "vector");
      rules.append(vectorRule("vector", dimension));
      log.queryVectors(VectorSource.list("query", dimension, "vector"));
    }
    judge(
        db,
        "queries",
        "query_rows",
        "row_number() OVER (PARTITION BY id ORDER BY n) AS k",
        rules,
        rejects);
    QueryTexts.stage(db, "SELECT id FROM queries_judged WHERE bad IS NULL");
    if (tokens || vector) {
      db.run(
          "CREATE TABLE hashed_queries AS SELECT * FROM query_source",
          "DROP TABLE query_source",
          "CREATE TABLE query_source AS SELECT h.query, h.id, "
              + (tokens ? "coalesce(j.given_tokens::INTEGER[], [])" : "h.tokens")
              + " AS tokens"
              + (vector ? ", j.vector" : "")
              + " FROM hashed_queries h JOIN queries_judged j ON j.id = h.id AND j.bad IS NULL");
    }
  }

  private static void stageEvents(ImportDatabase db, Map<String, String> columns, Rejects rejects) {
    StringBuilder actions = new StringBuilder("CASE lower(action)");
    for (Action action : Action.values()) {
      actions
          .append(" WHEN ")
          .append(literal(action.name().toLowerCase(Locale.ROOT)))
          .append(" THEN ")
          .append(action.code());
    }
    actions.append(" END::TINYINT AS code");
    db.run(
        "CREATE TABLE event_rows AS SELECT r.*, i.item, q.query FROM (SELECT row_number() OVER () AS n,"
            + " user_id::VARCHAR AS user_id, "
            + time(columns)
            + " AS time, item_id::VARCHAR AS item_id, "
            + (columns.containsKey("action") ? "action::VARCHAR" : "'click'")
            + " AS action, "
            + queryId(columns)
            + " AS query_id FROM given.events) r LEFT JOIN item_source i ON i.id = r.item_id"
            + " LEFT JOIN query_source q ON q.id = r.query_id");
    StringBuilder rules = new StringBuilder(nameRule("user_id") + timeRule() + memberRules());
    rules.append(
        " WHEN code IS NULL THEN "
            + fault("action", "action", "click, cart, buy, favourite, rate or view"));
    judge(db, "events", "event_rows", actions.toString(), rules, rejects);
    db.run(
        "CREATE TABLE good_events AS SELECT n, user_id, time, item, coalesce(query, 0) AS query, code AS action"
            + " FROM events_judged WHERE bad IS NULL");
  }

  private static void stageImpressions(
      ImportDatabase db, Map<String, String> columns, Rejects rejects) {
    db.run(
        "CREATE TABLE impression_rows AS SELECT r.*, i.item, q.query"
            + (columns.containsKey("position")
                ? ""
                : ", row_number() OVER (PARTITION BY r.request ORDER BY r.n) AS position")
            + " FROM (SELECT row_number() OVER () AS n,"
            + " user_id::VARCHAR AS user_id, try_cast(request_id AS BIGINT) AS request, "
            + time(columns)
            + " AS time, item_id::VARCHAR AS item_id, label::BIGINT AS label, "
            + (columns.containsKey("position") ? "try_cast(position AS BIGINT) AS position, " : "")
            + queryId(columns)
            + " AS query_id, "
            + (columns.containsKey("propensity") ? "propensity::FLOAT" : "NULL::FLOAT")
            + " AS propensity FROM given.impressions) r LEFT JOIN item_source i ON i.id = r.item_id"
            + " LEFT JOIN query_source q ON q.id = r.query_id");
    StringBuilder rules = new StringBuilder(nameRule("user_id"));
    rules.append(
        " WHEN request IS NULL THEN "
            + fault("request_id", "NULL::VARCHAR", "an integer of 64 bits"));
    rules.append(timeRule()).append(memberRules());
    rules.append(
        " WHEN label IS NULL OR NOT label BETWEEN 0 AND 127 THEN "
            + fault("label", "label::VARCHAR", "0 to 127"));
    rules.append(
        " WHEN position IS NULL OR NOT position BETWEEN 1 AND 32767 THEN "
            + fault("position", "position::VARCHAR", "1 to 32767"));
    rules.append(
        " WHEN propensity IS NOT NULL AND NOT (propensity > 0 AND propensity <= 1) THEN "
            + fault("propensity", "propensity::VARCHAR", "a probability above 0, up to 1"));
    rules.append(
        " WHEN first_user <> user_id OR first_time <> time OR first_query <> coalesce(query_id, '') THEN "
            + fault("request_id", "request::VARCHAR", "one user, time and query for all its rows"));
    judge(
        db,
        "impressions",
        "impression_rows",
        "first_value(user_id) OVER w AS first_user, first_value(time) OVER w AS first_time,"
            + " first_value(coalesce(query_id, '')) OVER w AS first_query",
        rules,
        rejects,
        " WINDOW w AS (PARTITION BY request ORDER BY n)");
    db.run(
        "CREATE TABLE good_impressions AS SELECT n, user_id, request, time, item, coalesce(query, 0) AS query,"
            + " position::SMALLINT AS position, label::TINYINT AS label, propensity FROM impressions_judged"
            + " WHERE bad IS NULL");
  }

  private static void judge(
      ImportDatabase db,
      String table,
      String rows,
      String helpers,
      StringBuilder rules,
      Rejects rejects,
      String... window) {
    db.run(
        "CREATE TABLE "
            + table
            + "_judged AS SELECT *, CASE "
            + rules
            + " END AS bad FROM (SELECT *, "
            + helpers
            + " FROM "
            + rows
            + String.join("", window)
            + ")",
        "DROP TABLE " + rows);
    db.forEach(
        "SELECT n, bad.field, bad.found, bad.expected FROM "
            + table
            + "_judged WHERE bad IS NOT NULL ORDER BY n",
        row ->
            rejects.reject(
                table, row.getLong(1), row.getString(2), row.getString(3), row.getString(4)));
  }

  private static int dimension(ImportDatabase db, String rows, String table, String column) {
    long dimension =
        db.number(
            "SELECT coalesce((SELECT len("
                + identifier(column)
                + ") FROM "
                + rows
                + " WHERE "
                + identifier(column)
                + " IS NOT NULL ORDER BY n LIMIT 1), -1)");
    if (dimension < 1 || dimension > FvecsReader.MAX_DIMENSION) {
      throw new DatasetException(
          new Problem(
              table,
              -1,
              column,
              dimension < 0 ? "no vector" : "a first vector of " + dimension + " values",
              "vectors of 1 to " + FvecsReader.MAX_DIMENSION + " values"));
    }
    return (int) dimension;
  }

  private static String vectorRule(String column, int dimension) {
    String name = identifier(column);
    return " WHEN len("
        + name
        + ") <> "
        + dimension
        + " THEN "
        + fault(
            column, "len(" + name + ") || ' values'", dimension + " values, as in the first vector")
        + " WHEN len(list_filter("
        + name
        + ", lambda x: x IS NULL OR NOT isfinite(x))) > 0 THEN "
        + fault(column, name + "::VARCHAR", "finite numbers");
  }

  private static String nameRule(String column) {
    return "WHEN coalesce(" + column + ", '') = '' THEN " + fault(column, column, "a name");
  }

  private static String timeRule() {
    return " WHEN time IS NULL OR NOT time BETWEEN 0 AND 253402300799999 THEN "
        + fault("time", "time::VARCHAR", "a time from 1970 on");
  }

  private static String memberRules() {
    return " WHEN item IS NULL THEN "
        + fault("item_id", "item_id", "an id of items")
        + " WHEN query IS NULL AND query_id IS NOT NULL THEN "
        + fault("query_id", "query_id", "an id of queries, or null");
  }

  private static String fault(String field, String found, String expected) {
    return "{'field': "
        + literal(field)
        + ", 'found': "
        + found
        + ", 'expected': "
        + literal(expected)
        + "}";
  }

  private static String time(Map<String, String> columns) {
    return columns.get("time").startsWith("TIMESTAMP")
        ? "epoch_ms(time)"
        : "try_cast(time AS BIGINT)";
  }

  private static String queryId(Map<String, String> columns) {
    return columns.containsKey("query_id") ? "query_id::VARCHAR" : "NULL::VARCHAR";
  }

  private static Notes notes(Map<String, Map<String, String>> given) {
    Notes notes =
        new Notes()
            .fact("What the script's tables hold; the importer knows nothing of their origin.");
    given.forEach((table, columns) -> notes.option(table, String.join(",", columns.keySet())));
    List<String> constructed = new ArrayList<>();
    if (!given.get("events").containsKey("action")) {
      constructed.add("All actions are clicks, since events have no column action.");
    }
    if (!given.get("impressions").containsKey("position")) {
      constructed.add("Positions are the order of the rows.");
    }
    if (!given.get("queries").containsKey("tokens")) {
      constructed.add("Query tokens are hashed from the words of the query's id.");
    }
    constructed.forEach(notes::constructed);
    return notes;
  }
}
