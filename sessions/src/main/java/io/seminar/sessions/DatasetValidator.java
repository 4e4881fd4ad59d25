package io.seminar.sessions;

import io.seminar.sessions.DatasetDescriptor.Counts;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** Walks a whole data set and reports everything that breaks a rule of the data contract. */
public final class DatasetValidator {
  private final Dataset dataset;
  private final Consumer<Problem> problems;
  private long found;

  private DatasetValidator(Dataset dataset, Consumer<Problem> problems) {
    this.dataset = dataset;
    this.problems = problems;
  }

  /**
   * Reads every item, query and user, and compares the counts with {@code dataset.json} and the
   * item counts. A file that cannot be read is one problem; a row is at most one. Digests are left
   * to {@link Dataset#verifyDigests}.
   *
   * @return the number of problems handed to {@code problems}
   */
  public static long check(Dataset dataset, Consumer<Problem> problems) {
    DatasetValidator validator = new DatasetValidator(dataset, problems);
    validator.guarded(validator::checkItems);
    validator.guarded(validator::checkQueries);
    validator.guarded(validator::checkUsers);
    return validator.found;
  }

  private void guarded(Runnable check) {
    try {
      check.run();
    } catch (DatasetException e) {
      report(e.problem().orElseThrow(() -> e));
    }
  }

  private void report(Problem problem) {
    if (problem != null) {
      found++;
      problems.accept(problem);
    }
  }

  private void checkItems() {
    DatasetSchema schema = dataset.descriptor().schema();
    try (Catalogue catalogue = dataset.openCatalogue()) {
      checkTable(
          catalogue.table(),
          item -> {
            float[][] vectors = new float[schema.modalities().size()][];
            for (int m = 0; m < vectors.length; m++) {
              if (catalogue.has(m, item)) {
                vectors[m] = new float[schema.modalities().get(m).dimension()];
                catalogue.copyVector(m, item, vectors[m], 0);
              }
            }
            Item row =
                new Item(
                    catalogue.id(item),
                    catalogue.category(item),
                    catalogue.attributes(item),
                    vectors);
            CatalogueTable table = catalogue.table();
            return new RowValidator(table.file(item), schema).check(table.rowInFile(item), row);
          });
    }
  }

  private void checkQueries() {
    DatasetSchema schema = dataset.descriptor().schema();
    try (QueryTable queries = dataset.openQueries()) {
      if (queries.size() == 0 || !queries.id(0).equals(Query.BROWSE.id())) {
        report(
            new Problem(
                DatasetDescriptor.Kind.QUERIES.prefix(),
                0,
                "id",
                queries.size() == 0 ? "nothing" : queries.id(0),
                Query.BROWSE.id()));
      }
      checkTable(
          queries.table(),
          query -> {
            float[] vector = null;
            if (queries.has(query)) {
              vector = new float[queries.dimension()];
              queries.copyVector(query, vector, 0);
            }
            Query row = new Query(queries.id(query), queries.tokens(query), vector);
            CatalogueTable table = queries.table();
            return new RowValidator(table.file(query), schema).check(table.rowInFile(query), row);
          });
    }
  }

  private void checkTable(CatalogueTable table, IntFunction<Problem> rules) {
    IdSet ids = new IdSet();
    for (int row = 0; row < table.size(); row++) {
      Problem problem = checkText(table, row);
      if (problem == null) {
        problem = rules.apply(row);
      }
      if (problem == null && !ids.add(table.id(row))) {
        problem =
            new Problem(
                table.file(row),
                table.rowInFile(row),
                "id",
                "\"" + table.id(row) + "\" a second time",
                "unique ids");
      }
      report(problem);
    }
  }

  private static Problem checkText(CatalogueTable table, int row) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(table.idBytes(row)));
      return null;
    } catch (CharacterCodingException e) {
      return new Problem(
          table.file(row), table.rowInFile(row), "id", "bytes that are no text", "UTF-8");
    }
  }

  private void checkUsers() {
    Counts recorded = dataset.descriptor().counts();
    int[] itemEvents = new int[recorded.items()];
    int[] itemImpressions = new int[recorded.items()];
    long users = 0;
    long events = 0;
    long requests = 0;
    long impressions = 0;
    long clicks = 0;
    int longest = 0;
    long bad = 0;
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          users++;
          if (reader.problem() != null) {
            bad++;
            report(reader.problem());
            continue;
          }
          User user = reader.user();
          events += user.history().length();
          longest = Math.max(longest, user.history().length());
          for (int item : user.history().item()) {
            itemEvents[item]++;
          }
          requests += user.requests().size();
          for (Request request : user.requests()) {
            impressions += request.length();
            for (int i = 0; i < request.length(); i++) {
              itemImpressions[request.item()[i]]++;
              clicks += request.label()[i] > 0 ? 1 : 0;
            }
          }
        }
      }
    }
    if (bad > 0) {
      // Rows that cannot be read cannot be counted.
      return;
    }
    checkCount("users", recorded.users(), users);
    checkCount("events", recorded.events(), events);
    checkCount("requests", recorded.requests(), requests);
    checkCount("impressions", recorded.impressions(), impressions);
    checkCount("clicks", recorded.clicks(), clicks);
    checkCount("longestHistory", recorded.longestHistory(), longest);
    ItemCounts counts = dataset.itemCounts();
    for (int item = 0; item < itemEvents.length; item++) {
      checkItemCount(item, "history_events", counts.historyEvents(item), itemEvents[item]);
      checkItemCount(item, "impressions", counts.impressions(item), itemImpressions[item]);
    }
  }

  private void checkCount(String field, long recorded, long counted) {
    if (recorded != counted) {
      report(
          new Problem(
              DatasetFile.NAME,
              -1,
              "counts." + field,
              Long.toString(recorded),
              counted + ", counted in the user files"));
    }
  }

  private void checkItemCount(int item, String field, int recorded, int counted) {
    if (recorded != counted) {
      report(
          new Problem(
              DatasetDescriptor.Kind.ITEM_COUNTS.prefix() + ".arrow",
              item,
              field,
              Integer.toString(recorded),
              counted + ", counted in the user files"));
    }
  }
}
