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

/** A vertical axis of named rows: row i at −i, so that the first stands on top. */
final class RowsAxis extends NumberAxis {
  private static final long serialVersionUID = 1L;

  private final List<String> rows;

  RowsAxis(List<String> rows) {
    super(null);
    this.rows = List.copyOf(rows);
    setRange(-(rows.size() - 1) - 0.6, 0.6);
    setTickMarksVisible(false);
    Style.dress(this);
    setAxisLineVisible(false);
  }

  @Override
  public List<NumberTick> refreshTicks(
      Graphics2D g, AxisState state, Rectangle2D area, RectangleEdge edge) {
    List<NumberTick> ticks = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      ticks.add(
          new NumberTick(
              (double) -i, rows.get(i), TextAnchor.CENTER_RIGHT, TextAnchor.CENTER, 0.0));
    }
    return ticks;
  }

  /** The name of a row, cut so that the plot keeps its room. */
  static String brief(String name, int most) {
    return name.codePointCount(0, name.length()) <= most
        ? name
        : name.substring(0, name.offsetByCodePoints(0, most - 1)) + "…";
  }
}
