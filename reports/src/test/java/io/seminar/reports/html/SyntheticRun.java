package io.seminar.reports.html;

import io.seminar.metrics.Metric;
import io.seminar.metrics.MetricSuite;
import io.seminar.reports.store.CellsFile;
import io.seminar.reports.store.DeadLettersFile;
import io.seminar.reports.store.Manifests;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import io.seminar.reports.store.ReliabilityFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.TimingsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A run with made-up but plausible numbers: five arms, slices with crosses, three Ks, cells that
 * are not defined, dead letters, and ids that try to be markup.
 */
public final class SyntheticRun {
  static final String HOSTILE_USER = "<script>alert('u')</script>&\"";
  static final String HOSTILE_FOUND = "]]></style><img src=x onerror=alert(1)>";

  static final List<RunManifest.Arm> ARMS =
      List.of(
          new RunManifest.Arm("exact", "exact scores of the whole history, top K kept", 50, 1024),
          new RunManifest.Arm("recent", "the last K behaviours", 50, 0),
          new RunManifest.Arm("pq-4", "product-quantised scores, ADC", 50, 16),
          new RunManifest.Arm("pq-8", "product-quantised scores, ADC", 50, 32),
          new RunManifest.Arm("pq-16", "product-quantised scores, ADC", 50, 64));

  static final List<String> SLICES =
      List.of(
          "all",
          "history=0-99",
          "history=100-999",
          "history=1000-9999",
          "history=10000+",
          "scenario=CTR",
          "scenario=PSR",
          "entry=query",
          "entry=browse",
          "item=cold",
          "item=warm",
          "history=0-99;scenario=CTR",
          "history=100-999;scenario=PSR");

  private static final double[] RECALL = {1, 0.12, 0.47, 0.69, 0.9};

  private SyntheticRun() {}

  /** Writes the run to {@code out}. */
  public static RunFolder write(Path out) {
    Random random = new Random(7);
    try (RunFolder.Draft draft = RunFolder.create(out, true)) {
      RunManifest manifest = Manifests.of(ARMS, SLICES, "synthetic <b>run</b>");
      MetricSuite suite = MetricSuite.of(new int[] {10, 20, 50}, new int[] {5, 10});
      CellsFile.write(draft.cellsFile(), cells(suite, random));
      ReliabilityFile.write(draft.reliabilityFile(), reliability(random));
      List<TimingsFile.Timing> timings = new ArrayList<>();
      for (int arm = 0; arm < ARMS.size(); arm++) {
        double retrieve = new double[] {2.4e6, 3e3, 4e5, 6e5, 1.1e6}[arm];
        timings.add(timing(ARMS.get(arm).name(), "retrieve", retrieve));
        timings.add(timing(ARMS.get(arm).name(), "attend", 2.6e5));
      }
      TimingsFile.write(draft.timingsFile(), timings);
      for (int shard = 0; shard < 2; shard++) {
        outcomes(draft.outcomesFile(shard), shard, random);
      }
      try (DeadLettersFile.Writer letters = DeadLettersFile.create(draft.deadLettersFile(0))) {
        for (int i = 0; i < 60; i++) {
          letters.add(
              new DeadLettersFile.DeadLetter(
                  "users-00000.arrow",
                  100 + i,
                  i % 3 == 0 ? "requests[" + i + "].item" : "history[" + i + "].time",
                  i == 0 ? HOSTILE_FOUND : "value " + i,
                  i % 3 == 0 ? "an item ordinal below 5000" : "a time no earlier than before",
                  i % 2 == 0 ? HOSTILE_USER : null));
        }
        letters.finish();
      }
      return draft.complete(manifest);
    }
  }

  private static TimingsFile.Timing timing(String arm, String stage, double p50) {
    return new TimingsFile.Timing(
        arm, stage, 12_000, 1.1 * p50, p50, 1.8 * p50, 3.1 * p50, 20 * p50);
  }

  private static List<CellsFile.Cell> cells(MetricSuite suite, Random random) {
    List<CellsFile.Cell> cells = new ArrayList<>();
    for (int s = 0; s < SLICES.size(); s++) {
      if (SLICES.get(s).equals("history=10000+")) {
        continue; // nobody's history is that long
      }
      double width = s == 0 ? 0.004 : 0.012 + 0.006 * random.nextDouble();
      for (int arm = 0; arm < ARMS.size(); arm++) {
        for (Metric metric : suite.metrics()) {
          cells.add(cell(s, arm, metric, width, random));
        }
      }
    }
    return cells;
  }

