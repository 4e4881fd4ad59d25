package io.seminar.testdata.importers;

import io.seminar.sessions.Action;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Open Bandit Dataset (Saito et al., NeurIPS 2021): impressions in ZOZOTOWN's fashion shop with the
 * logging policy's propensities. A folder such as {@code obd/bts/men} with one impression file
 * ({@code men.csv}: timestamp, item_id, position, click, propensity_score, user_feature_0..3,
 * user-item_affinity_*) and {@code item_context.csv} (item_id, item_feature_0..3).
 *
 * <p>There is no user id. Visitors with equal user_feature_0..3 are taken together as one
 * pseudo-user, so a "user" here is a segment of visitors, and what a history holds are the
 * segment's earlier clicks.
 */
public final class OpenBanditImporter implements Importer {
  private static final String CONTEXT = "item_context.csv";

  /**
   * Options.
   *
   * @param attributeDimension dimension of the {@code attribute} vectors hashed from the item
   *     features; 0: none
   */
  public record Options(int attributeDimension) {
    /** 64 dimensions. */
    public static final Options DEFAULT = new Options(64);

    public Options {
      if (attributeDimension < 0) {
        throw new IllegalArgumentException(
            "attribute dimension " + attributeDimension + ": expected 0 or more");
      }
    }
  }

  static final ImportFormat FORMAT =
      new ImportFormat(
          "openbandit",
          "Open Bandit impressions with logged propensities; a user is a segment of visitors",
          List.of(Flags.ATTRIBUTE_DIMENSION),
          flags ->
              new OpenBanditImporter(
                  new Options(flags.integer("attribute-dimension", 0, FvecsReader.MAX_DIMENSION))));

  private final Options options;

  public OpenBanditImporter(Options options) {
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
    Path context = TextFiles.require(from, CONTEXT);
    List<Path> logs =
        TextFiles.matching(from, ".*\\.csv(\\.gz)?").stream()
            .filter(file -> !TextFiles.name(file).startsWith(CONTEXT))
            .toList();
    if (logs.size() != 1) {
      throw new DatasetException(
          new Problem(
              from.toString(),
              -1,
              "",
              logs.stream().map(TextFiles::name).toList() + " beside " + CONTEXT,
              "one file of impressions"));
    }
    Rejects rejects = new Rejects(rejected, settings.strict());
    try (ImportDatabase db = ImportDatabase.open(out, settings)) {
      stageItems(db, context, rejects);
      stageImpressions(db, logs.get(0), rejects);
      StagedLog log = new StagedLog(db, rejects);
      if (options.attributeDimension() > 0) {
        log.itemVectors(
            VectorSource.hashed("attribute", options.attributeDimension(), "attribute_keys"));
      }
      return log.write(out, settings, name(), "Open Bandit Dataset, ZOZO", notes());
    }
  }

