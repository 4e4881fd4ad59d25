package io.seminar.reports.gate;

import io.seminar.reports.store.ManifestJson;
import java.nio.file.Path;

/**
 * {@code calibration.json}: the tolerances of an A/A study for machines. Keys are those of {@link
 * Tolerances} in snake_case; numbers that are not there are as in {@link GateFile}.
 */
public final class TolerancesFile {
  /** Name of the file in the folder of a study. */
  public static final String FILE_NAME = "calibration.json";

  private static final ManifestJson<Tolerances> JSON =
      new ManifestJson<>(
          Tolerances.class,
          "tolerances learnt from A/A",
          Tolerances.SCHEMA_VERSION,
          GateFile.nothingIsNull());

  private TolerancesFile() {}

  /** Writes {@code file}: under a temporary name, then renamed. */
  public static void write(Path file, Tolerances tolerances) {
    JSON.write(file, tolerances);
  }

  /**
   * Reads {@code calibration.json}.
   *
   * @throws io.seminar.sessions.DatasetException if the file is no JSON object, of another version,
   *     or a key is unknown or of the wrong type
   */
  public static Tolerances read(Path file) {
    return JSON.read(file);
  }
}
