package io.seminar.testdata.importers;

import io.seminar.sessions.Action;
import io.seminar.sessions.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * MovieLens in the CSV layout of {@code ml-latest-small}, {@code ml-latest}, {@code ml-25m} and
 * {@code ml-32m}: {@code ratings.csv} (userId, movieId, rating, timestamp in seconds), {@code
 * movies.csv} (movieId, title, genres joined by {@code |}), {@code tags.csv} (userId, movieId, tag,
 * timestamp).
 *
 * <p>Ratings become behaviours. The last part of each user's ratings is also cut into pages of
 * consecutive ratings; a page begins at the time of its first rating and is labelled with rating ≥
 * 4. What was on screen when somebody rated is not in the log, so pages are constructed.
 */
public final class MovieLensImporter implements Importer {
  /** Ratings from here up count as liked. */
  private static final double LIKED = 4;

  /**
   * Options.
   *
   * @param requestShare share of each user's ratings, the last ones, that become impressions: in
   *     (0, 1]
   * @param pageSize most impressions a page
   * @param pageGap longest time between two neighbouring ratings of one page
   * @param attributeDimension dimension of the {@code attribute} vector hashed from the genres; 0:
   *     none
   * @param vectors item vectors, such as sentence embeddings of the titles
   * @param tagsAsPseudoQueries treat the tags that users typed as if they had searched for them.
   *     They had not
   */
  public record Options(
      double requestShare,
      int pageSize,
      Duration pageGap,
      int attributeDimension,
      List<VectorFile> vectors,
      boolean tagsAsPseudoQueries) {
    /**
     * The last 20 %, pages of 10 within an hour, genres hashed to 64 dimensions, no vectors, no
     * pseudo-queries.
     */
    public static final Options DEFAULT =
        new Options(0.2, 10, Duration.ofHours(1), 64, List.of(), false);

    public Options {
      if (!(requestShare > 0 && requestShare <= 1)) {
        throw new IllegalArgumentException("request share " + requestShare + ": expected (0, 1]");
      }
      if (pageSize < 1 || pageSize > Short.MAX_VALUE) {
        throw new IllegalArgumentException("page size " + pageSize + ": expected 1 to 32767");
      }
      if (pageGap.isNegative()) {
        throw new IllegalArgumentException("page gap " + pageGap + ": expected 0 or more");
      }
      if (attributeDimension < 0) {
        throw new IllegalArgumentException(
            "attribute dimension " + attributeDimension + ": expected 0 or more");
      }
      vectors = List.copyOf(vectors);
    }

    public Options withVectors(List<VectorFile> value) {
      return new Options(
          requestShare, pageSize, pageGap, attributeDimension, value, tagsAsPseudoQueries);
    }

    public Options withTagsAsPseudoQueries(boolean value) {
      return new Options(requestShare, pageSize, pageGap, attributeDimension, vectors, value);
    }
  }

  static final ImportFormat FORMAT =
      new ImportFormat(
          "movielens",
          "MovieLens ratings (ratings.csv, movies.csv, tags.csv); pages are made of neighbouring ratings",
          List.of(
              Flags.REQUEST_SHARE,
              ImportFlag.of("page-size", "N", 10, "Most impressions a page."),
              ImportFlag.of(
                  "page-gap",
                  "SECONDS",
                  3600,
                  "Longest time between two neighbouring ratings of one page."),
              Flags.ATTRIBUTE_DIMENSION,
              Flags.VECTORS,
              Flags.VECTOR_IDS,
              ImportFlag.toggle(
                  "tags-as-pseudo-queries",
                  "Treat the tags that users typed as if they were searches, which they are not.")),
          flags ->
              new MovieLensImporter(
                  new Options(
                      flags.share("request-share"),
                      flags.integer("page-size", 1, Short.MAX_VALUE),
                      Duration.ofSeconds(flags.integer("page-gap", 0, Integer.MAX_VALUE)),
                      flags.integer("attribute-dimension", 0, FvecsReader.MAX_DIMENSION),
                      flags.vectorFiles(),
                      flags.isSet("tags-as-pseudo-queries"))));

