package io.seminar.testdata.importers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Query texts to {@code query_source}: numbered from 1 in the order of the texts, tokens hashed
 * from the words.
 */
final class QueryTexts {
  private QueryTexts() {}

  /**
   * @param texts a query that yields the distinct texts as {@code id}
   */
  static void stage(ImportDatabase db, String texts) {
    // DuckDB splits into words; the hash is ours, since DuckDB's own is free to change between
    // versions.
    db.run(
        "CREATE TABLE query_texts AS SELECT (row_number() OVER (ORDER BY id))::INTEGER AS query, id FROM ("
            + texts
            + ")",
        "CREATE TABLE query_words AS SELECT DISTINCT word FROM (SELECT unnest("
            + words("id")
            + ") AS word FROM query_texts)");
    List<String> codes = new ArrayList<>();
    db.forEach(
        "SELECT word FROM query_words ORDER BY word",
        row -> {
          String word = row.getString(1);
          codes.add(ImportDatabase.literal(word) + ", " + FeatureHashing.token(word));
        });
    db.run("CREATE TABLE word_tokens(word VARCHAR, token INTEGER)");
    for (int i = 0; i < codes.size(); i += 1000) {
      db.run(
          "INSERT INTO word_tokens VALUES ("
              + String.join("), (", codes.subList(i, Math.min(i + 1000, codes.size())))
              + ")");
    }
    db.run(
        "CREATE TABLE query_source AS SELECT t.query, t.id, coalesce(w.tokens, []) AS tokens FROM query_texts t"
            + " LEFT JOIN (SELECT query, list(token ORDER BY place) AS tokens FROM (SELECT query, unnest("
            + words("id")
            + ") AS word, generate_subscripts("
            + words("id")
            + ", 1) AS place FROM query_texts) JOIN word_tokens USING (word) GROUP BY query) w USING (query)");
  }

  /** SQL for the lower-case words of a text: runs of letters and digits. */
  static String words(String column) {
    return String.format(Locale.ROOT, "regexp_extract_all(lower(%s), '[\\p{L}\\p{N}]+')", column);
  }
}
