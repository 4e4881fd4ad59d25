package io.seminar.pipelines.nightly;

import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.pipelines.arms.ModelFolder;
import io.seminar.pipelines.config.ConfigFile;
import io.seminar.pipelines.config.ConfigSection;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.replay.Scoring;
import io.seminar.reports.gate.Bound;
import io.seminar.reports.gate.ExpectedCount;
import io.seminar.reports.gate.Gate;
import io.seminar.reports.gate.Margin;
import io.seminar.reports.gate.NonInferiority;
import io.seminar.reports.gate.Rule;
import io.seminar.reports.gate.Scope;
import io.seminar.reports.gate.ValueLimit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The YAML file of a night, checked once and as a whole: what is wrong is named with its key and
 * what was expected. {@code docs/nightly.md} describes the keys.
 */
public final class NightlyConfigFile {
  /** Version of the file's layout. */
  public static final int SCHEMA_VERSION = 1;

  private static final String EVERYTHING = "*";
  private static final int[] RECALL_AT = {10, 20, 50};
  private static final int[] PAGE_AT = {5, 10};
  private static final int MOST = 1_000_000;

  private NightlyConfigFile() {}

  /**
   * Reads a file.
   *
   * @param overrides value by key path, such as {@code data}, each a YAML value; they win over the
   *     file
   * @throws IllegalArgumentException if the file is absent, not YAML, or a key is missing, unknown
   *     or out of range
   */
  public static NightlyConfig read(Path file, Map<String, String> overrides) {
    ConfigSection top = ConfigFile.read(file, "the YAML of a night", overrides);
    top.requireVersion(SCHEMA_VERSION);
    NightlyConfig.Baseline baseline = baseline(top);
    ConfigSection replay = top.section("replay");
    ConfigSection statistics = top.section("statistics");
    NightlyConfig config =
        new NightlyConfig(
            Path.of(top.requiredText("data", "the folder of a data set")),
            system(top.section("candidate")),
            baseline,
            baseline == NightlyConfig.Baseline.GIVEN ? system(top.section("baseline")) : null,
            new Scoring(
                replay.integers("recall-at", RECALL_AT, 1, MOST),
                (float) replay.number("temperature", 0.1, t -> t > 0, "a number above 0"),
                (float)
                    replay.number(
                        "query-weight", 0.5, a -> a >= 0 && a <= 1, "a number from 0 to 1")),
            replay.integers("page-at", PAGE_AT, 1, MOST),
            replay.integer("cold-below", 5, 0, Integer.MAX_VALUE),
            replay.has("split-time") ? replay.integer("split-time", 0, Long.MIN_VALUE) : null,
            inference(statistics),
            statistics.integer("seed", 1, Long.MIN_VALUE),
            top.flag("strict", false),
            gate(top.section("gate"), top.section("expect")));
    replay.end();
    statistics.end();
    top.end();
    return config;
  }

  private static Inference inference(ConfigSection section) {
    int groups = section.integer("groups", Inference.USUAL.groups(), 0, MOST);
    if (groups == 1) {
      throw section.bad("groups", "1", "0, or at least 2");
    }
    return new Inference(
        section.integer("replicates", Inference.USUAL.replicates(), 0, MOST),
        groups,
        section.integer("flips", Inference.USUAL.flips(), 0, MOST),
        IntervalMethod.of(
            section.choice(
                "interval",
                Inference.USUAL.interval().key(),
                Arrays.stream(IntervalMethod.values()).map(IntervalMethod::key).toList())),
        section.number(
            "level", Inference.USUAL.level(), l -> l > 0 && l < 1, "a number between 0 and 1"));
  }

  private static NightlyConfig.Baseline baseline(ConfigSection top) {
    if (top.isMap("baseline")) {
      return NightlyConfig.Baseline.GIVEN;
    }
    String word = top.choice("baseline", "last-good", List.of("last-good", "none"));
    return word.equals("none") ? NightlyConfig.Baseline.NONE : NightlyConfig.Baseline.LAST_GOOD;
  }

