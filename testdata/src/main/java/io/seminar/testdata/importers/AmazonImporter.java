package io.seminar.testdata.importers;

import static io.seminar.testdata.importers.ImportDatabase.literal;

import io.seminar.sessions.Action;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Amazon reviews with product metadata (McAuley lab), JSON lines, plain or gzipped, in the layout
 * of 2018 (Ni, Li, McAuley, EMNLP 2019: {@code reviewerID, asin, overall, unixReviewTime}; {@code
 * meta_*}: {@code asin, title, category, brand}) or of 2023 (Hou et al., arXiv 2403.03952: {@code
 * user_id, parent_asin, rating, timestamp}; {@code meta_*}: {@code parent_asin, title,
 * main_category, categories, store}). Files whose names begin with {@code meta_} are metadata, all
 * other {@code .json} and {@code .jsonl} files reviews; several categories can lie in one folder.
 *
 * <p>The log has no pages: see {@link NextItemPages}.
 */
public final class AmazonImporter implements Importer {
  private static final double LIKED = 4;

  /**
   * Options.
   *
   * @param requestShare share of each user's reviews, the last ones, that become pages where the
   *     rating is 4 or more
   * @param negatives items drawn by popularity beside the true one
   * @param seed of that draw
   * @param textDimension dimension of the {@code text} vectors hashed from the titles; 0, or
   *     vectors called {@code text} from a file: none
   * @param attributeDimension dimension of the {@code attribute} vectors hashed from brand and
   *     categories; 0: none
   * @param vectors item vectors from files
   */
  public record Options(
      double requestShare,
      int negatives,
      long seed,
      int textDimension,
      int attributeDimension,
      List<VectorFile> vectors) {
    /** The last 20 %, pages of 1 + 19, 64 dimensions each, no files. */
    public static final Options DEFAULT = new Options(0.2, 19, 1, 64, 64, List.of());

    public Options {
      if (!(requestShare > 0 && requestShare <= 1)) {
        throw new IllegalArgumentException("request share " + requestShare + ": expected (0, 1]");
      }
      if (negatives < 0 || negatives > NextItemPages.MAX_NEGATIVES) {
        throw new IllegalArgumentException("negatives " + negatives + ": expected 0 to 10000");
      }
      if (textDimension < 0 || attributeDimension < 0) {
        throw new IllegalArgumentException("dimensions are 0 or more");
      }
      vectors = List.copyOf(vectors);
    }
  }

  /** What the two editions call the same things, and how long a unit of their time is. */
  private enum Edition {
    OF_2018("reviewerID", "asin", "overall", "unixReviewTime", 1000, "asin"),
    OF_2023("user_id", "parent_asin", "rating", "timestamp", 1, "parent_asin");

    final String user;
    final String item;
    final String rating;
    final String time;
    final int millis;
    final String metaItem;

    Edition(String user, String item, String rating, String time, int millis, String metaItem) {
      this.user = user;
      this.item = item;
      this.rating = rating;
      this.time = time;
      this.millis = millis;
      this.metaItem = metaItem;
    }
  }

  static final ImportFormat FORMAT =
      new ImportFormat(
          "amazon",
          "Amazon reviews with metadata, 2018 or 2023; pages are the next item among items drawn by popularity",
          List.of(
              Flags.REQUEST_SHARE,
              Flags.NEGATIVES,
              Flags.SEED,
              Flags.TEXT_DIMENSION,
              Flags.ATTRIBUTE_DIMENSION,
              Flags.VECTORS,
              Flags.VECTOR_IDS),
          flags ->
              new AmazonImporter(
                  new Options(
                      flags.share("request-share"),
                      flags.integer("negatives", 0, NextItemPages.MAX_NEGATIVES),
                      flags.wholeNumber("seed"),
                      flags.integer("text-dimension", 0, FvecsReader.MAX_DIMENSION),
                      flags.integer("attribute-dimension", 0, FvecsReader.MAX_DIMENSION),
                      flags.vectorFiles())));

  private final Options options;

