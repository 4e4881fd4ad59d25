package io.seminar.pipelines.evaluation;

import java.util.List;
import org.apache.beam.sdk.coders.ListCoder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SimpleFunction;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;

/**
 * {@code PTransform} that fits every arm's map from score to click probability to what was sampled
 * of the earlier requests.
 */
public final class FitCalibrations
    extends PTransform<PCollection<CalibrationSample>, PCollectionView<List<Calibration>>> {
  private static final long serialVersionUID = 1L;

  private final int arms;

  private FitCalibrations(int arms) {
    this.arms = arms;
  }

  /** Fits the calibrations of so many arms. */
  public static FitCalibrations of(int arms) {
    return new FitCalibrations(arms);
  }

  @Override
  public PCollectionView<List<Calibration>> expand(PCollection<CalibrationSample> samples) {
    return samples
        .apply("Gather sample", Combine.globally(CalibrationSample.CONCAT))
        .apply("Fit calibration", MapElements.via(new FitFn(arms)))
        .setCoder(ListCoder.of(SerializableCoder.of(Calibration.class)))
        .apply("Calibration as view", View.asSingleton());
  }

  private static final class FitFn extends SimpleFunction<CalibrationSample, List<Calibration>> {
    private static final long serialVersionUID = 1L;

    private final int arms;

    FitFn(int arms) {
      this.arms = arms;
    }

    @Override
    public List<Calibration> apply(CalibrationSample sample) {
      return Calibration.fit(sample, arms);
    }
  }
}
