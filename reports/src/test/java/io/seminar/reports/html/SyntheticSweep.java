package io.seminar.reports.html;

import io.seminar.reports.store.Machine;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.SweepFolder;
import io.seminar.reports.store.SweepLoad;
import io.seminar.reports.store.SweepManifest;
import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.store.Sweeps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * A sweep with the shape of a real one: every kind of arm, three history lengths, costs that grow
 * as those of the methods do, points that are pruned, that did not settle, or have no recall.
 */
final class SyntheticSweep {
  static final String HOSTILE_REASON = "<script>alert(1)</script> & \"slower\"";
  static final String NO_SET = "the arm keeps no set, so that there is nothing to recall";

  static final int[] LENGTHS = {1000, 10_000, 100_000};
  static final int HEADS = 4;

  private final double speed;
  private final Random random;
  private final List<SweepPoint> points = new ArrayList<>();
  private final List<SweepLoad> loads = new ArrayList<>();

  private SyntheticSweep(double speed, long seed) {
    this.speed = speed;
    this.random = new Random(seed);
  }

  /** Writes a sweep of the small machine. */
  static SweepFolder write(Path folder) {
    return new SyntheticSweep(1, 17)
        .fill(true)
        .write(
            folder,
            "demo network <b>2 cores</b>",
            Sweeps.machine("AMD EPYC, family 26", "Debian OpenJDK 64-Bit Server VM 17.0.17+10"));
  }

  /** Writes a sweep of another machine, with fewer arms and no loads. */
  static SweepFolder writeOther(Path folder) {
    return new SyntheticSweep(1.7, 18)
        .fill(false)
        .write(
            folder,
            "earlier machine",
            Sweeps.machine("Intel Xeon", "Debian OpenJDK 64-Bit Server VM 17.0.9+9"));
  }

  private SweepFolder write(Path folder, String id, Machine machine) {
    SweepManifest base =
        Sweeps.manifest(id, machine, List.of("Histories above 3,000 behaviours are borrowed."));
    SweepManifest manifest =
        new SweepManifest(
            base.schemaVersion(),
            id,
            base.command(),
            new RunManifest.Data(
                "data/<simulated>", "simulated", "d".repeat(64), "c".repeat(64), new TreeMap<>()),
            base.codebooks(),
            base.models(),
            base.code(),
            base.libraries(),
            machine,
            base.kernels(),
            base.measuring(),
            base.kinds(),
            List.of(),
            base.notes());
    try (SweepFolder.Draft draft = SweepFolder.create(folder, false)) {
      return draft.complete(manifest, points, loads);
    }
  }

  private SyntheticSweep fill(boolean all) {
    for (int length : LENGTHS) {
      for (int targets : all && length == 10_000 ? new int[] {1, 20} : new int[] {20}) {
        fill(length, targets, all);
      }
    }
    return this;
  }

  private void fill(int length, int targets, boolean all) {
    // Nanoseconds a behaviour, target and head; nanoseconds of preparation a target and head.
    arm(length, targets, "exact", "", 0, 0, 64, 1, targets == 1 ? 4.5 : 0.65, 0, all);
    arm(length, targets, "recent", "", 0, 0, 0, 0.17, 0.0005, 20, false);
    for (int bytes : new int[] {8, 16, 32}) {
      double recall = bytes == 8 ? 0.68 : bytes == 16 ? 0.82 : 0.93;
      for (int refine : new int[] {0, 4}) {
        double refined = refine > 0 ? 1 - (1 - recall) * (1 - recall) * 0.7 : recall;
        arm(length, targets, "pq", "" + bytes, 8, refine, bytes, refined, 0.35 * bytes, 4000, all);
        arm(
            length,
            targets,
            "pq4",
            "" + bytes,
            4,
            refine,
            bytes,
            refined - 0.03,
            0.012 * bytes,
            900,
            all);
      }
    }
    arm(length, targets, "pq-sdc", "16", 8, 0, 16, 0.74, 5.5, 500, false);
    arm(length, targets, "opq", "16", 8, 4, 16, 0.985, 5.6, 6000, false);
    arm(length, targets, "rq", "16", 8, 4, 16, 0.991, 5.9, 5000, false);
    arm(length, targets, "rabitq", "1", 1, 4, 12, 0.93, 0.24, 700, all);
    arm(length, targets, "rabitq", "4", 4, 4, 36, 0.997, 0.5, 700, all);
    arm(length, targets, "certified", "", 0, 0, 20, 1, 0.33, 1500, all);
    arm(length, targets, "eta", "64", 64, 0, 8, 0.41, 0.08, 600, false);
    arm(length, targets, "sdim", "48x3", 0, 0, 6, Double.NaN, 0.05, 500, false);
    arm(length, targets, "sim-hard", "", 0, 0, 4, 0.22, 0.002, 60, false);
    arm(length, targets, "sim-soft", "", 0, 0, 256, 0.7, 0.7, 0, false);
    arm(length, targets, "twin", "", 0, 0, 64, 1, 0.8, 0, false);
    arm(length, targets, "qin", "200", 0, 0, 64, 0.55, 0.4, 900, false);
    if (length == 100_000) {
      SweepPoint.Key key = key(length, targets, "two-stage-ann@100");
      points.add(
          Sweeps.pruned(
              key, new SweepPoint.Arm("two-stage-ann", "100", 0, 0, 256), HOSTILE_REASON));
    } else {
      arm(length, targets, "two-stage-ann", "100", 0, 0, 256, 0.6, 0.2, 20_000, false);
    }
  }

