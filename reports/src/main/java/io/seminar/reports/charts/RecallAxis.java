package io.seminar.reports.charts;

import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/**
 * An upright axis for shares that are worth the more the nearer they come to 1: the distance to 1
 * has a logarithmic scale, down to {@value #FLOOR}, below which 1 lies. What it plots are {@link
 * #stretch stretched} shares; its labels are the shares themselves.
 */
final class RecallAxis extends NumberAxis {
  private static final long serialVersionUID = 1L;

  private static final double FLOOR = 0.002;

  /** The axis begins no higher, so that there is one where all shares are 1. */
  private static final double NEAR = 0.9;

  private static final double[] TICKS = {
    1, 0.99, 0.95, 0.9, 0.8, 0.6, 0.4, 0.2, 0, 0.98, 0.995, 0.7
  };

  /**
   * @param low least share that is shown
   */
  RecallAxis(String label, double low) {
    super(label);
    double least = stretch(Math.max(0, Math.min(low, NEAR)));
    double most = stretch(1);
    setRange(least - 0.05 * (most - least), most + 0.06 * (most - least));
    Style.dress(this);
  }

  /** Where a share stands on the axis. */
  static double stretch(double share) {
    return -Math.log10(1 - Math.min(share, 1) + FLOOR);
  }

  @Override
  public List<NumberTick> refreshTicks(
      Graphics2D g, AxisState state, Rectangle2D area, RectangleEdge edge) {
    double room = g.getFontMetrics(getTickLabelFont()).getHeight();
    List<NumberTick> ticks = new ArrayList<>();
    List<Double> taken = new ArrayList<>();
    for (double share : TICKS) {
      double value = stretch(share);
      double at = valueToJava2D(value, area, edge);
      if (getRange().contains(value) && taken.stream().allMatch(t -> Math.abs(t - at) >= room)) {
        taken.add(at);
        String label = share == Math.rint(share) ? Integer.toString((int) share) : "" + share;
        ticks.add(new NumberTick(value, label, TextAnchor.CENTER_RIGHT, TextAnchor.CENTER, 0.0));
      }
    }
    return ticks;
  }
}
