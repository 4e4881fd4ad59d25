package io.seminar.reports.compare;

import io.seminar.reports.compare.Difference.Kind;
import io.seminar.reports.store.Machine;
import io.seminar.reports.store.ManifestJson;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.text.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * What differs in where two runs come from: everything that a manifest says and that could explain
 * why their numbers differ. Ids, times and folders are not among it.
 */
public final class ProvenanceDiff {
  /** Options that the manifest repeats elsewhere, where they are compared. */
  private static final Set<String> REPEATED = Set.of("models", "seed", "replicates");

  private static final String NONE = "none";
  private static final int DIGEST = 12;

  private final List<Difference> differences = new ArrayList<>();

  private ProvenanceDiff() {}

  /**
   * The differences, by kind.
   *
   * @param before the first run, such as the last good one
   * @param after the second
   */
  public static List<Difference> of(RunManifest before, RunManifest after) {
    ProvenanceDiff diff = new ProvenanceDiff();
    diff.models(before, after);
    diff.codebooks(before, after);
    diff.data(before, after);
    diff.evaluation(before, after);
    diff.configuration(before, after);
    diff.code(before, after);
    diff.libraries(before.libraries(), after.libraries());
    diff.machine(before.machine(), after.machine());
    diff.execution(before.execution(), after.execution());
    diff.differences.sort((a, b) -> a.kind().compareTo(b.kind()));
    return List.copyOf(diff.differences);
  }

  private void models(RunManifest before, RunManifest after) {
    byName(
        Kind.MODEL,
        before.models(),
        after.models(),
        RunManifest.Model::name,
        model -> model.architecture() + ", " + model.stage() + ", " + brief(model.digest()),
        name -> name.isEmpty() ? "network" : "network " + name,
        name -> name.isEmpty() ? null : name + "/");
  }

  private void codebooks(RunManifest before, RunManifest after) {
    byName(
        Kind.CODEBOOK,
        before.codebooks(),
        after.codebooks(),
        RunManifest.Codebook::arm,
        book -> brief(book.digest()) + ", " + book.bytesPerBehaviour() + " bytes a behaviour",
        arm -> "codebook of " + arm,
        arm -> arm);
  }

  private void data(RunManifest before, RunManifest after) {
    RunManifest.Data a = before.data();
    RunManifest.Data b = after.data();
    add(Kind.DATA, "catalogue", null, brief(a.catalogueDigest()), brief(b.catalogueDigest()));
    add(Kind.DATA, "data set", null, brief(a.digest()), brief(b.digest()));
    add(Kind.DATA, "data origin", null, a.origin(), b.origin());
    RunManifest.Counts here = before.counts();
    RunManifest.Counts there = after.counts();
    count("users", here.users(), there.users());
    count("requests", here.requests(), there.requests());
    count("impressions", here.impressions(), there.impressions());
    count("behaviours", here.behaviours(), there.behaviours());
    count("dead letters", here.deadLetters(), there.deadLetters());
  }

  private void count(String what, long before, long after) {
    add(Kind.DATA, what, null, Numbers.count(before), Numbers.count(after));
  }

  private void evaluation(RunManifest before, RunManifest after) {
    RunManifest.Evaluation a = before.evaluation();
    RunManifest.Evaluation b = after.evaluation();
    number("version of the metrics", a.metricsVersion(), b.metricsVersion());
    number("seed", before.execution().seed(), after.execution().seed());
    number("bootstrap replicates", a.replicates(), b.replicates());
    number("jackknife groups", a.groups(), b.groups());
    number("sign flips", a.flips(), b.flips());
    add(Kind.EVALUATION, "interval", null, a.interval(), b.interval());
    add(Kind.EVALUATION, "level", null, "" + a.level(), "" + b.level());
    add(Kind.EVALUATION, "K of recall@K", null, "" + a.retrievalKs(), "" + b.retrievalKs());
    add(Kind.EVALUATION, "K of page metrics", null, "" + a.pageKs(), "" + b.pageKs());
    add(Kind.EVALUATION, "slices", null, "" + a.slices(), "" + b.slices());
    add(
        Kind.EVALUATION,
        "calibrated from",
        null,
        Objects.toString(before.calibration().from(), null),
        Objects.toString(after.calibration().from(), null));
    number("evaluated from", before.calibration().splitTime(), after.calibration().splitTime());
  }

  private void number(String what, long before, long after) {
    add(Kind.EVALUATION, what, null, Long.toString(before), Long.toString(after));
  }

