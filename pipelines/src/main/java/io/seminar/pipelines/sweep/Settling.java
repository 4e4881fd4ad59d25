package io.seminar.pipelines.sweep;

/**
 * Says when an arm has warmed up: when the medians of its last {@value #WINDOW} stretches hardly
 * differ any more. Their coefficient of variation is compared with a limit, which a compilation, a
 * clock that speeds up or a cache that fills lifts it above.
 */
final class Settling {
  /** Stretches that are looked at together. */
  static final int WINDOW = 5;

  private final double limit;
  private final double[] medians = new double[WINDOW];
  private int stretches;

  /**
   * Nothing seen yet.
   *
   * @param limit of the coefficient of variation
   */
  Settling(double limit) {
    this.limit = limit;
  }

  /** Takes the median latency of a stretch. */
  void add(double median) {
    medians[stretches % WINDOW] = median;
    stretches++;
  }

  /** Whether the last stretches hardly differ. */
  boolean settled() {
    return variation() <= limit;
  }

  /**
   * Coefficient of variation of the last medians: standard deviation (n − 1) over mean; NaN before
   * there are {@value #WINDOW}.
   */
  double variation() {
    if (stretches < WINDOW) {
      return Double.NaN;
    }
    double mean = 0;
    for (double median : medians) {
      mean += median / WINDOW;
    }
    double squares = 0;
    for (double median : medians) {
      squares += (median - mean) * (median - mean);
    }
    return mean == 0 ? 0 : Math.sqrt(squares / (WINDOW - 1)) / mean;
  }

  /** Stretches seen. */
  int stretches() {
    return stretches;
  }
}