  public AmazonImporter(Options options) {
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
    List<Path> metadata = TextFiles.matching(from, "meta_.*\\.jsonl?(\\.gz)?");
    List<Path> reviews = TextFiles.matching(from, "(?!meta_).*\\.jsonl?(\\.gz)?");
    if (metadata.isEmpty() || reviews.isEmpty()) {
      throw new DatasetException(
          new Problem(
              from.toString(),
              -1,
              "",
              reviews.size() + " files of reviews and " + metadata.size() + " of metadata",
              "at least one NAME.json or .jsonl and one meta_NAME, each perhaps with .gz"));
    }
    String first = TextFiles.firstLine(reviews.get(0));
    Edition edition =
        first != null && first.contains("\"reviewerID\"") ? Edition.OF_2018 : Edition.OF_2023;
    Rejects rejects = new Rejects(rejected, settings.strict());
    try (ImportDatabase db = ImportDatabase.open(out, settings)) {
      stageMetadata(db, metadata, edition, rejects);
      stageReviews(db, reviews, edition, rejects);
      stageCatalogue(db);
      try (ItemVectorFiles files = ItemVectorFiles.attach(db, options.vectors(), rejects)) {
        StagedLog log = new StagedLog(db, rejects);
        files.sources().forEach(log::itemVectors);
        if (hashesText()) {
          log.itemVectors(VectorSource.hashed("text", options.textDimension(), "terms"));
        }
        if (options.attributeDimension() > 0) {
          log.itemVectors(
              VectorSource.hashed("attribute", options.attributeDimension(), "attribute_keys"));
        }
        log.pages(
            new NextItemPages(
                options.requestShare(),
                options.negatives(),
                options.seed(),
                NextItemPages.countEvents(db)));
        return log.write(
            out,
            settings,
            name(),
            "Amazon reviews, edition of " + (edition == Edition.OF_2018 ? "2018" : "2023"),
            notes());
      }
    }
  }

  private boolean hashesText() {
    return options.textDimension() > 0
        && options.vectors().stream().noneMatch(file -> file.modality().equals("text"));
  }

  private static void stageMetadata(
      ImportDatabase db, List<Path> files, Edition edition, Rejects rejects) {
    db.run(
        "CREATE TABLE metadata(file INTEGER, line BIGINT, id VARCHAR, title VARCHAR, brand VARCHAR, main VARCHAR,"
            + " path VARCHAR[])");
    for (int f = 0; f < files.size(); f++) {
      Path file = files.get(f);
      String lines = "meta_lines_" + f;
      TextFiles.stageLines(db, lines, file, rejects);
      db.run(
          "CREATE TABLE meta_read AS SELECT line, text, json_valid(text) AS valid, CASE WHEN json_valid(text)"
              + " THEN json_transform(text, '{\""
              + edition.metaItem
              + "\": \"VARCHAR\", \"title\": \"VARCHAR\", \"brand\": \"VARCHAR\", \"store\": \"VARCHAR\","
              + " \"main_category\": \"VARCHAR\", \"category\": [\"VARCHAR\"], \"categories\": [\"VARCHAR\"]}') END AS m FROM "
              + lines,
          "DROP TABLE " + lines);
      rejectJson(db, "meta_read", file, "m", List.of(edition.metaItem), rejects);
      db.run(
          "INSERT INTO metadata SELECT "
              + f
              + ", line, m."
              + edition.metaItem
              + ", m.title, "
              + (edition == Edition.OF_2018
                  ? "m.brand, NULL, m.category"
                  : "m.store, m.main_category, m.categories")
              + " FROM meta_read WHERE valid AND m."
              + edition.metaItem
              + " <> ''",
          "DROP TABLE meta_read");
      db.forEach(
          "SELECT line, id FROM (SELECT file, line, id, row_number() OVER (PARTITION BY id ORDER BY file, line) AS k"
              + " FROM metadata) WHERE k > 1 AND file = "
              + f
              + " ORDER BY line",
          row ->
              rejects.reject(
                  TextFiles.name(file),
                  row.getLong(1),
                  edition.metaItem,
                  row.getString(2),
                  "each product once"));
    }
  }

  private static void stageReviews(
      ImportDatabase db, List<Path> files, Edition edition, Rejects rejects) {
    db.run(
        "CREATE TABLE reviews(file INTEGER, line BIGINT, user_id VARCHAR, id VARCHAR, rating DOUBLE, time BIGINT)");
    for (int f = 0; f < files.size(); f++) {
      Path file = files.get(f);
      String lines = "review_lines_" + f;
      TextFiles.stageLines(db, lines, file, rejects);
      db.run(
          "CREATE TABLE reviews_read AS SELECT line, text, json_valid(text) AS valid, CASE WHEN json_valid(text)"
              + " THEN json_transform(text, '{\""
              + edition.user
              + "\": \"VARCHAR\", \""
              + edition.item
              + "\": \"VARCHAR\", \""
              + edition.rating
              + "\": \"DOUBLE\", \""
              + edition.time
              + "\": \"BIGINT\"}') END AS r FROM "
              + lines,
          "DROP TABLE " + lines);
      rejectJson(
          db,
          "reviews_read",
          file,
          "r",
          List.of(edition.user, edition.item, edition.rating, edition.time),
          rejects);
      db.run(
          "INSERT INTO reviews SELECT "
              + f
              + ", line, r."
              + edition.user
              + ", r."
              + edition.item
              + ", r."
              + edition.rating
              + ", r."
              + edition.time
              + " * "
              + edition.millis
              + " FROM reviews_read WHERE valid AND r."
              + edition.user
              + " <> '' AND r."
              + edition.item
              + " <> '' AND r."
              + edition.rating
              + " IS NOT NULL AND r."
              + edition.time
              + " IS NOT NULL",
          "DROP TABLE reviews_read");
      // The published files hold some reviews twice, under the reviewer's several listings of one
      // product.
      db.forEach(
          "SELECT line, user_id || ' ' || id FROM (SELECT file, line, user_id, id, row_number() OVER"
              + " (PARTITION BY user_id, id, time ORDER BY file, line) AS k FROM reviews) WHERE k > 1 AND file = "
              + f
              + " ORDER BY line",
          row ->
              rejects.reject(
                  TextFiles.name(file),
                  row.getLong(1),
                  edition.item,
                  row.getString(2),
                  "one review by a user of an item at one time"));
    }
  }

