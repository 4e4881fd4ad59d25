package io.seminar.pipelines.training;

import io.seminar.network.examples.ExampleCounts;
import io.seminar.network.training.TrainingListener;
import io.seminar.pipelines.runner.Durations;
import io.seminar.sessions.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Follows a training and says how it stands: epoch, examples, rate, losses, time left. It listens
 * to the training's thread and is asked by another.
 */
final class TrainingProgress implements TrainingListener {
  /** Rejected rows that are told one by one. */
  private static final int SHOWN = 5;

  private final Kind kind;
  private final String command;
  private final int epochs;
  private final boolean mayEndSooner;
  private final Consumer<String> keep;
  private final LongSupplier nanos;

  private String doing = "reading the data"; // before the first epoch
  private int rejected;
  private int epoch;
  private boolean validating;
  private long phaseStarted;
  private long examples;
  private long expected;
  private SortedMap<String, Double> losses = new TreeMap<>();
  private long lastEpochExamples;
  private long earlierExamples; // of the whole epochs of this process
  private double earlierSeconds;
  private int validations;
  private double validationSeconds;

  /**
   * Nothing yet.
   *
   * @param epochs at most
   * @param mayEndSooner whether training may stop before that
   * @param keep is given lines that are to stay
   * @param nanos the clock, ns
   */
  TrainingProgress(
      Kind kind, int epochs, boolean mayEndSooner, Consumer<String> keep, LongSupplier nanos) {
    this.kind = kind;
    this.command = kind.command();
    this.epochs = epochs;
    this.mayEndSooner = mayEndSooner;
    this.keep = keep;
    this.nanos = nanos;
  }

  @Override
  public synchronized void rejected(Problem problem) {
    rejected++;
    if (rejected <= SHOWN) {
      keep.accept(command + ": rejected: " + problem);
    }
  }

  @Override
  public synchronized void counted(ExampleCounts counts) {
    if (rejected > SHOWN) {
      keep.accept(command + ": " + number(rejected) + " users rejected");
    }
    keep.accept(command + ": " + kind.describe(counts));
    doing = "preparing";
    phaseStarted = nanos.getAsLong();
  }

  @Override
  public synchronized void resumed(int last) {
    keep.accept(command + ": going on after epoch " + last + " of " + epochs);
    epoch = last;
    phaseStarted = nanos.getAsLong();
  }

  @Override
  public synchronized void step(int epoch, long done, long all, SortedMap<String, Double> means) {
    this.epoch = epoch;
    doing = null;
    examples = done;
    // What an epoch really has is known once there was one.
    expected = Math.max(done, lastEpochExamples > 0 ? lastEpochExamples : all);
    losses = means;
  }

  @Override
  public synchronized void validating(int epoch) {
    double seconds = sincePhase();
    earlierExamples += examples;
    earlierSeconds += seconds;
    lastEpochExamples = examples;
    validating = true;
    phaseStarted = nanos.getAsLong();
  }

  @Override
  public synchronized void epoch(int epoch, SortedMap<String, Double> measures, boolean best) {
    validationSeconds += sincePhase();
    validations++;
    validating = false;
    phaseStarted = nanos.getAsLong();
    examples = 0;
    List<String> trained = new ArrayList<>();
    List<String> validated = new ArrayList<>();
    for (String key : Measures.shown(List.of(measures))) {
      boolean validation = key.startsWith(Measures.VALIDATION);
      (validation ? validated : trained)
          .add(
              name(key, validation ? Measures.VALIDATION : Measures.TRAINING)
                  + " "
                  + value(measures.get(key)));
    }
    keep.accept(
        head(epoch)
            + "trained "
            + String.join(", ", trained)
            + (validated.isEmpty() ? "" : "; validated " + String.join(", ", validated))
            + (best ? ", best so far" : ""));
  }

  /** How it stands, in a line. */
  synchronized String status() {
    if (doing != null) {
      return command + ": " + doing;
    }
    if (validating) {
      return head(epoch) + "validating" + lossText();
    }
    if (examples == 0) { // between epochs, or after the last
      return head(epoch) + "done";
    }
    double rate = (earlierExamples + examples) / (earlierSeconds + sincePhase());
    double validation = validations == 0 ? 0 : validationSeconds / validations;
    double left =
        (expected - examples) / rate
            + validation
            + (epochs - epoch) * (expected / rate + validation);
    return head(epoch)
        + number(examples)
        + " of "
        + number(expected)
        + " "
        + kind.unit()
        + String.format(Locale.ROOT, rate < 10 ? ", %.1f a second, " : ", %,.0f a second, ", rate)
        + (mayEndSooner ? "at most " : "")
        + Durations.text(left)
        + " left"
        + lossText();
  }

  private String head(int of) {
    return command + ": epoch " + of + " of " + epochs + ": ";
  }

  private String lossText() {
    StringBuilder text = new StringBuilder();
    for (String key : Measures.shown(List.of(losses))) {
      text.append(text.length() == 0 ? "; " : ", ");
      text.append(name(key, Measures.TRAINING)).append(' ').append(value(losses.get(key)));
    }
    return text.toString();
  }

  private double sincePhase() {
    return Math.max(1e-9, (nanos.getAsLong() - phaseStarted) / 1e9);
  }

  private static String name(String key, String prefix) {
    return key.startsWith(prefix) ? key.substring(prefix.length()) : key;
  }

  private static String value(double value) {
    return Double.isNaN(value) ? "undefined" : String.format(Locale.ROOT, "%.4f", value);
  }

  private static String number(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}