  private static SweepPoint.Key key(int length, int targets, String arm) {
    return new SweepPoint.Key(length, 50, targets, HEADS, arm);
  }

  private void arm(
      int length,
      int targets,
      String kind,
      String size,
      int bits,
      int refine,
      double bytes,
      double recall,
      double nanos,
      double prepare,
      boolean loaded) {
    String name =
        kind + (size.isEmpty() ? "" : "@" + size) + (refine > 0 ? "+refine" + refine : "");
    double noise = 1 + 0.05 * random.nextGaussian();
    double pairs = (double) targets * HEADS;
    double attend = pairs * 50 * 3;
    double rerank = refine * attend * 0.7;
    double scan = pairs * length * nanos;
    double p50 = (pairs * prepare + scan + rerank + attend) * noise * speed;
    double found =
        Double.isNaN(recall)
            ? recall
            : Math.max(0, Math.min(1, recall - 0.004 * Math.log(length / 1e3)));
    SweepPoint point =
        Sweeps.measured(
            key(length, targets, name),
            new SweepPoint.Arm(kind, size, bits, refine, bytes * HEADS),
            kind.equals("exact") || kind.equals("certified") || kind.equals("twin") ? 1 : found,
            p50);
    boolean few = kind.equals("two-stage-ann");
    points.add(
        new SweepPoint(
            point.key(),
            point.arm(),
            SweepPoint.Status.MEASURED,
            Double.isNaN(recall) ? NO_SET : null,
            point.fidelity(),
            new SweepPoint.Latency(
                few ? 800 : 12_000,
                3,
                point.latency().meanNanos(),
                new SweepPoint.Quantiles(
                    p50, 1.2 * p50, few ? Double.NaN : 1.6 * p50, few ? Double.NaN : 2.2 * p50),
                point.latency().maxNanos(),
                point.latency().forkP50Low(),
                point.latency().forkP50High()),
            new SweepPoint.Warmup(4000, kind.equals("rq") ? 0.09 : 0.01, !kind.equals("rq")),
            new SweepPoint.Stages(pairs * prepare, 0.9 * scan, 0.1 * scan, rerank, 0, 0, attend),
            point.work(),
            kind.equals("recent") ? SweepPoint.Index.NONE : point.index()));
    if (loaded && length >= 10_000 && targets == 20 && (refine > 0 || bytes == 64)) {
      for (SweepLoad.Capacity capacity : SweepLoad.Capacity.values()) {
        for (double load : new double[] {0.3, 0.5, 0.7, 0.8, 0.9, 0.95}) {
          load(point, capacity, load);
        }
      }
    }
  }

  private void load(SweepPoint point, SweepLoad.Capacity capacity, double load) {
    double service = point.latency().quantiles().p50();
    double exact =
        points.stream()
            .filter(
                p ->
                    p.arm().kind().equals("exact")
                        && p.key().historyLength() == point.key().historyLength())
            .findFirst()
            .orElseThrow()
            .latency()
            .quantiles()
            .p50();
    double rate = load / (capacity == SweepLoad.Capacity.OWN ? service : exact);
    double busy = Math.min(0.99, rate * service);
    double p99 = 1.6 * service * (1 + 3 * busy / (1 - busy));
    loads.add(
        new SweepLoad(
            point.key(),
            load,
            capacity,
            1e9 * rate,
            20_000,
            new SweepPoint.Quantiles(p99 / 3, p99 / 1.6, p99, 2 * p99),
            new SweepPoint.Quantiles(service, 1.2 * service, 1.6 * service, Double.NaN),
            (long) (10 * busy / (1 - busy))));
  }
}
