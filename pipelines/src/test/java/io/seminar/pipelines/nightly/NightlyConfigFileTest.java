package io.seminar.pipelines.nightly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seminar.metrics.inference.IntervalMethod;
import io.seminar.pipelines.arms.ModelFolder;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.reports.gate.Bound;
import io.seminar.reports.gate.ExpectedCount;
import io.seminar.reports.gate.ExpectedCount.Count;
import io.seminar.reports.gate.Gate;
import io.seminar.reports.gate.Margin;
import io.seminar.reports.gate.NonInferiority;
import io.seminar.reports.gate.Rule;
import io.seminar.reports.gate.Scope;
import io.seminar.reports.gate.ValueLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NightlyConfigFileTest {
  private static final String WHOLE =
      """
      schema-version: 1
      data: logs/last-night
      candidate:
        models: [seminar=model/seminar, model/din]
        codebooks: [model/codebook, model/other]
        arms: [seminar/exact, seminar/pq@16]
        reference: seminar/pq@16
      baseline:
        models: old=model/old
        codebooks: model/old-codebook
        arms: old/exact
      replay:
        recall-at: [50, 10]
        page-at: 3
        temperature: 0.25
        query-weight: 0.75
        cold-below: 7
        split-time: 1234
      statistics: {replicates: 100, groups: 20, flips: 999, interval: bca, level: 0.9, seed: 5}
      strict: true
      expect:
        users: {at-least: 10, at-most: 20}
        requests: {at-most: 7}
        impressions: {at-least: 3}
        behaviours: 12
        dead-letters: 0
      gate:
        first-run: passes
        rules:
          - {metric: gauc, arms: "*pq*", margin: 0.002}
          - {metric: ndcg@10, margin: 0.5 %}
          - {metric: recall@50, arms: seminar/pq@16, slices: item=*, margin: 1%, name: fidelity}
          - {metric: gauc, arms: seminar/pq@16, against: seminar/exact, margin: 0.01}
          - {metric: logloss, at-most: 0.4}
          - {metric: auc, at-least: 0.5}
      """;

  private static final String LEAST =
      """
      schema-version: 1
      data: log
      candidate: {arms: [exact, recent]}
      gate: {rules: [{metric: gauc, margin: 0.1}]}
      """;

  @TempDir Path folder;

  private NightlyConfig read(String yaml, Map<String, String> overrides) throws IOException {
    return NightlyConfigFile.read(Files.writeString(folder.resolve("night.yaml"), yaml), overrides);
  }

  @Test
  void everyKeyIsRead() throws IOException {
    NightlyConfig config = read(WHOLE, Map.of());
    assertThat(config.data()).isEqualTo(Path.of("logs/last-night"));
    assertThat(config.candidate().models())
        .containsExactly(
            ModelFolder.parse("seminar=model/seminar"), ModelFolder.parse("model/din"));
    assertThat(config.candidate().codebooks())
        .containsExactly(Path.of("model/codebook"), Path.of("model/other"));
    assertThat(config.candidate().arms()).containsExactly("seminar/exact", "seminar/pq@16");
    assertThat(config.candidate().reference()).isEqualTo("seminar/pq@16");
    assertThat(config.baseline()).isEqualTo(NightlyConfig.Baseline.GIVEN);
    assertThat(config.baselineSystem().models())
        .containsExactly(ModelFolder.parse("old=model/old"));
    assertThat(config.baselineSystem().codebooks()).containsExactly(Path.of("model/old-codebook"));
    assertThat(config.baselineSystem().arms()).containsExactly("old/exact");
    assertThat(config.baselineSystem().reference()).isEqualTo("old/exact");
    assertThat(config.scoring().recallAt()).containsExactly(10, 50);
    assertThat(config.scoring().temperature()).isEqualTo(0.25f);
    assertThat(config.scoring().queryWeight()).isEqualTo(0.75f);
    assertThat(config.pageAt()).containsExactly(3);
    assertThat(config.coldBelow()).isEqualTo(7);
    assertThat(config.splitTime()).isEqualTo(1234);
    assertThat(config.inference()).isEqualTo(new Inference(100, 20, 999, IntervalMethod.BCA, 0.9));
    assertThat(config.seed()).isEqualTo(5);
    assertThat(config.strict()).isTrue();
    assertThat(config.gate().counts())
        .containsExactly(
            new ExpectedCount(Count.USERS, Bound.AT_LEAST, 10),
            new ExpectedCount(Count.USERS, Bound.AT_MOST, 20),
            new ExpectedCount(Count.REQUESTS, Bound.AT_MOST, 7),
            new ExpectedCount(Count.IMPRESSIONS, Bound.AT_LEAST, 3),
            new ExpectedCount(Count.BEHAVIOURS, Bound.EQUAL, 12),
            new ExpectedCount(Count.DEAD_LETTERS, Bound.EQUAL, 0));
    assertThat(config.gate().firstRun()).isEqualTo(Gate.FirstRun.PASSES);
    assertThat(config.gate().rules())
        .containsExactly(
            new NonInferiority(
                null, new Scope("gauc", "*pq*", "all"), null, Margin.absolute(0.002)),
            new NonInferiority(
                null, new Scope("ndcg@10", "*", "all"), null, Margin.relative(0.005)),
            new NonInferiority(
                "fidelity",
                new Scope("recall@50", "seminar/pq@16", "item=*"),
                null,
                Margin.relative(0.01)),
            new NonInferiority(
                null,
                new Scope("gauc", "seminar/pq@16", "all"),
                "seminar/exact",
                Margin.absolute(0.01)),
            new ValueLimit(null, new Scope("logloss", "*", "all"), Bound.AT_MOST, 0.4),
            new ValueLimit(null, new Scope("auc", "*", "all"), Bound.AT_LEAST, 0.5));
  }

  @Test
  void everythingButDataArmsAndRulesHasADefault() throws IOException {
    NightlyConfig config = read(LEAST, Map.of());
    assertThat(config.candidate().models()).isEmpty();
    assertThat(config.candidate().codebooks()).isEmpty();
    assertThat(config.candidate().reference()).as("the first arm").isEqualTo("exact");
    assertThat(config.baseline()).isEqualTo(NightlyConfig.Baseline.LAST_GOOD);
    assertThat(config.baselineSystem()).isNull();
    assertThat(config.scoring().recallAt()).containsExactly(10, 20, 50);
    assertThat(config.scoring().temperature()).isEqualTo(0.1f);
    assertThat(config.scoring().queryWeight()).isEqualTo(0.5f);
    assertThat(config.pageAt()).containsExactly(5, 10);
    assertThat(config.coldBelow()).isEqualTo(5);
    assertThat(config.splitTime()).isNull();
    assertThat(config.inference()).isEqualTo(Inference.USUAL);
    assertThat(config.seed()).isEqualTo(1);
    assertThat(config.strict()).isFalse();
    assertThat(config.gate().counts()).isEmpty();
    assertThat(config.gate().firstRun()).isEqualTo(Gate.FirstRun.DID_NOT_RUN);
    Rule rule = config.gate().rules().get(0);
    assertThat(rule.scope()).isEqualTo(new Scope("gauc", "*", "all"));
  }

  @Test
  void overridesWin() throws IOException {
    NightlyConfig config =
        read(
            LEAST,
            Map.of(
                "data", "other/log",
                "baseline", "none",
                "gate.first-run", "passes",
                "statistics.replicates", "77",
                "expect.users", "{at-least: 3}"));
    assertThat(config.data()).isEqualTo(Path.of("other/log"));
    assertThat(config.baseline()).isEqualTo(NightlyConfig.Baseline.NONE);
    assertThat(config.gate().firstRun()).isEqualTo(Gate.FirstRun.PASSES);
    assertThat(config.inference().replicates()).isEqualTo(77);
    assertThat(config.gate().counts())
        .containsExactly(new ExpectedCount(Count.USERS, Bound.AT_LEAST, 3));
  }

  @Test
  void noReplicatesAreNoReasonToFail() throws IOException {
    NightlyConfig config =
        read(
            LEAST,
            Map.of("statistics", "{replicates: 0, groups: 10, flips: 0, interval: jackknife}"));
    assertThat(config.inference())
        .isEqualTo(new Inference(0, 10, 0, IntervalMethod.JACKKNIFE, 0.95));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // key | value | what the message must hold
        "colour | red | unknown key 'colour'",
        "candidate.colour | red | unknown key 'candidate.colour'",
        "baseline | {arms: exact, colour: red} | unknown key 'baseline.colour'",
        "replay.colour | red | unknown key 'replay.colour'",
        "statistics.colour | red | unknown key 'statistics.colour'",
        "expect.colour | 3 | unknown key 'expect.colour'",
        "expect.users | {about: 3} | unknown key 'expect.users.about'",
        "gate.colour | red | unknown key 'gate.colour'",
        "gate.rules | [{metric: auc, at-least: 1, colour: red}] | unknown key 'gate.rules[0].colour'",
        "schema-version | 2 | key 'schema-version': found 2, expected 1",
        "candidate | exact | key 'candidate': holds 'exact', expected a map",
        "candidate.arms | [] | key 'candidate.arms': found none, expected at least one arm",
        "candidate.arms | [[exact]] | key 'candidate.arms': found a list",
        "candidate.reference | oracle | key 'candidate.reference': found oracle, expected one of",
        "baseline | best | key 'baseline': found best, expected one of [last-good, none]",
        "baseline | [exact] | key 'baseline': found a list",
        "baseline | {codebooks: a} | key 'baseline.arms': found none, expected at least one arm",
        "replay.recall-at | 0 | key 'replay.recall-at': found 0, expected an integer from 1",
        "replay.page-at | [] | key 'replay.page-at': found an empty list",
        "replay.temperature | 0 | key 'replay.temperature': found '0', expected a number above 0",
        "replay.query-weight | 1.5 | key 'replay.query-weight': found '1.5', expected a number from 0 to 1",
        "replay.cold-below | -1 | key 'replay.cold-below': found -1, expected an integer from 0",
        "replay.split-time | soon | key 'replay.split-time': found 'soon', expected an integer",
        "statistics.replicates | -1 | key 'statistics.replicates': found -1",
        "statistics.replicates | 4294967297 | key 'statistics.replicates': found 4294967297",
        "statistics.groups | 1 | key 'statistics.groups': found 1",
        "statistics.flips | many | key 'statistics.flips': found 'many', expected an integer",
        "statistics.interval | wald | key 'statistics.interval': found wald, expected one of",
        "statistics.level | 95 | key 'statistics.level': found '95', expected a number between 0 and 1",
        "statistics.seed | x | key 'statistics.seed': found 'x', expected an integer",
        "strict | maybe | key 'strict': found 'maybe', expected true or false",
        "expect.users | -1 | key 'expect.users': found -1",
        "expect.users | few | key 'expect.users': found 'few', expected an integer",
        "expect.users | {} | key 'expect.users': found an empty map, expected a number, or at-least",
        "gate.first-run | fine | key 'gate.first-run': found fine, expected one of",
        "gate.rules | {metric: auc} | key 'gate.rules': found a map, expected a list of maps",
        "gate.rules | [auc] | key 'gate.rules[0]': holds 'auc', expected a map",
        "gate.rules | [] | key 'gate': gate: found no rule, expected at least one",
        "gate.rules | [{at-least: 1}] | key 'gate.rules[0].metric': found no such key",
        "gate.rules | [{metric: auc}] | key 'gate.rules[0].metric': found auc without one limit",
        "gate.rules | [{metric: auc, at-least: 1, at-most: 2}] | key 'gate.rules[0].metric': found auc without one limit",
        "gate.rules | [{metric: auc, at-least: 1, margin: 2}] | key 'gate.rules[0].metric': found auc without one limit",
        "gate.rules | [{metric: auc, at-least: high}] | key 'gate.rules[0].at-least': found 'high', expected a number",
        "gate.rules | [{metric: auc, margin: 0}] | key 'gate.rules[0].margin': found 0, expected a number above 0",
        "gate.rules | [{metric: auc, margin: -1 %}] | key 'gate.rules[0].margin': found -1 %, expected a number above 0",
        "gate.rules | [{metric: auc, margin: '%'}] | key 'gate.rules[0].margin': found %, expected a number above 0",
        "gate.rules | [{metric: auc, margin: 'NaN'}] | key 'gate.rules[0].margin': found NaN",
        "gate.rules | [{metric: auc, margin: small}] | key 'gate.rules[0].margin': found small",
        "gate.rules | [{metric: auc, margin: 1, against: '*'}] | key 'gate.rules[0]': against: found '*'",
        "gate.rules | [{metric: auc, margin: 1, arms: pq, against: pq}] | key 'gate.rules[0]': against: found 'pq'",
        "gate.rules | [{metric: auc, at-least: 1, against: pq}] | unknown key 'gate.rules[0].against'",
        "gate.rules | [{metric: '', at-least: 1}] | key 'gate.rules[0]': metric: found ''",
        "gate.rules | [{metric: auc, margin: 1}, {metric: auc, margin: 1}] | key 'gate': gate: found two rules called",
      })
  void whatIsWrongIsNamedWithItsKey(String key, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(LEAST, Map.of(key, value)))
        .withMessageContaining("night.yaml")
        .withMessageContaining(message);
  }

  @Test
  void whatIsMissingIsNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("schema-version: 1\n", Map.of()))
        .withMessageContaining("key 'data': found no such key, expected the folder of a data set");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("schema-version: 1\ndata: log\n", Map.of()))
        .withMessageContaining("key 'candidate.arms': found none, expected at least one arm");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("data: log\n", Map.of()))
        .withMessageContaining("key 'schema-version': found no such key, expected 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NightlyConfigFile.read(folder.resolve("no.yaml"), Map.of()))
        .withMessageContaining("no such file, expected the YAML of a night");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("data: [log\ngate: 1\n", Map.of()))
        .withMessageContaining("not YAML");
  }

  @Test
  void whatNumbersDependOnIsInTheConfigurationAndNothingElse() throws IOException {
    Map<String, Object> configuration = read(LEAST, Map.of()).configuration();
    assertThat(read(LEAST, Map.of("data", "elsewhere")).configuration())
        .as("systems and data have digests of their own")
        .isEqualTo(configuration);
    for (Map<String, String> change :
        List.<Map<String, String>>of(
            Map.of("baseline", "none"),
            Map.of("replay.recall-at", "[10, 20]"),
            Map.of("replay.page-at", "[5]"),
            Map.of("replay.temperature", "0.2"),
            Map.of("replay.query-weight", "0.4"),
            Map.of("replay.cold-below", "4"),
            Map.of("replay.split-time", "4"),
            Map.of("statistics.replicates", "4"),
            Map.of("statistics.groups", "4"),
            Map.of("statistics.flips", "4"),
            Map.of("statistics.interval", "bca"),
            Map.of("statistics.level", "0.9"),
            Map.of("statistics.seed", "2"),
            Map.of("strict", "true"),
            Map.of("expect.users", "3"),
            Map.of("gate.first-run", "passes"),
            Map.of("gate.rules", "[{metric: gauc, margin: 0.2}]"),
            Map.of("gate.rules", "[{metric: gauc, margin: 10 %}]"),
            Map.of("gate.rules", "[{metric: gauc, margin: 0.1, slices: item=*}]"))) {
      assertThat(read(LEAST, change).configuration())
          .as(change.toString())
          .isNotEqualTo(configuration);
    }
  }
}
