package io.seminar.reports.store;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A finished sweep. Its folder holds {@code sweep.json}, {@code points.arrow}, {@code loads.arrow},
 * and {@code report/} once a report was written.
 *
 * <p>A sweep that is being written is a {@link Draft}, in a folder of another name: whatever can be
 * opened here is complete.
 */
public final class SweepFolder {
  private static final List<String> REQUIRED = List.of(PointsFile.FILE_NAME, LoadsFile.FILE_NAME);
  private static final ResultFolder LAYOUT =
      new ResultFolder(
          "sweep",
          SweepManifest.FILE_NAME,
          names ->
              REQUIRED.stream()
                  .filter(name -> !names.contains(name))
                  .map(name -> "no " + name)
                  .toList());

  private final Path path;
  private final SweepManifest manifest;
  private final List<SweepPoint> points;
  private final List<SweepLoad> loads;

  private SweepFolder(
      Path path, SweepManifest manifest, List<SweepPoint> points, List<SweepLoad> loads) {
    this.path = path;
    this.manifest = manifest;
    this.points = List.copyOf(points);
    this.loads = List.copyOf(loads);
  }

  /** Whether a folder is that of a sweep, sound or not. */
  public static boolean isAt(Path path) {
    return Files.isRegularFile(path.resolve(SweepManifest.FILE_NAME));
  }

  /**
   * Begins a sweep: a folder under a temporary name beside {@code out}.
   *
   * @param overwrite whether a sweep that stands at {@code out} is replaced on completion
   * @throws DatasetException if {@code out} exists and may not be replaced: without {@code
   *     overwrite}, or because it is something else than a sweep or an empty folder
   */
  public static Draft create(Path out, boolean overwrite) {
    return new Draft(out, LAYOUT.begin(out, overwrite), overwrite);
  }

  /**
   * Opens a finished sweep and reads all of it.
   *
   * @throws DatasetException if the folder is absent, not a sweep, not complete, or its files are
   *     missing, cut short or contradict one another; the message names what is wrong
   */
  public static SweepFolder open(Path path) {
    SweepManifest manifest = LAYOUT.open(path, SweepManifest::read, SweepManifest::files);
    checkDigests(path, manifest);
    List<SweepPoint> points = PointsFile.read(path.resolve(PointsFile.FILE_NAME));
    Path loadsFile = path.resolve(LoadsFile.FILE_NAME);
    List<SweepLoad> loads = LoadsFile.read(loadsFile);
    String stray = stray(points, loads);
    if (stray != null) {
      throw new DatasetException(
          new Problem(loadsFile.toString(), -1, "", stray, "measured points of the sweep only"));
    }
    return new SweepFolder(path, manifest, points, loads);
  }

  private static void checkDigests(Path path, SweepManifest manifest) {
    for (RunManifest.StoredFile file : manifest.files()) {
      Path stored = path.resolve(file.name());
      try {
        String digest = Digests.ofFile(stored);
        if (!digest.equals(file.sha256())) {
          throw new DatasetException(
              new Problem(stored.toString(), -1, "SHA-256", digest, file.sha256()));
        }
      } catch (IOException e) {
        throw new DatasetException("cannot read " + stored + ": " + e, e);
      }
    }
  }

  /** The first load whose point was not measured, or null. */
  private static String stray(List<SweepPoint> points, List<SweepLoad> loads) {
    Set<SweepPoint.Key> measured =
        points.stream()
            .filter(SweepPoint::measured)
            .map(SweepPoint::key)
            .collect(Collectors.toSet());
    return loads.stream()
        .filter(load -> !measured.contains(load.key()))
        .findFirst()
        .map(load -> "a load of " + load.key())
        .orElse(null);
  }

  /** The folder. */
  public Path path() {
    return path;
  }

  /** What {@code sweep.json} says. */
  public SweepManifest manifest() {
    return manifest;
  }

  /** The points, sorted by key. */
  public List<SweepPoint> points() {
    return points;
  }

  /** The points under load, sorted by key and load; empty if no load was tried. */
  public List<SweepLoad> loads() {
    return loads;
  }

  /** Where the report stands, or will. */
  public Path reportFolder() {
    return path.resolve("report");
  }

  /**
   * A sweep that is being written. {@link #complete} gives it its name; {@link #close} without it
   * removes the folder. What a killed process leaves has a hidden name and no {@code sweep.json}.
   */
  public static final class Draft implements AutoCloseable {
    private final Path out;
    private final Path folder;
    private final boolean overwrite;
    private boolean completed;

    private Draft(Path out, Path folder, boolean overwrite) {
      this.out = out;
      this.folder = folder;
      this.overwrite = overwrite;
    }

    /** The folder under its temporary name. */
    public Path path() {
      return folder;
    }

    /**
     * Writes points and loads, records size and digest of both files, writes {@code sweep.json},
     * and gives the folder its name.
     *
     * @param whole the manifest; its list of files is filled in here
     * @throws IllegalArgumentException if two points have one key, two loads one point and rate, or
     *     a load belongs to no measured point
     */
    public SweepFolder complete(
        SweepManifest whole, List<SweepPoint> points, List<SweepLoad> loads) {
      String stray = stray(points, loads);
      if (stray != null) {
        throw new IllegalArgumentException(
            "found " + stray + ", expected measured points of the sweep only");
      }
      PointsFile.write(folder.resolve(PointsFile.FILE_NAME), points);
      LoadsFile.write(folder.resolve(LoadsFile.FILE_NAME), loads);
      LAYOUT.complete(
          folder,
          out,
          overwrite,
          REQUIRED::contains,
          (file, files) -> {
            SweepManifest manifest = whole.withFiles(files);
            manifest.write(file);
            return manifest;
          });
      completed = true;
      return open(out);
    }

    /** Without {@link #complete}, removes the folder. */
    @Override
    public void close() {
      if (!completed) {
        ResultFolder.remove(folder);
      }
    }
  }
}
