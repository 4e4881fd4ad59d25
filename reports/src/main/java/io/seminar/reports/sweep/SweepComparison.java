package io.seminar.reports.sweep;

import io.seminar.reports.store.Machine;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.SweepManifest;
import io.seminar.reports.store.SweepPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/** Two sweeps beside each other: where they come from, and the points that both measured. */
public final class SweepComparison {
  private final SweepResults here;
  private final SweepResults there;

  /**
   * @param here the sweep that is reported
   * @param there the other one
   */
  public SweepComparison(SweepResults here, SweepResults there) {
    this.here = here;
    this.there = there;
  }

  /**
   * A difference of provenance.
   *
   * @param what machine, JDK…
   * @param here what this sweep says
   * @param there what the other says
   * @param warn whether it alone can explain a difference of times or recall, and is not what one
   *     compares versions for
   */
  public record Difference(String what, String here, String there, boolean warn) {}

  /**
   * A point that both measured.
   *
   * @param here this sweep's
   * @param there the other's
   */
  public record Pair(SweepPoint here, SweepPoint there) {
    /** How many times as fast this sweep's is, by the medians. */
    public Ratio timesAsFast() {
      return Ratio.of(there, here);
    }

    /** How many times as fast this sweep's 99th percentile is; NaN where either has none. */
    public double timesAsFastAtP99() {
      return there.latency().quantiles().p99() / here.latency().quantiles().p99();
    }
  }

  /** The points that both measured, by key. */
  public List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    for (SweepPoint point : here.points()) {
      there
          .point(point.key())
          .filter(other -> point.measured() && other.measured())
          .ifPresent(other -> pairs.add(new Pair(point, other)));
    }
    return pairs;
  }

  /** What differs in where the two come from. */
  public List<Difference> differences() {
    SweepManifest a = here.manifest();
    SweepManifest b = there.manifest();
    List<Difference> all = new ArrayList<>();
    add(all, "processor", a.machine().cpu(), b.machine().cpu(), true);
    add(all, "cores", cores(a.machine()), cores(b.machine()), true);
    add(
        all,
        "caches",
        String.join("; ", a.machine().caches()),
        String.join("; ", b.machine().caches()),
        true);
    add(all, "operating system", a.machine().os(), b.machine().os(), true);
    add(all, "JDK", a.machine().jvm(), b.machine().jvm(), true);
    add(
        all,
        "JVM flags",
        String.join(" ", a.machine().flags()),
        String.join(" ", b.machine().flags()),
        true);
    addAll(all, "kernels of ", a.kernels(), b.kernels(), true);
    add(all, "data set", a.data().digest(), b.data().digest(), true);
    add(all, "network", models(a), models(b), true);
    add(all, "threads", "" + a.measuring().threads(), "" + b.measuring().threads(), true);
    add(all, "codebooks", codebooks(a), codebooks(b), false);
    add(all, "code", code(a.code()), code(b.code()), false);
    add(
        all,
        "configuration",
        a.command().configurationDigest(),
        b.command().configurationDigest(),
        false);
    add(all, "forks", "" + a.measuring().forks(), "" + b.measuring().forks(), false);
    addAll(all, "library ", a.libraries(), b.libraries(), false);
    return all;
  }

  private static void addAll(
      List<Difference> all,
      String prefix,
      Map<String, String> here,
      Map<String, String> there,
      boolean warn) {
    TreeSet<String> names = new TreeSet<>(here.keySet());
    names.addAll(there.keySet());
    for (String name : names) {
      add(all, prefix + name, here.get(name), there.get(name), warn);
    }
  }

  private static void add(
      List<Difference> all, String what, String here, String there, boolean warn) {
    if (!Objects.equals(here, there)) {
      all.add(new Difference(what, named(here), named(there), warn));
    }
  }

  private static String named(String value) {
    return value == null || value.isEmpty() ? "none" : value;
  }

  private static String cores(Machine machine) {
    return Integer.toString(machine.cores());
  }

  private static String models(SweepManifest manifest) {
    return String.join(", ", manifest.models().stream().map(RunManifest.Model::digest).toList());
  }

  private static String codebooks(SweepManifest manifest) {
    return String.join(
        ", ", manifest.codebooks().stream().map(book -> book.arm() + " " + book.digest()).toList());
  }

  private static String code(RunManifest.Code code) {
    return code.version() + (code.revision() == null ? "" : ", revision " + code.revision());
  }
}
