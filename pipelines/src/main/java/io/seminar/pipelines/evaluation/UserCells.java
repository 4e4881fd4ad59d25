package io.seminar.pipelines.evaluation;

import io.seminar.metrics.MetricSuite;
import io.seminar.metrics.UserStatistics;
import io.seminar.metrics.calibration.ReliabilityBins;
import io.seminar.metrics.catalogue.Exposure;
import io.seminar.metrics.inference.UserDraws;
import io.seminar.metrics.inference.UserHash;
import io.seminar.reports.store.OutcomeRow;
import java.util.Arrays;
import java.util.List;

/**
 * Turns the outcomes of one user after another into sums over users: per arm and slice the user's
 * statistics, computed in the order of the log, are added to the cell with the user's weights. A
 * slice selects impressions, so a page counts in it with those alone.
 *
 * <p>Not thread-safe.
 */
final class UserCells {
  private final MetricSuite suite;
  private final List<Calibration> calibrations;
  private final ItemInformation information; // null: not known
  private final CellTable table;
  private final UserDraws weights;
  private final long[] userWeights;
  private final double[] numbers;

  /** (arms, slices): statistics of the current user, made when first needed. */
  private final UserStatistics[][] statistics;

  /** (arms): slices that the current user has touched. */
  private final long[] touched;

  /** (arms): numbers of the current user's reliability bins; empty without probabilities. */
  private final double[][] reliability;

  private final boolean[] reliable;
  private final Part all = new Part();
  private final Part cold = new Part();
  private final Part warm = new Part();
  private String user;
  private long userHash;

  /** The impressions of a page that a slice selects. */
  private static final class Part {
    private int size;
    private int[] rows = new int[0];
    private float[] scores = new float[0];
    private double[] probabilities = new double[0];
    private float[] information = new float[0];
    private byte[] labels = new byte[0];

    void clear(int capacity) {
      size = 0;
      if (rows.length < capacity) {
        rows = new int[capacity];
        scores = new float[capacity];
        probabilities = new double[capacity];
        information = new float[capacity];
        labels = new byte[capacity];
      }
    }

    void add(int row, float score, double probability, float bits, byte label) {
      rows[size] = row;
      scores[size] = score;
      probabilities[size] = probability;
      information[size] = bits;
      labels[size] = label;
      size++;
    }
  }

  /**
   * Adds to a table.
   *
   * @param calibrations by arm
   * @param weights of the users
   * @param information of the items; null: not known
   */
  UserCells(
      MetricSuite suite,
      List<Calibration> calibrations,
      UserDraws weights,
      ItemInformation information,
      CellTable table) {
    this.suite = suite;
    this.calibrations = calibrations;
    this.information = information;
    this.table = table;
    this.weights = weights;
    this.userWeights = new long[weights.resampling().columns()];
    this.numbers = new double[suite.statistics()];
    int arms = calibrations.size();
    this.statistics = new UserStatistics[arms][SliceSet.size()];
    this.touched = new long[arms];
    this.reliability = new double[arms][];
    this.reliable = new boolean[arms];
    for (int a = 0; a < arms; a++) {
      ReliabilityBins bins = calibrations.get(a).bins();
      reliability[a] = new double[bins.statistics() + bins.counts()];
    }
  }

  /** Adds a row of the current user, or of the next one. */
  void add(int arm, OutcomeRow row) {
    if (!row.user.equals(user)) {
      endUser();
      user = row.user;
      userHash = UserHash.of(user);
    }
    split(arm, row);
    long warmMask = slices(row, false);
    long coldMask = slices(row, true);
    add(arm, row, warmMask & coldMask, all);
    add(arm, row, warmMask & ~coldMask, warm);
    add(arm, row, coldMask & ~warmMask, cold);
    if (row.evaluated && calibrations.get(arm).map().isDefined()) {
      for (int i = 0; i < all.size; i++) {
        calibrations
            .get(arm)
            .bins()
            .add(all.probabilities[i], all.labels[i] > 0, reliability[arm], 0);
      }
      reliable[arm] = true;
    }
    if (row.evaluated && information != null) {
      Exposure exposure = table.touchExposure(arm, suite, information.items());
      if (exposure != null) {
        exposure.addPage(row.scores, row.items, 0, row.impressions);
      }
    }
  }

  /** Slices of the cold, or of the warm, impressions of a row. */
  static long slices(OutcomeRow row, boolean cold) {
    return SliceSet.mask(row.historyLength, row.query, row.searchedShare, cold);
  }

  /** Hash of the user whose row was added last. */
  long userHash() {
    return userHash;
  }

  private void split(int arm, OutcomeRow row) {
    Calibration calibration = calibrations.get(arm);
    boolean fitted = calibration.map().isDefined();
    all.clear(row.impressions);
    cold.clear(row.impressions);
    warm.clear(row.impressions);
    for (int i = 0; i < row.impressions; i++) {
      double p = fitted ? calibration.map().probability(row.scores[i]) : Double.NaN;
      float bits = information == null ? Float.NaN : information.of(row.items[i]);
      all.add(i, row.scores[i], p, bits, row.labels[i]);
      (row.cold[i] ? cold : warm).add(i, row.scores[i], p, bits, row.labels[i]);
    }
  }

  private void add(int arm, OutcomeRow row, long slices, Part part) {
    if (part.size == 0) {
      return;
    }
    boolean fitted = calibrations.get(arm).map().isDefined();
    for (long left = slices; left != 0; left &= left - 1) {
      int slice = Long.numberOfTrailingZeros(left);
      UserStatistics cell = statistics[arm][slice];
      if (cell == null) {
        cell = suite.newUserStatistics();
        statistics[arm][slice] = cell;
      }
      if ((touched[arm] & 1L << slice) == 0) {
        touched[arm] |= 1L << slice;
        cell.clear();
      }
      for (int i = 0; i < part.size; i++) {
        int impression = part.rows[i];
        cell.addFidelity(
            row.recall,
            impression * row.retrievalKs(),
            row.massKept[impression],
            row.outputCosine[impression],
            row.outputRelL2[impression]);
      }
      if (row.evaluated) {
        cell.addPage(
            part.scores,
            fitted ? part.probabilities : null,
            part.labels,
            information == null ? null : part.information,
            0,
            part.size);
      }
    }
  }

  /** Adds the current user to the table; must be called after the last row. */
  void endUser() {
    if (user == null) {
      return;
    }
    weights.fill(userHash, userWeights);
    for (int arm = 0; arm < touched.length; arm++) {
      for (long left = touched[arm]; left != 0; left &= left - 1) {
        int slice = Long.numberOfTrailingZeros(left);
        statistics[arm][slice].copyTo(numbers, 0);
        table.touch(arm, slice, suite, weights.resampling()).add(numbers, userWeights);
      }
      touched[arm] = 0;
      table.endUser(arm);
      if (reliable[arm]) {
        table
            .touchReliability(arm, calibrations.get(arm).bins(), weights.resampling().bootstraps())
            .add(reliability[arm], 0, userWeights);
        Arrays.fill(reliability[arm], 0);
        reliable[arm] = false;
      }
    }
    user = null;
  }
}