  private static void rejectJson(
      ImportDatabase db,
      String table,
      Path file,
      String record,
      List<String> fields,
      Rejects rejects) {
    StringBuilder field = new StringBuilder("CASE WHEN NOT valid THEN ''");
    for (String name : fields) {
      field
          .append(" WHEN coalesce(")
          .append(record)
          .append('.')
          .append(name)
          .append("::VARCHAR, '') = '' THEN ")
          .append(literal(name));
    }
    field.append(" END");
    db.forEach(
        "SELECT line, bad, CASE WHEN bad = '' THEN text ELSE json_extract(text, '$.' || bad)::VARCHAR END FROM"
            + " (SELECT line, text, "
            + field
            + " AS bad FROM "
            + table
            + ") WHERE bad IS NOT NULL ORDER BY line",
        row ->
            rejects.reject(
                TextFiles.name(file),
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(2).isEmpty() ? "a JSON object" : "a value of the published type"));
  }

  private static void stageCatalogue(ImportDatabase db) {
    db.run(
        "CREATE TABLE kept_reviews AS SELECT * EXCLUDE (k) FROM (SELECT *, row_number() OVER"
            + " (PARTITION BY user_id, id, time ORDER BY file, line) AS k FROM reviews) WHERE k = 1",
        "CREATE TABLE kept_metadata AS SELECT * EXCLUDE (k) FROM (SELECT *, row_number() OVER"
            + " (PARTITION BY id ORDER BY file, line) AS k FROM metadata) WHERE k = 1",
        "CREATE TABLE item_source AS SELECT (row_number() OVER (ORDER BY file NULLS LAST, line, id) - 1)::INTEGER AS item,"
            + " * FROM (SELECT file, line, id, "
            + QueryTexts.words("coalesce(title, '')")
            + " AS terms, coalesce(nullif(array_to_string(path[1:3], ' > '), ''), main) AS category_key,"
            + " list_filter(list_concat(['brand=' || nullif(brand, ''), 'main=' || nullif(main, '')],"
            + " list_transform(coalesce(path, []), lambda c, i: 'category_' || i || '=' || c)),"
            + " lambda key: key IS NOT NULL) AS attribute_keys FROM kept_metadata"
            + " UNION ALL SELECT NULL, NULL, id, NULL, NULL, NULL FROM (SELECT DISTINCT id FROM kept_reviews"
            + " WHERE id NOT IN (SELECT id FROM kept_metadata)))",
        "CREATE TABLE query_source(query INTEGER, id VARCHAR, tokens INTEGER[])",
        "CREATE TABLE users AS SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS usr, id"
            + " FROM (SELECT DISTINCT user_id AS id FROM kept_reviews)",
        "CREATE TABLE events AS SELECT u.usr, r.time, (r.file::BIGINT << 40) + r.line AS seq, i.item, 0 AS query, "
            + Action.RATE.code()
            + "::TINYINT AS action, (r.rating >= "
            + LIKED
            + ")::TINYINT AS grade FROM kept_reviews r JOIN users u ON u.id = r.user_id JOIN item_source i ON i.id = r.id");
  }

  private Notes notes() {
    Notes notes =
        new Notes()
            .fact(
                "Behaviours are the reviews with their times (action RATE; the edition of 2018 knows the day only). The item that"
                    + " each page is about was reviewed there with 4 stars or more: label 1. Attributes are brand or store, main"
                    + " category and the category path; the category is the first three levels of the path, or the main category."
                    + " Products without metadata are kept without attributes.")
            .constructed(NextItemPages.NOTE)
            .leftOut(
                "Texts and star counts of reviews, prices, images, also_buy, bought_together; reviews below 4 stars make no page."
                    + " Nobody searched: there are no queries.")
            .option("request-share", options.requestShare())
            .option("negatives", options.negatives())
            .option("seed", options.seed())
            .option("text-dimension", options.textDimension())
            .option("attribute-dimension", options.attributeDimension());
    for (VectorFile file : options.vectors()) {
      notes.fact(
          "Vectors \""
              + file.modality()
              + "\" are those of "
              + TextFiles.name(file.vectors())
              + ".");
    }
    if (hashesText()) {
      notes.constructed(
          "Vectors \"text\" are signed random projections of the words of the titles (feature hashing).");
    }
    if (options.attributeDimension() > 0) {
      notes.constructed("Vectors \"attribute\" are the same of the attributes.");
    }
    return notes;
  }
}
