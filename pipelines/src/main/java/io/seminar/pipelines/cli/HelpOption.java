package io.seminar.pipelines.cli;

import picocli.CommandLine.Option;

/** {@code --help}, for commands that share no other option. */
final class HelpOption {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;
}