  private static CellsFile.Cell cell(int s, int arm, Metric metric, double width, Random random) {
    String slice = SLICES.get(s);
    String key = metric.key();
    double quality = RECALL[arm];
    double best =
        switch (key.replaceAll("@.*", "")) {
          case "auc" -> 0.68;
          case "gauc", "gauc_clicks", "gauc_unweighted" -> 0.66;
          case "logloss" -> 0.52;
          case "ne" -> 0.94;
          case "pcoc" -> 1.01;
          case "ndcg", "ndcg_linear" -> 0.55;
          case "mrr", "map" -> 0.48;
          case "hr", "page_recall" -> 0.7;
          case "precision" -> 0.2;
          case "novelty" -> 11.5;
          default -> 1;
        };
    boolean fidelity = best == 1;
    double value;
    if (key.equals("output_rel_l2")) {
      value = 0.6 * (1 - quality) + (arm == 0 ? 0.00004 : 0);
    } else if (fidelity) {
      value = arm == 0 ? 1 : quality + 0.02 * random.nextGaussian();
    } else if (key.equals("logloss") || key.equals("ne")) {
      value = best + 0.02 * (1 - quality) + 0.3 * width * random.nextGaussian();
    } else {
      value = best - 0.05 * (1 - quality) + 0.3 * width * random.nextGaussian();
    }
    boolean undefined = slice.equals("item=cold") && key.equals("gauc");
    double half = fidelity && arm == 0 ? 0 : width;
    double difference =
        arm == 0 || undefined ? Double.NaN : value - (key.equals("output_rel_l2") ? 0 : best);
    double p = arm == 0 || undefined || fidelity ? Double.NaN : Math.min(1, 0.0004 * (1 + arm * s));
    return new CellsFile.Cell(
        ARMS.get(arm).name(),
        slice,
        key,
        undefined ? Double.NaN : value,
        undefined ? Double.NaN : value - half,
        undefined ? Double.NaN : value + half,
        undefined ? 0 : 120_000,
        undefined ? 0 : 1_987,
        undefined ? 2_000 : 13,
        undefined ? 120_000 : 412,
        undefined ? "no user with both a click and an impression without one <of 2000>" : null,
        arm == 0 ? null : "exact",
        difference,
        difference - half / 2,
        difference + half / 2,
        half / 2,
        arm == 0 || undefined ? Double.NaN : half / 4,
        p,
        Math.min(1, 40 * p),
        Math.min(1, 10 * p),
        Double.isNaN(p) ? null : key.equals("auc") ? "jackknife_t" : "sign_flip");
  }

  private static List<ReliabilityFile.Bin> reliability(Random random) {
    List<ReliabilityFile.Bin> bins = new ArrayList<>();
    for (int arm = 0; arm < ARMS.size(); arm++) {
      double lower = 0;
      for (int b = 0; b < 10; b++) {
        double mean = 0.08 + 0.035 * b + 0.002 * b * b * RECALL[arm];
        double upper = b == 9 ? 1 : mean + 0.02;
        double observed = mean + 0.02 * random.nextGaussian();
        bins.add(
            new ReliabilityFile.Bin(
                ARMS.get(arm).name(),
                b,
                lower,
                upper,
                11_900 + random.nextInt(200),
                mean,
                observed,
                observed - 0.02,
                observed + 0.02));
        lower = upper;
      }
    }
    return bins;
  }

  private static void outcomes(Path file, int shard, Random random) {
    int[] ks = {10, 20, 50};
    try (OutcomesFile.Writer out = OutcomesFile.create(file, ks)) {
      OutcomeRow row = new OutcomeRow(ks.length);
      for (int u = 0; u < 40; u++) {
        row.user = u == 7 ? HOSTILE_USER : "user-" + shard + "-" + u;
        for (int r = 0; r < 4; r++) {
          for (int arm = 0; arm < ARMS.size(); arm++) {
            row.arm = ARMS.get(arm).name();
            row.request = 1000L * u + r;
            row.time = 1_700_000_000_000L + (r - 2) * 86_400_000L;
            row.query = r % 2 * 17;
            row.historyLength = u == 3 ? 0 : 30 * (u + 1);
            row.searchedShare = 0.3f;
            row.evaluated = r >= 2;
            row.resize(20);
            for (int i = 0; i < 20; i++) {
              row.items[i] = random.nextInt(5000);
              row.positions[i] = (short) i;
              row.labels[i] = (byte) (random.nextInt(5) == 0 ? 1 : 0);
              row.cold[i] = random.nextInt(10) == 0;
              row.scores[i] = u == 7 ? -0.9f : random.nextFloat();
              row.massKept[i] = (float) RECALL[arm];
              row.outputCosine[i] = 0.9f;
              row.outputRelL2[i] = 0.1f;
              for (int k = 0; k < ks.length; k++) {
                double recall = RECALL[arm] + 0.1 * random.nextGaussian();
                row.recall[i * ks.length + k] =
                    u == 3 ? Float.NaN : arm == 0 ? 1 : (float) Math.max(0, Math.min(1, recall));
              }
            }
            row.retrieveNanos = 1_000;
            row.attendNanos = 500;
            out.add(row);
          }
        }
        out.endUser();
      }
      out.finish();
    }
  }
}
