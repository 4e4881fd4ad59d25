package io.seminar.reports.charts;

import java.awt.Color;
import org.jfree.chart.plot.IntervalMarker;

/** Pale bands behind every other row. */
final class Bands {
  private static final Color PALE = new Color(0xf2, 0xf4, 0xf6);

  private Bands() {}

  /** The band of a row of a {@link RowsAxis}. */
  static IntervalMarker row(int row) {
    IntervalMarker band = new IntervalMarker(-row - 0.5, -row + 0.5, PALE);
    band.setAlpha(1f);
    band.setOutlinePaint(null);
    return band;
  }
}