  private static EvaluatedSystem system(ConfigSection section) {
    List<String> arms = section.texts("arms");
    if (arms.isEmpty()) {
      throw section.bad("arms", "none", "at least one arm");
    }
    String reference = section.text("reference");
    if (reference != null && !arms.contains(reference)) {
      throw section.bad("reference", reference, "one of the arms " + arms);
    }
    EvaluatedSystem system =
        new EvaluatedSystem(
            section.texts("models").stream().map(ModelFolder::parse).toList(),
            section.texts("codebooks").stream().map(Path::of).toList(),
            arms,
            reference == null ? arms.get(0) : reference);
    section.end();
    return system;
  }

  private static Gate gate(ConfigSection section, ConfigSection expect) {
    List<ExpectedCount> counts = new ArrayList<>();
    for (ExpectedCount.Count count : ExpectedCount.Count.values()) {
      counts(expect, count, counts);
    }
    expect.end();
    String firstRun = section.choice("first-run", "did-not-run", List.of("passes", "did-not-run"));
    List<Rule> rules = new ArrayList<>();
    for (ConfigSection rule : section.sections("rules")) {
      rules.add(rule(rule));
    }
    section.end();
    try {
      return new Gate(
          counts,
          rules,
          firstRun.equals("passes") ? Gate.FirstRun.PASSES : Gate.FirstRun.DID_NOT_RUN);
    } catch (IllegalArgumentException e) {
      throw section.bad(e);
    }
  }

  private static void counts(
      ConfigSection expect, ExpectedCount.Count count, List<ExpectedCount> counts) {
    String key = count.name().toLowerCase(Locale.ROOT).replace('_', '-');
    if (!expect.has(key)) {
      return;
    }
    if (!expect.isMap(key)) {
      counts.add(new ExpectedCount(count, Bound.EQUAL, expect.integer(key, 0, 0)));
      return;
    }
    ConfigSection bounds = expect.section(key);
    if (!bounds.has("at-least") && !bounds.has("at-most")) {
      bounds.end();
      throw expect.bad(key, "an empty map", "a number, or at-least and at-most");
    }
    if (bounds.has("at-least")) {
      counts.add(new ExpectedCount(count, Bound.AT_LEAST, bounds.integer("at-least", 0, 0)));
    }
    if (bounds.has("at-most")) {
      counts.add(new ExpectedCount(count, Bound.AT_MOST, bounds.integer("at-most", 0, 0)));
    }
    bounds.end();
  }

  private static Rule rule(ConfigSection section) {
    String metric = section.requiredText("metric", "the key of a metric");
    String arms = section.text("arms");
    String slices = section.text("slices");
    boolean least = section.has("at-least");
    boolean most = section.has("at-most");
    boolean margin = section.has("margin");
    if ((least ? 1 : 0) + (most ? 1 : 0) + (margin ? 1 : 0) != 1) {
      throw section.bad(
          "metric", metric + " without one limit", "one of at-least, at-most and margin beside it");
    }
    String name = section.text("name");
    String against = margin ? section.text("against") : null;
    Margin size = margin ? margin(section) : null;
    double limit =
        margin
            ? Double.NaN
            : section.number(least ? "at-least" : "at-most", 0, Double::isFinite, "a number");
    section.end();
    try {
      Scope scope =
          new Scope(metric, arms == null ? EVERYTHING : arms, slices == null ? "all" : slices);
      return margin
          ? new NonInferiority(name, scope, against, size)
          : new ValueLimit(name, scope, least ? Bound.AT_LEAST : Bound.AT_MOST, limit);
    } catch (IllegalArgumentException e) {
      throw section.bad(e);
    }
  }

  /** A number: absolute; with a percent sign: relative to the baseline's value. */
  private static Margin margin(ConfigSection section) {
    String text = section.text("margin").strip();
    boolean relative = text.endsWith("%");
    try {
      double size =
          Double.parseDouble(relative ? text.substring(0, text.length() - 1).strip() : text);
      return relative ? Margin.relative(size / 100) : Margin.absolute(size);
    } catch (IllegalArgumentException e) {
      throw section.bad("margin", text, "a number above 0, or a share such as 0.5 %");
    }
  }
}
