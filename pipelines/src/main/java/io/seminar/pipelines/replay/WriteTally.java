package io.seminar.pipelines.replay;

import io.seminar.pipelines.evaluation.Calibration;
import io.seminar.reports.store.TimingsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.PDone;

/**
 * {@code PTransform} that writes the times of a replay, and leaves what the manifest is to say of
 * it in the work folder.
 */
final class WriteTally extends PTransform<PCollection<ShardSummary>, PDone> {
  private static final long serialVersionUID = 1L;

  private final ReplaySpec spec;
  private final PCollectionView<List<Calibration>> calibrations;

  private WriteTally(ReplaySpec spec, PCollectionView<List<Calibration>> calibrations) {
    this.spec = spec;
    this.calibrations = calibrations;
  }

  /**
   * Writes to the folder of the run.
   *
   * @param calibrations by arm
   */
  static WriteTally with(ReplaySpec spec, PCollectionView<List<Calibration>> calibrations) {
    return new WriteTally(spec, calibrations);
  }

  @Override
  public PDone expand(PCollection<ShardSummary> summaries) {
    summaries
        .apply("Sum summaries", Combine.globally(ShardSummary.SUM))
        .apply(
            "Write tally", ParDo.of(new WriteFn(spec, calibrations)).withSideInputs(calibrations));
    return PDone.in(summaries.getPipeline());
  }

  private static final class WriteFn extends DoFn<ShardSummary, Void> {
    private static final long serialVersionUID = 1L;

    private final ReplaySpec spec;
    private final PCollectionView<List<Calibration>> calibrations;

    WriteFn(ReplaySpec spec, PCollectionView<List<Calibration>> calibrations) {
      this.spec = spec;
      this.calibrations = calibrations;
    }

    @ProcessElement
    public void write(ProcessContext c) {
      TimingsFile.write(Path.of(spec.run(), TimingsFile.FILE_NAME), timings(c.element().times()));
      new Tally(c.element().counts(), c.sideInput(calibrations)).write(spec.evaluation().work());
    }

    private List<TimingsFile.Timing> timings(StageTimes times) {
      List<TimingsFile.Timing> rows = new ArrayList<>();
      for (int arm = 0; arm < spec.arms().size(); arm++) {
        for (int stage = 0; stage < StageTimes.STAGES.size(); stage++) {
          Histogram histogram = times.histogram(arm, stage);
          boolean any = histogram.getTotalCount() > 0;
          rows.add(
              new TimingsFile.Timing(
                  spec.arms().get(arm).name(),
                  StageTimes.STAGES.get(stage),
                  histogram.getTotalCount(),
                  any ? histogram.getMean() : Double.NaN,
                  any ? histogram.getValueAtPercentile(50) : Double.NaN,
                  any ? histogram.getValueAtPercentile(90) : Double.NaN,
                  any ? histogram.getValueAtPercentile(99) : Double.NaN,
                  any ? histogram.getMaxValue() : Double.NaN));
        }
      }
      return rows;
    }
  }
}
