package io.seminar.pipelines.evaluation;

import io.seminar.metrics.calibration.LogisticCalibration;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.beam.sdk.transforms.SerializableFunction;

/**
 * Scores of all arms, with labels, that the calibration is fitted on: the impressions of earlier
 * requests, or of a share of those requests drawn by hash, so that the size is bounded. Merging
 * concatenates; nothing that is read from a sample depends on the order of its rows.
 */
public final class CalibrationSample implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Concatenates samples, in any order, for {@code Combine.globally}. */
  public static final SerializableFunction<Iterable<CalibrationSample>, CalibrationSample> CONCAT =
      samples -> {
        CalibrationSample all = new CalibrationSample();
        for (CalibrationSample sample : samples) {
          all.append(sample);
        }
        return all;
      };

  private int size;
  private byte[] labels = new byte[0];

  /** (arms, size). */
  private float[][] scores = new float[0][];

  /** How many impressions. */
  public int size() {
    return size;
  }

  /** Adds an impression: its label and its score by every arm. */
  public void add(byte label, float... scoreByArm) {
    reserve(size + 1, scoreByArm.length);
    labels[size] = label;
    for (int a = 0; a < scoreByArm.length; a++) {
      scores[a][size] = scoreByArm[a];
    }
    size++;
  }

  private void append(CalibrationSample other) {
    if (other.size == 0) {
      return;
    }
    reserve(size + other.size, other.scores.length);
    System.arraycopy(other.labels, 0, labels, size, other.size);
    for (int a = 0; a < scores.length; a++) {
      System.arraycopy(other.scores[a], 0, scores[a], size, other.size);
    }
    size += other.size;
  }

  private void reserve(int rows, int arms) {
    if (size == 0) {
      scores = new float[arms][labels.length];
    } else if (arms != scores.length) {
      throw new IllegalArgumentException(
          "a row has the scores of " + arms + " arms, expected " + scores.length);
    }
    if (rows > labels.length) {
      int capacity = Math.max(rows, Math.max(64, labels.length + (labels.length >> 1)));
      labels = Arrays.copyOf(labels, capacity);
      for (int a = 0; a < arms; a++) {
        scores[a] = Arrays.copyOf(scores[a], capacity);
      }
    }
  }

  /** The map from an arm's score to a probability. */
  LogisticCalibration fit(int arm) {
    return LogisticCalibration.fit(size == 0 ? new float[0] : scores[arm], labels, 0, size);
  }

  /** (size): the probabilities that a map gives to the scores of an arm. */
  double[] probabilities(int arm, LogisticCalibration map) {
    double[] probabilities = new double[size];
    for (int i = 0; i < size; i++) {
      probabilities[i] = map.probability(scores[arm][i]);
    }
    return probabilities;
  }
}
