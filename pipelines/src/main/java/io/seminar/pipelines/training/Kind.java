package io.seminar.pipelines.training;

import io.seminar.network.examples.ExampleCounts;
import java.util.Locale;

/** The kinds of training, as commands name them. */
public enum Kind {
  /** On behaviours. */
  PRETRAINING("pretrain", "behaviours") {
    @Override
    String describe(ExampleCounts counts) {
      return String.format(
          Locale.ROOT,
          "training on %,d behaviours, %,d of them searched",
          counts.behaviours(),
          counts.searchedBehaviours());
    }
  },
  /** On requests. */
  FINETUNING("finetune", "requests") {
    @Override
    String describe(ExampleCounts counts) {
      return "training on "
          + period(counts.training())
          + ", validating on "
          + period(counts.validation());
    }
  };

  private final String command;
  private final String unit;

  Kind(String command, String unit) {
    this.command = command;
    this.unit = unit;
  }

  /** Name of the command. */
  String command() {
    return command;
  }

  /** What an epoch's examples are. */
  String unit() {
    return unit;
  }

  /** What of the data there is to train on. */
  abstract String describe(ExampleCounts counts);

  private static String period(ExampleCounts.Period period) {
    return String.format(
        Locale.ROOT,
        "%,d requests (%,d impressions, %,d clicked)",
        period.requests(),
        period.impressions(),
        period.clicks());
  }
}
