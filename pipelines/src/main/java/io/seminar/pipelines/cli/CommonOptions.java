package io.seminar.pipelines.cli;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Options that mean the same in every command. */
final class CommonOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "YAML file with options of this command: name: value. A flag wins over the file.")
  Path config;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of every random choice (1).")
  long seed;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to work with (all processors).")
  Integer threads;

  @Option(names = "--strict", description = "Fail on the first bad record.")
  boolean strict;

  @Option(names = "--quiet", description = "No progress on the terminal.")
  boolean quiet;

  @Option(names = "--overwrite", description = "Replace what stands at --out.")
  boolean overwrite;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  /** Threads to work with, at least 1. */
  int threads() {
    int n = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    if (n < 1) {
      throw new BadInputException("--threads is " + n + ", expected at least 1");
    }
    return n;
  }
}