  private final Options options;

  public MovieLensImporter(Options options) {
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
    Path movies = TextFiles.require(from, "movies.csv");
    Path ratings = TextFiles.require(from, "ratings.csv");
    Rejects rejects = new Rejects(rejected, settings.strict());
    try (ImportDatabase db = ImportDatabase.open(out, settings)) {
      stageMovies(db, movies, rejects);
      stageRatings(db, ratings, rejects);
      if (options.tagsAsPseudoQueries()) {
        stageTags(db, TextFiles.require(from, "tags.csv"), rejects);
      } else {
        db.run(
            "CREATE TABLE tags(line BIGINT, usr INTEGER, item INTEGER, query INTEGER, seconds BIGINT)",
            "CREATE TABLE query_source(query INTEGER, id VARCHAR, tokens INTEGER[])");
      }
      stagePages(db);
      stageEvents(db);
      try (ItemVectorFiles files = ItemVectorFiles.attach(db, options.vectors(), rejects)) {
        StagedLog log = new StagedLog(db, rejects);
        files.sources().forEach(log::itemVectors);
        if (options.attributeDimension() > 0) {
          log.itemVectors(
              VectorSource.hashed("attribute", options.attributeDimension(), "attribute_keys"));
        }
        return log.write(out, settings, name(), "MovieLens, GroupLens Research", notes(db));
      }
    }
  }

  private static void stageMovies(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageCsv(db, "movies_text", file, List.of("movieId", "title", "genres"), rejects);
    db.run(
        "CREATE TABLE movies AS SELECT line, \"movieId\" AS text, try_cast(\"movieId\" AS BIGINT) AS movie, genres,"
            + " row_number() OVER (PARTITION BY try_cast(\"movieId\" AS BIGINT) ORDER BY line) AS k"
            + " FROM movies_text");
    db.forEach(
        "SELECT line, text, movie IS NULL FROM movies WHERE movie IS NULL OR k > 1 ORDER BY line",
        row ->
            rejects.reject(
                TextFiles.name(file),
                row.getLong(1),
                "movieId",
                row.getString(2),
                row.getBoolean(3) ? "an integer" : "each movie once"));
    db.run(
        "CREATE TABLE item_source AS SELECT (row_number() OVER (ORDER BY line) - 1)::INTEGER AS item, movie,"
            + " movie::VARCHAR AS id, genre_names[1] AS category_key,"
            + " list_transform(genre_names, lambda g: 'genre=' || g) AS attribute_keys"
            + " FROM (SELECT *, CASE WHEN genres IS NULL OR genres = '(no genres listed)' THEN []"
            + " ELSE string_split(genres, '|') END AS genre_names FROM movies WHERE movie IS NOT NULL AND k = 1)");
  }

