package io.seminar.pipelines.sweep;

import io.seminar.attention.retrieval.Cost;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.reports.store.SweepLoad;
import io.seminar.reports.store.SweepPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Makes the rows of the results: fidelity, and what all forks measured, put together. */
final class PointAssembly {
  private final SweepSetting setting;
  private final int heads;

  PointAssembly(SweepSetting setting, int heads) {
    this.setting = setting;
    this.heads = heads;
  }

  /** All points of a case, measured or pruned. */
  List<SweepPoint> points(CaseResult result) {
    List<SweepPoint> points = new ArrayList<>();
    for (Entrant entrant : result.entrants()) {
      points.add(point(result, entrant));
    }
    return points;
  }

  private SweepPoint.Key key(CaseSpec spec, Entrant entrant) {
    return new SweepPoint.Key(
        spec.historyLength(), spec.keep(), spec.targets(), heads, entrant.name());
  }

  /**
   * What an entrant gave under a load.
   *
   * @param load as a share of the capacity
   * @param of whose capacity
   */
  SweepLoad load(
      CaseSpec spec,
      Entrant entrant,
      double load,
      Measuring.LoadOf of,
      double perSecond,
      LoadTask.Served served) {
    Latencies response = Latencies.decode(served.response());
    return new SweepLoad(
        key(spec, entrant),
        load,
        of == Measuring.LoadOf.EXACT ? SweepLoad.Capacity.EXACT : SweepLoad.Capacity.OWN,
        perSecond,
        response.samples(),
        quantiles(response),
        quantiles(Latencies.decode(served.service())),
        served.maxBacklog());
  }

  private SweepPoint point(CaseResult result, Entrant entrant) {
    ArmSpec arm = setting.arm(entrant.arm());
    SweepPoint.Arm described =
        new SweepPoint.Arm(
            arm.kind().key(),
            size(arm),
            bits(arm),
            arm.refine(),
            result.fidelity(entrant).scanBytes());
    String pruned = result.pruned(entrant);
    if (pruned != null) {
      return new SweepPoint(
          key(result.spec(), entrant),
          described,
          SweepPoint.Status.PRUNED,
          pruned,
          fidelity(result, entrant),
          SweepPoint.Latency.NONE,
          SweepPoint.Warmup.NONE,
          SweepPoint.Stages.NONE,
          SweepPoint.Work.NONE,
          new SweepPoint.Index(Double.NaN, Double.NaN, sharedBytes(arm)));
    }
    List<MeasureResult.EntrantResult> forks = result.forks(entrant);
    return new SweepPoint(
        key(result.spec(), entrant),
        described,
        SweepPoint.Status.MEASURED,
        Double.isNaN(result.recall(entrant).mean())
            ? "it pools the history and keeps no set, so that it has no recall"
            : null,
        fidelity(result, entrant),
        latency(result, entrant),
        new SweepPoint.Warmup(
            forks.stream().mapToLong(MeasureResult.EntrantResult::warmUpRequests).max().orElse(0),
            most(forks, MeasureResult.EntrantResult::warmUpVariation),
            forks.stream().allMatch(MeasureResult.EntrantResult::settled)),
        stages(forks),
        work(forks),
        new SweepPoint.Index(
            least(forks, MeasureResult.EntrantResult::buildNanos),
            mean(forks, MeasureResult.EntrantResult::indexBytes),
            sharedBytes(arm)));
  }

  private static SweepPoint.Fidelity fidelity(CaseResult result, Entrant entrant) {
    MeanInterval recall = result.recall(entrant);
    ProbeResult.ArmResult all = result.fidelity(entrant);
    return new SweepPoint.Fidelity(
        all.recall().length,
        recall.mean(),
        recall.low(),
        recall.high(),
        mean(all.massKept()),
        mean(all.outputCosine()),
        mean(all.outputRelL2()));
  }

  private static SweepPoint.Latency latency(CaseResult result, Entrant entrant) {
    Latencies all = result.latencies(entrant);
    List<MeasureResult.EntrantResult> forks = result.forks(entrant);
    double[] medians =
        forks.stream()
            .mapToDouble(fork -> Latencies.decode(fork.latencies()).median())
            .sorted()
            .toArray();
    return new SweepPoint.Latency(
        all.samples(),
        forks.size(),
        all.mean(),
        quantiles(all),
        all.max(),
        medians[0],
        medians[medians.length - 1]);
  }

  /** The quantiles that have enough samples. */
  private static SweepPoint.Quantiles quantiles(Latencies latencies) {
    return new SweepPoint.Quantiles(
        latencies.quantile(0.5),
        latencies.quantile(0.9),
        latencies.quantile(0.99),
        latencies.quantile(0.999));
  }

  private static SweepPoint.Stages stages(List<MeasureResult.EntrantResult> forks) {
    return new SweepPoint.Stages(
        stage(forks, Cost.Stage.PREPARE),
        stage(forks, Cost.Stage.SCAN),
        stage(forks, Cost.Stage.SELECT),
        stage(forks, Cost.Stage.RERANK),
        stage(forks, Cost.Stage.COPY),
        stage(forks, Cost.Stage.QUEUE),
        mean(forks, MeasureResult.EntrantResult::attendNanos));
  }

  private static double stage(List<MeasureResult.EntrantResult> forks, Cost.Stage stage) {
    return mean(forks, fork -> fork.stageNanos()[stage.ordinal()]);
  }

  private static SweepPoint.Work work(List<MeasureResult.EntrantResult> forks) {
    double scanned = mean(forks, MeasureResult.EntrantResult::scanned);
    double reranked = mean(forks, MeasureResult.EntrantResult::reranked);
    return new SweepPoint.Work(
        mean(forks, MeasureResult.EntrantResult::bytesRead),
        most(forks, MeasureResult.EntrantResult::allocatedBytes),
        scanned == 0 ? 0 : reranked / scanned,
        scanned);
  }

  private static double mean(
      List<MeasureResult.EntrantResult> forks, ToDoubleFunction<MeasureResult.EntrantResult> of) {
    return forks.stream().mapToDouble(of).average().orElse(Double.NaN);
  }

  private static double most(
      List<MeasureResult.EntrantResult> forks, ToDoubleFunction<MeasureResult.EntrantResult> of) {
    return forks.stream().mapToDouble(of).max().orElse(Double.NaN);
  }

  private static double least(
      List<MeasureResult.EntrantResult> forks, ToDoubleFunction<MeasureResult.EntrantResult> of) {
    return forks.stream().mapToDouble(of).min().orElse(Double.NaN);
  }

  /** Of the values that are defined; NaN if none is. */
  private static double mean(double[] values) {
    return Arrays.stream(values).filter(v -> !Double.isNaN(v)).average().orElse(Double.NaN);
  }

  /** As written. */
  private static String size(ArmSpec arm) {
    int at = arm.name().indexOf('@');
    return at < 0 ? "" : arm.name().substring(at + 1).replaceFirst("\\+.*", "");
  }

  private static int bits(ArmSpec arm) {
    return switch (arm.kind()) {
      case PQ, PQ_SDC, OPQ, RQ -> 8;
      case PQ4 -> 4;
      case ETA, SDIM, RABITQ -> arm.size();
      default -> 0;
    };
  }

  /** Of all files of the arm's codebook: centroids, and the codes of items and queries. */
  private static long sharedBytes(ArmSpec arm) {
    if (arm.codebook() == null) {
      return 0;
    }
    try (Stream<Path> files = Files.list(Path.of(arm.codebook()))) {
      long bytes = 0;
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the codebook " + arm.codebook(), e);
    }
  }
}
