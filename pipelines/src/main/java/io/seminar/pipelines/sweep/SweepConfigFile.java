package io.seminar.pipelines.sweep;

import io.seminar.attention.retrieval.Targets;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.config.ConfigFile;
import io.seminar.pipelines.config.ConfigSection;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The YAML file of a sweep, checked once and as a whole: what is wrong is named with its key and
 * what was expected. {@code docs/sweep.md} describes the keys.
 */
public final class SweepConfigFile {
  /** Version of the file's layout. */
  public static final int SCHEMA_VERSION = 1;

  private static final String SHARED = "shared";
  private static final String PER_HEAD = "per-head";
  private static final long MEBIBYTE = 1L << 20;

  /** Longer than any history that fits an array of rows, whatever the model. */
  private static final int LONGEST_HISTORY = 10_000_000;

  private SweepConfigFile() {}

  /**
   * Reads a file.
   *
   * @param overrides value by key path, such as {@code grid.keep}, each a YAML value; they win over
   *     the file
   * @throws IllegalArgumentException if the file is absent, not YAML, or a key is missing, unknown
   *     or out of range
   */
  public static SweepConfig read(Path file, Map<String, String> overrides) {
    return config(ConfigFile.read(file, "the YAML of a sweep", overrides));
  }

  private static SweepConfig config(ConfigSection top) {
    top.requireVersion(SCHEMA_VERSION);
    String model = top.text("model");
    SweepConfig config =
        new SweepConfig(
            Path.of(top.requiredText("data", "the folder of a data set")),
            model == null ? null : Path.of(model),
            device(top),
            top.texts("codebooks").stream().map(Path::of).toList(),
            CatalogueQuantizer.TrainOn.valueOf(
                top.choice("train-on", "unseen", List.of("unseen", "all"))
                    .toUpperCase(Locale.ROOT)),
            perHead(top, model),
            (float) top.number("query-weight", 0.5, a -> a >= 0 && a <= 1, "a number from 0 to 1"),
            (float) top.number("temperature", 0.1, SweepConfigFile::positive, "a number above 0"),
            grid(top.section("grid")),
            measuring(top.section("measure")),
            top.integer("seed", 1, Long.MIN_VALUE));
    top.end();
    return config;
  }

  private static boolean perHead(ConfigSection top, String model) {
    boolean perHead = top.choice("codes", SHARED, List.of(SHARED, PER_HEAD)).equals(PER_HEAD);
    if (perHead && model == null) {
      throw top.bad("codes", PER_HEAD, SHARED + ", since there is no model, which has heads");
    }
    return perHead;
  }

  private static String device(ConfigSection top) {
    String device = top.text("device");
    if (device == null) {
      return Arms.CPU;
    }
    if (!device.matches("cpu|gpu:[0-9]{1,3}")) {
      throw top.bad("device", device, "cpu or gpu:N");
    }
    return device;
  }

  private static Grid grid(ConfigSection section) {
    List<String> arms = arms(section, "arms");
    if (arms.isEmpty()) {
      throw section.bad("arms", "none", "a list of arms, such as [exact, recent, pq]");
    }
    Set<String> always = new LinkedHashSet<>(arms(section, "always"));
    for (String arm : always) {
      if (!arms.contains(arm)) {
        throw section.bad("always", arm, "arms of the grid, which are " + arms);
      }
    }
    // Everything is compared with exact attention.
    always.add(Grid.EXACT);
    if (!arms.contains(Grid.EXACT)) {
      arms.add(0, Grid.EXACT);
    }
    Grid grid =
        new Grid(
            List.copyOf(arms),
            Set.copyOf(always),
            section.integers("history", new int[] {1_000, 10_000, 100_000}, 1, LONGEST_HISTORY),
            section.integers("keep", new int[] {50}, 1, 1 << 16),
            section.integers("targets", new int[] {1, Targets.MAXIMUM}, 1, Targets.MAXIMUM),
            section.integers("batch", new int[] {Targets.MAXIMUM}, 1, Targets.MAXIMUM));
    section.end();
    return grid;
  }

  private static List<String> arms(ConfigSection section, String key) {
    Set<String> arms = new LinkedHashSet<>();
    for (String pattern : section.texts(key)) {
      try {
        arms.addAll(BraceList.expand(pattern));
      } catch (IllegalArgumentException e) {
        throw section.bad(key, e.getMessage(), "names of arms");
      }
    }
    return new ArrayList<>(arms);
  }

  private static Measuring measuring(ConfigSection section) {
    section.count("threads", 1, 1); // more would measure the machine's memory
    ConfigSection warmUp = section.section("warm-up");
    Measuring measuring =
        new Measuring(
            section.count("requests", 32, 1 << 16),
            section.count("histories", 8, 1 << 10),
            section.integer("memory-mb", defaultMemory() / MEBIBYTE, 256) * MEBIBYTE,
            section.count("forks", 3, 1_000),
            section.count("samples", 3_000, 1 << 24),
            section.number("seconds", 3, SweepConfigFile::positive, "a number above 0"),
            new Measuring.WarmUp(
                warmUp.number("cv", 0.05, SweepConfigFile::positive, "a number above 0"),
                warmUp.count("stretches", 200, 1 << 24),
                warmUp.number("seconds", 2, SweepConfigFile::positive, "a number above 0")),
            section.number("prune-margin", 1.5, m -> m >= 1, "a number of at least 1"),
            section.numbers(
                "loads", new double[] {0.5, 0.8}, SweepConfigFile::positive, "numbers above 0"),
            Measuring.LoadOf.valueOf(
                section
                    .choice("load-of", "exact", List.of("exact", "own"))
                    .toUpperCase(Locale.ROOT)),
            section.number("load-seconds", 5, SweepConfigFile::positive, "a number above 0"),
            List.copyOf(section.texts("jvm-flags")));
    warmUp.end();
    section.end();
    return measuring;
  }

  private static boolean positive(double number) {
    return number > 0 && number < Double.POSITIVE_INFINITY;
  }

  /** Half of the machine's memory, so that the parent and others have room. */
  private static long defaultMemory() {
    long physical =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean os
            ? os.getTotalMemorySize()
            : 0;
    return Math.max(1L << 30, physical / 2);
  }
}