  private static void stageRatings(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageCsv(
        db, "ratings_text", file, List.of("userId", "movieId", "rating", "timestamp"), rejects);
    db.run(
        "CREATE TABLE ratings_read AS SELECT r.line, r.\"userId\", r.\"movieId\", r.rating AS rating_text,"
            + " r.timestamp AS time_text, try_cast(r.\"userId\" AS BIGINT) AS user_id, s.item,"
            + " try_cast(r.rating AS DOUBLE) AS rating, try_cast(r.timestamp AS BIGINT) AS seconds"
            + " FROM ratings_text r LEFT JOIN item_source s ON s.movie = try_cast(r.\"movieId\" AS BIGINT)",
        "DROP TABLE ratings_text",
        "CREATE VIEW ratings_judged AS SELECT *, CASE"
            + " WHEN user_id IS NULL THEN 'userId'"
            + " WHEN item IS NULL THEN 'movieId'"
            + " WHEN rating IS NULL OR NOT (rating > 0 AND rating <= 5) THEN 'rating'"
            + " WHEN seconds IS NULL OR NOT seconds BETWEEN 0 AND 253402300799 THEN 'timestamp'"
            + " END AS bad FROM ratings_read");
    db.forEach(
        "SELECT line, bad, CASE bad WHEN 'userId' THEN \"userId\" WHEN 'movieId' THEN \"movieId\""
            + " WHEN 'rating' THEN rating_text ELSE time_text END,"
            + " CASE bad WHEN 'userId' THEN 'an integer' WHEN 'movieId' THEN 'a movie of movies.csv'"
            + " WHEN 'rating' THEN 'a number above 0, up to 5' ELSE 'seconds since 1970' END"
            + " FROM ratings_judged WHERE bad IS NOT NULL ORDER BY line",
        row ->
            rejects.reject(
                TextFiles.name(file),
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4)));
    db.run(
        "CREATE TABLE users AS SELECT (row_number() OVER (ORDER BY user_id) - 1)::INTEGER AS usr,"
            + " user_id::VARCHAR AS id, user_id FROM (SELECT DISTINCT user_id FROM ratings_judged WHERE bad IS NULL)",
        "CREATE TABLE ratings AS SELECT r.line, u.usr, r.item, r.rating, r.seconds FROM ratings_judged r"
            + " JOIN users u USING (user_id) WHERE r.bad IS NULL");
  }

  private static void stageTags(ImportDatabase db, Path file, Rejects rejects) {
    TextFiles.stageCsv(
        db, "tags_text", file, List.of("userId", "movieId", "tag", "timestamp"), rejects);
    db.run(
        "CREATE TABLE tags_read AS SELECT t.line, t.\"userId\", t.\"movieId\", t.tag AS tag_text,"
            + " t.timestamp AS time_text, u.usr, s.item, lower(trim(t.tag)) AS tag,"
            + " try_cast(t.timestamp AS BIGINT) AS seconds FROM tags_text t"
            + " LEFT JOIN item_source s ON s.movie = try_cast(t.\"movieId\" AS BIGINT)"
            + " LEFT JOIN users u ON u.user_id = try_cast(t.\"userId\" AS BIGINT)",
        "CREATE VIEW tags_judged AS SELECT *, CASE WHEN usr IS NULL THEN 'userId'"
            + " WHEN item IS NULL THEN 'movieId' WHEN coalesce(tag, '') = '' THEN 'tag'"
            + " WHEN seconds IS NULL OR NOT seconds BETWEEN 0 AND 253402300799 THEN 'timestamp' END AS bad"
            + " FROM tags_read");
    db.forEach(
        "SELECT line, bad, CASE bad WHEN 'userId' THEN \"userId\" WHEN 'movieId' THEN \"movieId\""
            + " WHEN 'tag' THEN tag_text ELSE time_text END,"
            + " CASE bad WHEN 'userId' THEN 'a user with ratings' WHEN 'movieId' THEN 'a movie of movies.csv'"
            + " WHEN 'tag' THEN 'a text' ELSE 'seconds since 1970' END"
            + " FROM tags_judged WHERE bad IS NOT NULL ORDER BY line",
        row ->
            rejects.reject(
                TextFiles.name(file),
                row.getLong(1),
                row.getString(2),
                row.getString(3),
                row.getString(4)));
    QueryTexts.stage(db, "SELECT DISTINCT tag AS id FROM tags_judged WHERE bad IS NULL");
    db.run(
        "CREATE TABLE tags AS SELECT t.line, t.usr, t.item, q.query, t.seconds FROM tags_judged t"
            + " JOIN query_source q ON q.id = t.tag WHERE t.bad IS NULL");
  }

  /** Cuts the last ratings of each user where time runs on for too long or the page is full. */
  private void stagePages(ImportDatabase db) {
    db.run(
        "CREATE TABLE last_part AS SELECT * FROM (SELECT *,"
            + " row_number() OVER (PARTITION BY usr ORDER BY seconds, line) AS k,"
            + " count(*) OVER (PARTITION BY usr) AS n FROM ratings)"
            + " WHERE n > 1 AND k > greatest(1, n - greatest(1, floor(n * "
            + options.requestShare()
            + "::DOUBLE)))",
        "CREATE TABLE sittings AS SELECT *, sum(begins) OVER (PARTITION BY usr ORDER BY k"
            + " ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS sitting FROM (SELECT *,"
            + " CASE WHEN seconds - lag(seconds) OVER (PARTITION BY usr ORDER BY k) <= "
            + options.pageGap().toSeconds()
            + " THEN 0 ELSE 1 END AS begins FROM last_part)",
        "CREATE TABLE pages AS SELECT *, min(k) OVER (PARTITION BY usr, sitting, sheet) AS request,"
            + " min(seconds) OVER (PARTITION BY usr, sitting, sheet) AS opened FROM (SELECT *,"
            + " (row_number() OVER (PARTITION BY usr, sitting ORDER BY k) - 1) // "
            + options.pageSize()
            + " AS sheet FROM sittings)",
        // The pseudo-query of a page: the first that the user typed for one of its movies.
        "CREATE TABLE page_queries AS SELECT p.usr, p.request, min_by(t.query, (t.seconds, t.line)) AS query"
            + " FROM pages p JOIN tags t ON t.usr = p.usr AND t.item = p.item GROUP BY p.usr, p.request",
        "CREATE TABLE impressions AS SELECT p.usr, p.request, p.opened * 1000 AS time,"
            + " coalesce(q.query, 0) AS query, p.k AS rank, p.item, (p.k - p.request + 1)::SMALLINT AS position,"
            + " (p.rating >= "
            + LIKED
            + ")::TINYINT AS label, NULL::FLOAT AS propensity FROM pages p"
            + " LEFT JOIN page_queries q ON q.usr = p.usr AND q.request = p.request");
  }

  private static void stageEvents(ImportDatabase db) {
    db.run(
        "CREATE TABLE tag_events AS SELECT t.* FROM tags t WHERE NOT EXISTS (SELECT 1 FROM pages p"
            + " WHERE p.usr = t.usr AND p.item = t.item AND t.seconds < p.opened)",
        "CREATE TABLE events AS SELECT usr, seconds * 1000 AS time, line AS seq, item, 0 AS query, "
            + Action.RATE.code()
            + "::TINYINT AS action FROM ratings UNION ALL SELECT usr, seconds * 1000, line + (1::BIGINT << 40),"
            + " item, query, "
            + Action.VIEW.code()
            + "::TINYINT FROM tag_events");
  }

  private Notes notes(ImportDatabase db) {
    Notes notes =
        new Notes()
            .fact(
                "Behaviours are the ratings with their times (action RATE; seconds times 1000)."
                    + " Items are the movies in file order, their genres attributes, the first genre the category"
                    + " (0: no genre listed).")
            .constructed(
                "Requests: the last ratings of each user, cut into pages of neighbouring ratings; the request's time is"
                    + " that of the page's first rating, the position the order of rating, the label rating >= 4."
                    + " What was shown when the user rated is not in the log.")
            .leftOut("The value of a rating in the history, titles, links.csv.")
            .option("request-share", options.requestShare())
            .option("page-size", options.pageSize())
            .option("page-gap", options.pageGap().toSeconds())
            .option("attribute-dimension", options.attributeDimension())
            .option("tags-as-pseudo-queries", options.tagsAsPseudoQueries());
    for (VectorFile file : options.vectors()) {
      notes.fact(
          "Vectors \""
              + file.modality()
              + "\" are those of "
              + TextFiles.name(file.vectors())
              + ".");
    }
    if (options.attributeDimension() > 0) {
      notes.constructed(
          "Vectors \"attribute\" are signed random projections of the genres (feature hashing).");
    }
    if (options.tagsAsPseudoQueries()) {
      notes.constructed(
          "PSEUDO-QUERIES: tags that users typed stand as queries; nobody searched for them. A tag is a behaviour of its own"
              + " at the time it was typed (action VIEW), "
              + db.number("SELECT count(*) FROM tag_events")
              + " of "
              + db.number("SELECT count(*) FROM tags")
              + "; those typed before a page that holds the movie are left out of the history. A page's query is the first"
              + " tag that the user typed, at whatever time, for one of its movies. Tokens are hashed words; there is no"
              + " query vector.");
    } else {
      notes.leftOut("tags.csv.");
    }
    return notes;
  }
}