  private void configuration(RunManifest before, RunManifest after) {
    SortedMap<String, String> a = flat(before.command().configuration());
    SortedMap<String, String> b = flat(after.command().configuration());
    for (String key : keys(a, b)) {
      if (!REPEATED.contains(key)) {
        add(Kind.CONFIGURATION, "option " + key, null, a.get(key), b.get(key));
      }
    }
    byName(
        Kind.CONFIGURATION,
        before.evaluation().arms(),
        after.evaluation().arms(),
        RunManifest.Arm::name,
        arm ->
            arm.description()
                + ", keeps "
                + arm.kept()
                + ", "
                + arm.bytesPerBehaviour()
                + " bytes a behaviour",
        name -> "arm " + name,
        name -> name);
  }

  /** Options of options by their path; values as JSON, in which 1 and 1L are alike. */
  private static SortedMap<String, String> flat(Map<String, Object> configuration) {
    SortedMap<String, String> flat = new TreeMap<>();
    configuration.forEach((key, value) -> flatten(key, value, flat));
    return flat;
  }

  private static void flatten(String path, Object value, SortedMap<String, String> flat) {
    if (value instanceof Map<?, ?> map && !map.isEmpty()) {
      map.forEach((key, child) -> flatten(path + "." + key, child, flat));
    } else {
      flat.put(path, ManifestJson.text(value));
    }
  }

  private void code(RunManifest before, RunManifest after) {
    add(Kind.CODE, "version", null, before.code().version(), after.code().version());
    add(Kind.CODE, "revision", null, before.code().revision(), after.code().revision());
  }

  private void libraries(SortedMap<String, String> before, SortedMap<String, String> after) {
    for (String name : keys(before, after)) {
      add(Kind.LIBRARY, "library " + name, null, before.get(name), after.get(name));
    }
  }

  private void machine(Machine a, Machine b) {
    add(Kind.MACHINE, "processor", null, a.cpu(), b.cpu());
    add(Kind.MACHINE, "cores", null, "" + a.cores(), "" + b.cores());
    add(Kind.MACHINE, "caches", null, String.join("; ", a.caches()), String.join("; ", b.caches()));
    add(
        Kind.MACHINE,
        "memory",
        null,
        Numbers.bytes(a.memoryBytes()),
        Numbers.bytes(b.memoryBytes()));
    add(Kind.MACHINE, "operating system", null, a.os(), b.os());
    add(Kind.JDK, "JDK", null, a.jvm(), b.jvm());
    add(Kind.JDK, "JVM flags", null, String.join(" ", a.flags()), String.join(" ", b.flags()));
    add(
        Kind.JDK,
        "largest heap",
        null,
        Numbers.bytes(a.maxHeapBytes()),
        Numbers.bytes(b.maxHeapBytes()));
  }

  private void execution(RunManifest.Execution a, RunManifest.Execution b) {
    add(Kind.KERNEL, "attention kernels", null, a.kernel(), b.kernel());
    add(Kind.EXECUTION, "runner", null, a.runner(), b.runner());
    add(Kind.EXECUTION, "parallelism", null, "" + a.parallelism(), "" + b.parallelism());
  }

  private <T> void byName(
      Kind kind,
      List<T> before,
      List<T> after,
      Function<T, String> name,
      Function<T, String> text,
      Function<String, String> what,
      Function<String, String> arms) {
    SortedMap<String, String> a = new TreeMap<>();
    SortedMap<String, String> b = new TreeMap<>();
    before.forEach(item -> a.put(name.apply(item), text.apply(item)));
    after.forEach(item -> b.put(name.apply(item), text.apply(item)));
    for (String key : keys(a, b)) {
      add(kind, what.apply(key), arms.apply(key), a.get(key), b.get(key));
    }
  }

  private static Set<String> keys(Map<String, String> before, Map<String, String> after) {
    Set<String> keys = new TreeSet<>(before.keySet());
    keys.addAll(after.keySet());
    return keys;
  }

  private void add(Kind kind, String what, String arms, String before, String after) {
    if (!Objects.equals(before, after)) {
      differences.add(new Difference(kind, what, arms, named(before), named(after)));
    }
  }

  private static String named(String value) {
    return value == null || value.isEmpty() ? NONE : value;
  }

  private static String brief(String digest) {
    return digest.length() <= DIGEST ? digest : digest.substring(0, DIGEST);
  }
}
