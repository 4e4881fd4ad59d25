package io.seminar.pipelines.provenance;

import io.seminar.reports.store.RunManifest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import java.util.SortedMap;
import java.util.TreeMap;

/** What this build is made of: its version and those of the libraries that matter to results. */
public final class Build {
  private static final String RESOURCE = "/io/seminar/pipelines/build.properties";
  private static final String LIBRARY = "library.";

  private final Properties properties = new Properties();

  /** Reads what the build has left. */
  public Build() {
    try (InputStream in = Build.class.getResourceAsStream(RESOURCE)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + RESOURCE, e);
    }
  }

  /** Version, and the source revision that the launcher names. */
  public RunManifest.Code code() {
    String revision = System.getProperty("seminar.revision", "");
    return new RunManifest.Code(
        properties.getProperty("version"), revision.isEmpty() ? null : revision);
  }

  /** Version by library. */
  public SortedMap<String, String> libraries() {
    SortedMap<String, String> libraries = new TreeMap<>();
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith(LIBRARY)) {
        libraries.put(key.substring(LIBRARY.length()), properties.getProperty(key));
      }
    }
    return libraries;
  }
}
