package io.seminar.testdata.importers;

import io.seminar.sessions.Action;
import io.seminar.sessions.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * OTTO web shop sessions: JSON lines {@code {"session": 0, "events": [{"aid": 1517085, "ts":
 * 1659304800025, "type": "clicks"}, …]}}, times in milliseconds, types {@code clicks}, {@code
 * carts} and {@code orders}. A session is a user.
 *
 * <p>The log has neither pages nor item contents: see {@link NextItemPages} for the constructed
 * pages, and {@link FeatureHashing} for the vectors, which carry an item's identity and nothing
 * else.
 */
public final class OttoImporter implements Importer {
  /**
   * Options.
   *
   * @param requestShare share of each session's events, the last ones, that become pages: in (0, 1]
   * @param negatives items drawn by popularity beside the true one
   * @param seed of that draw
   * @param identityDimension dimension of the {@code identity} vectors hashed from the item ids; 0:
   *     none
   */
  public record Options(double requestShare, int negatives, long seed, int identityDimension) {
    /** The last 20 %, pages of 1 + 19, 64 dimensions. */
    public static final Options DEFAULT = new Options(0.2, 19, 1, 64);

    public Options {
      if (!(requestShare > 0 && requestShare <= 1)) {
        throw new IllegalArgumentException("request share " + requestShare + ": expected (0, 1]");
      }
      if (negatives < 0 || negatives > NextItemPages.MAX_NEGATIVES) {
        throw new IllegalArgumentException("negatives " + negatives + ": expected 0 to 10000");
      }
      if (identityDimension < 0) {
        throw new IllegalArgumentException(
            "identity dimension " + identityDimension + ": expected 0 or more");
      }
    }
  }

  static final ImportFormat FORMAT =
      new ImportFormat(
          "otto",
          "OTTO shop sessions (JSON lines); pages are the next item among items drawn by popularity",
          List.of(
              Flags.REQUEST_SHARE,
              Flags.NEGATIVES,
              Flags.SEED,
              ImportFlag.of(
                  "identity-dimension",
                  "N",
                  64,
                  "Dimension of the identity vectors hashed from the item ids; 0: none.")),
          flags ->
              new OttoImporter(
                  new Options(
                      flags.share("request-share"),
                      flags.integer("negatives", 0, NextItemPages.MAX_NEGATIVES),
                      flags.wholeNumber("seed"),
                      flags.integer("identity-dimension", 0, FvecsReader.MAX_DIMENSION))));

  private final Options options;

  public OttoImporter(Options options) {
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
    Path file = TextFiles.requireOne(from, ".*\\.jsonl(\\.gz)?");
    Rejects rejects = new Rejects(rejected, settings.strict());
    try (ImportDatabase db = ImportDatabase.open(out, settings)) {
      stageSessions(db, file, rejects);
      StagedLog log = new StagedLog(db, rejects);
      if (options.identityDimension() > 0) {
        log.itemVectors(
            VectorSource.hashed("identity", options.identityDimension(), "identity_keys"));
      }
      log.pages(
          new NextItemPages(
              options.requestShare(),
              options.negatives(),
              options.seed(),
              NextItemPages.countEvents(db)));
      return log.write(out, settings, name(), "OTTO recommender systems data set", notes());
    }
  }

  private static void stageSessions(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageLines(db, "session_lines", file, rejects);
    db.run(
        "CREATE TABLE sessions_read AS SELECT line, text, json_valid(text) AS valid, CASE WHEN json_valid(text)"
            + " THEN json_transform(text, '{\"session\": \"VARCHAR\", \"events\":"
            + " [{\"aid\": \"BIGINT\", \"ts\": \"BIGINT\", \"type\": \"VARCHAR\"}]}') END AS s FROM session_lines",
        "DROP TABLE session_lines",
        "CREATE VIEW sessions_judged AS SELECT *, CASE WHEN NOT valid THEN "
            + "{'field': '', 'found': text, 'expected': 'a JSON object'}"
            + " WHEN s.session IS NULL THEN {'field': 'session', 'found': text, 'expected': 'a session number'}"
            + " WHEN k > 1 THEN {'field': 'session', 'found': s.session, 'expected': 'each session once'}"
            + " WHEN s.events IS NULL OR len(s.events) = 0 THEN"
            + " {'field': 'events', 'found': text, 'expected': 'at least one event'}"
            + " WHEN wrong IS NOT NULL THEN {'field': 'events[' || (wrong - 1) || ']',"
            + " 'found': json_extract(text, '$.events[' || (wrong - 1) || ']')::VARCHAR,"
            + " 'expected': 'aid >= 0, ts in milliseconds, type clicks, carts or orders'} END AS bad"
            + " FROM (SELECT *, list_position(list_transform(s.events, lambda e: coalesce(e.aid >= 0"
            + " AND e.ts BETWEEN 0 AND 253402300799999 AND e.type IN ('clicks', 'carts', 'orders'), false)), false)"
            + " AS wrong, row_number() OVER (PARTITION BY s.session ORDER BY line) AS k FROM sessions_read)");
    db.forEach(
        "SELECT line, bad.field, bad.found, bad.expected FROM sessions_judged WHERE bad IS NOT NULL ORDER BY line",
        row ->
            rejects.reject(
                TextFiles.name(file),
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4)));
    db.run(
        "CREATE TABLE sessions AS SELECT (row_number() OVER (ORDER BY line) - 1)::INTEGER AS usr, s.session AS id,"
            + " s.events AS events FROM sessions_judged WHERE bad IS NULL",
        "CREATE TABLE users AS SELECT usr, id FROM sessions",
        "CREATE TABLE session_events AS SELECT usr, place AS seq, e.aid AS aid, e.ts AS time, e.type AS type FROM"
            + " (SELECT usr, unnest(events) AS e, generate_subscripts(events, 1) AS place FROM sessions)",
        "CREATE TABLE item_source AS SELECT (row_number() OVER (ORDER BY aid) - 1)::INTEGER AS item, aid,"
            + " aid::VARCHAR AS id, NULL::VARCHAR AS category_key, NULL::VARCHAR[] AS attribute_keys,"
            + " ['item=' || aid] AS identity_keys FROM (SELECT DISTINCT aid FROM session_events)",
        "CREATE TABLE query_source(query INTEGER, id VARCHAR, tokens INTEGER[])",
        "CREATE TABLE events AS SELECT e.usr, e.time, e.seq, i.item, 0 AS query, CASE e.type WHEN 'clicks' THEN "
            + Action.CLICK.code()
            + " WHEN 'carts' THEN "
            + Action.CART.code()
            + " ELSE "
            + Action.BUY.code()
            + " END::TINYINT AS action, CASE e.type WHEN 'clicks' THEN 1 WHEN 'carts' THEN 2 ELSE 3 END::TINYINT"
            + " AS grade FROM session_events e JOIN item_source i USING (aid)");
  }

  private Notes notes() {
    Notes notes =
        new Notes()
            .fact(
                "Behaviours: item, time and action (clicks CLICK, carts CART, orders BUY) of every event; a session is a user."
                    + " The item that each page is about was taken next: label 1 click, 2 cart, 3 order.")
            .constructed(NextItemPages.NOTE)
            .leftOut("Nothing; the log has no item contents and no queries.")
            .option("request-share", options.requestShare())
            .option("negatives", options.negatives())
            .option("seed", options.seed())
            .option("identity-dimension", options.identityDimension());
    if (options.identityDimension() > 0) {
      notes.constructed(
          "Vectors \"identity\" are hashed from the item's id: two different items are about orthogonal. They carry identity"
              + " and nothing else.");
    }
    return notes;
  }
}
