package io.seminar.reports.charts;

import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.LogAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/** A logarithmic axis with ticks at 1, 2, 5, 10, 20, 50…, written as such and not as powers. */
final class LogTicksAxis extends LogAxis {
  private static final long serialVersionUID = 1L;

  private static final int[] STEPS = {1, 2, 5};

  LogTicksAxis(String label, double low, double high) {
    super(label);
    double margin = low < high ? Math.pow(high / low, 0.06) : 1.5;
    setRange(low / margin, high * margin);
    Style.dress(this);
  }

  @Override
  public List<NumberTick> refreshTicks(
      Graphics2D g, AxisState state, Rectangle2D area, RectangleEdge edge) {
    boolean upright = RectangleEdge.isLeftOrRight(edge);
    double[] values = values();
    String[] labels = new String[values.length];
    // Over many decades the labels would run into one another: those between the powers yield.
    List<double[]> taken = new ArrayList<>();
    for (boolean powers : new boolean[] {true, false}) {
      for (int i = 0; i < values.length; i++) {
        if (isPower(values[i]) == powers) {
          String label =
              values[i] < 10_000
                  ? new BigDecimal(Double.toString(values[i])).stripTrailingZeros().toPlainString()
                  : new CompactFormat().format(values[i]);
          FontMetrics font = g.getFontMetrics(getTickLabelFont());
          double half = (upright ? font.getHeight() - 6 : font.stringWidth(label)) / 2.0 + 3;
          double at = valueToJava2D(values[i], area, edge);
          boolean room = taken.stream().allMatch(t -> at + half < t[0] || at - half > t[1]);
          labels[i] = room ? label : "";
          if (room) {
            taken.add(new double[] {at - half, at + half});
          }
        }
      }
    }
    List<NumberTick> ticks = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      ticks.add(
          new NumberTick(
              values[i],
              labels[i],
              upright ? TextAnchor.CENTER_RIGHT : TextAnchor.TOP_CENTER,
              TextAnchor.CENTER,
              0.0));
    }
    return ticks;
  }

  /** 1, 2 and 5 times the powers of ten within the range, rising. */
  private double[] values() {
    double[] values = new double[0];
    for (int e = (int) Math.floor(Math.log10(getLowerBound()));
        Math.pow(10, e) <= getUpperBound();
        e++) {
      for (int step : STEPS) {
        double value = BigDecimal.valueOf(step).scaleByPowerOfTen(e).doubleValue();
        if (value >= getLowerBound() && value <= getUpperBound()) {
          values = Arrays.copyOf(values, values.length + 1);
          values[values.length - 1] = value;
        }
      }
    }
    return values;
  }

  private static boolean isPower(double value) {
    double exponent = Math.log10(value);
    return Math.abs(exponent - Math.rint(exponent)) < 1e-9;
  }
}
