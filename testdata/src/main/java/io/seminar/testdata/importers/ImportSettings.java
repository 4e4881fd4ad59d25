package io.seminar.testdata.importers;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What every importer takes, whatever the format.
 *
 * @param overwrite replace an output folder that exists; otherwise it is refused
 * @param strict fail at the first rejected row
 * @param memoryLimit what DuckDB may hold in memory before it spills, as DuckDB writes it: {@code
 *     1GB}, {@code 512MB}
 * @param temporary folder to spill into; {@code null}: a hidden folder beside the output. A folder
 *     of the import's own is made in it and removed at the end
 */
public record ImportSettings(
    boolean overwrite, boolean strict, String memoryLimit, Path temporary) {
  /** Refuse an existing output, reject bad rows, 1 GB, spill beside the output. */
  public static final ImportSettings DEFAULT = new ImportSettings(false, false, "1GB", null);

  public ImportSettings {
    Objects.requireNonNull(memoryLimit, "memoryLimit");
    if (!memoryLimit.matches("[1-9][0-9]*(\\.[0-9]+)? ?[KMGT]i?B")) {
      throw new IllegalArgumentException(
          "memory limit \"" + memoryLimit + "\": expected a size such as 1GB or 512MB");
    }
  }

  public ImportSettings withOverwrite(boolean value) {
    return new ImportSettings(value, strict, memoryLimit, temporary);
  }

  public ImportSettings withStrict(boolean value) {
    return new ImportSettings(overwrite, value, memoryLimit, temporary);
  }

  public ImportSettings withMemoryLimit(String value) {
    return new ImportSettings(overwrite, strict, value, temporary);
  }

  public ImportSettings withTemporary(Path value) {
    return new ImportSettings(overwrite, strict, memoryLimit, value);
  }
}