  private static void stageItems(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageCsv(
        db,
        "context_text",
        file,
        List.of("item_id", "item_feature_0", "item_feature_1", "item_feature_2", "item_feature_3"),
        rejects);
    db.run(
        "CREATE TABLE context AS SELECT line, item_id AS id, try_cast(item_id AS BIGINT) AS number, item_feature_1 AS f1,"
            + " item_feature_2 AS f2, item_feature_3 AS f3, item_feature_0 AS text0,"
            + " try_cast(item_feature_0 AS DOUBLE) AS f0,"
            + " row_number() OVER (PARTITION BY item_id ORDER BY line) AS k FROM context_text",
        "CREATE VIEW context_judged AS SELECT *, CASE WHEN number IS NULL OR k > 1 THEN 'item_id'"
            + " WHEN f0 IS NULL OR NOT isfinite(f0) THEN 'item_feature_0' END AS bad FROM context");
    db.forEach(
        "SELECT line, bad, CASE bad WHEN 'item_id' THEN id ELSE text0 END, CASE bad WHEN 'item_id'"
            + " THEN 'each item number once' ELSE 'a finite number' END FROM context_judged"
            + " WHERE bad IS NOT NULL ORDER BY line",
        row ->
            rejects.reject(
                TextFiles.name(file),
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4)));
    db.run(
        "CREATE TABLE item_source AS SELECT (row_number() OVER (ORDER BY number) - 1)::INTEGER AS item, id,"
            + " 'item_feature_1=' || f1 AS category_key, list_filter(['item_feature_0_quarter='"
            + " || ntile(4) OVER (ORDER BY f0, number), 'item_feature_1=' || f1, 'item_feature_2=' || f2,"
            + " 'item_feature_3=' || f3], lambda key: key IS NOT NULL) AS attribute_keys"
            + " FROM context_judged WHERE bad IS NULL");
  }

  private static void stageImpressions(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageCsv(
        db,
        "log_text",
        file,
        List.of(
            "timestamp",
            "item_id",
            "position",
            "click",
            "propensity_score",
            "user_feature_0",
            "user_feature_1",
            "user_feature_2",
            "user_feature_3"),
        rejects);
    db.run(
        "CREATE TABLE log_read AS SELECT l.line, l.timestamp AS time_text, l.item_id AS item_text, l.position AS"
            + " position_text, l.click AS click_text, l.propensity_score AS propensity_text,"
            + " epoch_ms(try_cast(l.timestamp AS TIMESTAMPTZ)) AS time, i.item,"
            + " try_cast(l.position AS SMALLINT) AS position, try_cast(l.click AS TINYINT) AS click,"
            + " try_cast(l.propensity_score AS FLOAT) AS propensity, concat_ws('-', user_feature_0, user_feature_1,"
            + " user_feature_2, user_feature_3) AS segment, (user_feature_0 IS NULL OR user_feature_1 IS NULL"
            + " OR user_feature_2 IS NULL OR user_feature_3 IS NULL) AS featureless"
            + " FROM log_text l LEFT JOIN item_source i ON i.id = l.item_id",
        "DROP TABLE log_text",
        "CREATE VIEW log_judged AS SELECT *, CASE WHEN time IS NULL THEN 'timestamp' WHEN item IS NULL THEN 'item_id'"
            + " WHEN position IS NULL OR position < 1 THEN 'position' WHEN click IS NULL OR click NOT IN (0, 1) THEN 'click'"
            + " WHEN propensity IS NULL OR NOT (propensity > 0 AND propensity <= 1) THEN 'propensity_score'"
            + " WHEN featureless THEN 'user_feature_0..3' END AS bad FROM log_read");
    db.forEach(
        "SELECT line, bad, CASE bad WHEN 'timestamp' THEN time_text WHEN 'item_id' THEN item_text"
            + " WHEN 'position' THEN position_text WHEN 'click' THEN click_text WHEN 'propensity_score'"
            + " THEN propensity_text ELSE segment END, CASE bad WHEN 'timestamp' THEN 'a time with its zone'"
            + " WHEN 'item_id' THEN 'an item of item_context.csv' WHEN 'position' THEN 'an integer from 1'"
            + " WHEN 'click' THEN '0 or 1' WHEN 'propensity_score' THEN 'a probability above 0, up to 1'"
            + " ELSE 'four features' END FROM log_judged WHERE bad IS NOT NULL ORDER BY line",
        row ->
            rejects.reject(
                TextFiles.name(file),
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4)));
    db.run(
        "CREATE TABLE users AS SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS usr, id"
            + " FROM (SELECT DISTINCT segment AS id FROM log_judged WHERE bad IS NULL)",
        "CREATE TABLE impressions AS SELECT u.usr, l.line AS request, l.time, 0 AS query, l.line AS rank, l.item,"
            + " l.position, l.click AS label, l.propensity FROM log_judged l JOIN users u ON u.id = l.segment"
            + " WHERE l.bad IS NULL",
        "CREATE TABLE query_source(query INTEGER, id VARCHAR, tokens INTEGER[])",
        "CREATE TABLE events AS SELECT usr, time, request AS seq, item, 0 AS query, "
            + Action.CLICK.code()
            + "::TINYINT AS action FROM impressions WHERE label = 1");
  }

  private Notes notes() {
    Notes notes =
        new Notes()
            .fact(
                "Every row is an impression: item, position (from 1), click, the logging policy's propensity, the time to the"
                    + " millisecond. Items have their features as attributes (item_feature_0 as its quarter), item_feature_1 as"
                    + " the category.")
            .constructed(
                "Users: the log has no user id; visitors with equal user_feature_0..3 are one pseudo-user, a segment rather than"
                    + " a person, and its history is the segment's clicks. Pages: each row is a page of its own, since nothing"
                    + " says which rows were shown together.")
            .leftOut("user-item_affinity_*, and the exact value of item_feature_0.")
            .option("attribute-dimension", options.attributeDimension());
    if (options.attributeDimension() > 0) {
      notes.constructed(
          "Vectors \"attribute\" are signed random projections of the item features (feature hashing).");
    }
    return notes;
  }
}
