package io.seminar.pipelines.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.metrics.calibration.LogisticCalibration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;

class CalibrationSampleTest {
  private static final long SEED = 4;
  private static final int ARMS = 3;

  private static List<CalibrationSample> samples() {
    Random random = new Random(SEED);
    List<CalibrationSample> samples = new ArrayList<>();
    for (int s = 0; s < 9; s++) {
      CalibrationSample sample = new CalibrationSample();
      int rows = s % 3 == 0 ? 0 : 50 + 61 * s; // some are empty
      for (int i = 0; i < rows; i++) {
        float signal = (float) random.nextGaussian();
        byte label = (byte) (random.nextDouble() < 1 / (1 + Math.exp(1 - signal)) ? 1 : 0);
        sample.add(label, signal, signal * signal, random.nextInt(4));
      }
      samples.add(sample);
    }
    return samples;
  }

  private static int rows(List<CalibrationSample> samples) {
    return samples.stream().mapToInt(CalibrationSample::size).sum();
  }

  /** All that is ever read from a sample. */
  private static List<Object> read(CalibrationSample sample) {
    List<Object> read = new ArrayList<>(List.of(sample.size()));
    for (int arm = 0; arm < ARMS; arm++) {
      LogisticCalibration map = sample.fit(arm);
      read.add(map);
      if (map.isDefined()) {
        double[] probabilities = sample.probabilities(arm, map);
        Arrays.sort(probabilities);
        read.add(Arrays.stream(probabilities).boxed().toList());
      }
    }
    for (Calibration calibration : Calibration.fit(sample, ARMS)) {
      read.add(calibration.map());
      read.add(calibration.bins().size());
    }
    return read;
  }

  @Test
  void nothingReadDependsOnOrderOrGrouping() {
    CalibrationSample once = CalibrationSample.CONCAT.apply(samples());
    List<Object> expected = read(once);
    assertThat(once.size()).isEqualTo(rows(samples()));
    assertThat(once.fit(0).slope()).as("a fit that means something").isPositive();
    Random random = new Random(SEED);
    for (int round = 0; round < 20; round++) {
      List<CalibrationSample> left = samples();
      while (left.size() > 1) {
        Collections.shuffle(left, random);
        int n = 2 + random.nextInt(left.size() - 1);
        List<CalibrationSample> some = new ArrayList<>(left.subList(0, n));
        left.subList(0, n).clear();
        // Beam's way for a function of iterables: the result of one step goes into the next, and
        // between machines it is serialised.
        some.add(CalibrationSample.CONCAT.apply(List.of()));
        left.add(SerializableUtils.clone(CalibrationSample.CONCAT.apply(some)));
      }
      assertThat(read(left.get(0))).as("seed %d, round %d", SEED, round).isEqualTo(expected);
    }
  }

  @Test
  void concatenatingLeavesTheInputsAsTheyAre() {
    List<CalibrationSample> samples = samples();
    List<Integer> sizes = samples.stream().map(CalibrationSample::size).toList();
    CalibrationSample all = CalibrationSample.CONCAT.apply(samples);
    all.add((byte) 1, 1, 2, 3);
    assertThat(samples).extracting(CalibrationSample::size).isEqualTo(sizes);
  }

  @Test
  void anEmptySampleHasNoFitAndSaysWhy() {
    CalibrationSample none = CalibrationSample.CONCAT.apply(List.of());
    for (Calibration calibration : Calibration.fit(none, ARMS)) {
      assertThat(calibration.map().isDefined()).isFalse();
      assertThat(calibration.map().reason()).contains("0 rows");
    }
  }

  @Test
  void refusesRowsOfAnotherNumberOfArms() {
    CalibrationSample sample = new CalibrationSample();
    sample.add((byte) 0, 1, 2);
    assertThatThrownBy(() -> sample.add((byte) 0, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 arms, expected 2");
  }
}
