package io.seminar.reports.store;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * {@code index/RUN_ID.arrow}: one row with the facts of a run, in the columns of {@link StoredRun}
 * in snake_case; times are milliseconds since 1970. A file a run, so that two that finish at once
 * have nothing to share.
 */
final class IndexFile {
  private static final String SUFFIX = ".arrow";

  private static final ArrowTable<StoredRun> TABLE =
      new ArrowTable<StoredRun>("stored-run")
          .text("run_id", StoredRun::runId)
          .text("kind", StoredRun::kind)
          .count("started", run -> run.started().toEpochMilli())
          .count("finished", run -> run.finished().toEpochMilli())
          .nullableText("verdict", StoredRun::verdict)
          .nullableText("baseline_run", StoredRun::baselineRun)
          .text("data_digest", StoredRun::dataDigest)
          .text("catalogue_digest", StoredRun::catalogueDigest)
          .text("configuration_digest", StoredRun::configurationDigest)
          .text("code_version", StoredRun::codeVersion)
          .nullableText("revision", StoredRun::revision)
          .count("metrics_version", StoredRun::metricsVersion)
          .count("seed", StoredRun::seed)
          .count("replicates", StoredRun::replicates)
          .text("cpu", StoredRun::cpu)
          .count("cores", StoredRun::cores)
          .text("os", StoredRun::os)
          .text("jdk", StoredRun::jdk)
          .text("kernel", StoredRun::kernel)
          .count("users", StoredRun::users)
          .count("requests", StoredRun::requests)
          .count("impressions", StoredRun::impressions)
          .count("dead_letters", StoredRun::deadLetters);

  private IndexFile() {}

  static String name(String runId) {
    return runId + SUFFIX;
  }

  static boolean isName(String name) {
    return name.endsWith(SUFFIX) && !name.startsWith(".");
  }

  static String runId(String name) {
    return name.substring(0, name.length() - SUFFIX.length());
  }

  static void write(Path file, StoredRun run) {
    TABLE.write(file, List.of(run));
  }

  /**
   * Reads the facts.
   *
   * @throws DatasetException if the file is damaged, foreign, or about another run than its name
   */
  static StoredRun read(Path file) {
    List<StoredRun> rows =
        TABLE.read(
            file,
            row ->
                new StoredRun(
                    row.text("run_id"),
                    row.text("kind"),
                    Instant.ofEpochMilli(row.count("started")),
                    Instant.ofEpochMilli(row.count("finished")),
                    row.text("verdict"),
                    row.text("baseline_run"),
                    row.text("data_digest"),
                    row.text("catalogue_digest"),
                    row.text("configuration_digest"),
                    row.text("code_version"),
                    row.text("revision"),
                    row.size("metrics_version"),
                    row.count("seed"),
                    row.size("replicates"),
                    row.text("cpu"),
                    row.size("cores"),
                    row.text("os"),
                    row.text("jdk"),
                    row.text("kernel"),
                    row.count("users"),
                    row.count("requests"),
                    row.count("impressions"),
                    row.count("dead_letters")));
    String expected = runId(file.getFileName().toString());
    if (rows.size() != 1 || !rows.get(0).runId().equals(expected)) {
      throw new DatasetException(
          new Problem(
              file.toString(),
              -1,
              "run_id",
              rows.stream().map(StoredRun::runId).toList().toString(),
              "one row, of " + expected));
    }
    return rows.get(0);
  }
}
