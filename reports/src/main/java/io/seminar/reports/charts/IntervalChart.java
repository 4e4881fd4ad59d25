package io.seminar.reports.charts;

import java.awt.Color;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYTextAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.IntervalMarker;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/**
 * Dots with whiskers: a row for each name, in it a dot a series. A number that is not defined is
 * said to be so at the left edge, never as a dot at 0.
 */
public final class IntervalChart {
  private static final int LONGEST_ROW_NAME = 24;

  private IntervalChart() {}

  /**
   * A limit of the numbers: a line, and a shade over the side that is beyond it.
   *
   * @param atLeast whether numbers above it are within it
   */
  public record Limit(double at, boolean atLeast) {}

  /**
   * A series.
   *
   * @param name for the legend
   * @param style index into the common styles; 0 is the baseline's
   * @param values one a row; null: the series has nothing in that row
   */
  public record Series(String name, int style, List<Measured> values) {}

  /**
   * The chart.
   *
   * @param valueLabel label of the value axis, with its unit
   * @param rows names of the rows, top to bottom
   * @param series series with one value a row
   * @param reference where a dashed line stands, e.g. 0 for differences; NaN: none
   * @param legend whether the series are named in a legend; not needed where rows name them
   */
  public static Chart of(
      String id,
      String title,
      String description,
      String valueLabel,
      List<String> rows,
      List<Series> series,
      double reference,
      boolean legend) {
    return of(id, title, description, valueLabel, rows, series, reference, null, legend);
  }

  /**
   * The chart, with a limit.
   *
   * @param reference where a dashed line stands, e.g. 0 for differences; NaN: none
   * @param limit of all numbers; null: none
   */
  public static Chart of(
      String id,
      String title,
      String description,
      String valueLabel,
      List<String> rows,
      List<Series> series,
      double reference,
      Limit limit,
      boolean legend) {
    double low = Double.isNaN(reference) ? Double.POSITIVE_INFINITY : reference;
    double high = Double.isNaN(reference) ? Double.NEGATIVE_INFINITY : reference;
    if (limit != null) {
      low = Math.min(low, limit.at());
      high = Math.max(high, limit.at());
    }
    for (Series s : series) {
      for (Measured m : s.values()) {
        if (m != null && !Double.isNaN(m.value())) {
          low = Math.min(low, m.hasInterval() ? Math.min(m.low(), m.value()) : m.value());
          high = Math.max(high, m.hasInterval() ? Math.max(m.high(), m.value()) : m.value());
        }
      }
    }
    NumberAxis values = Style.linear(valueLabel, low, high);
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    XYErrorRenderer renderer = new XYErrorRenderer();
    renderer.setDrawYError(false);
    renderer.setErrorStroke(Style.whisker());
    renderer.setCapLength(6);
    List<String> names = rows.stream().map(r -> RowsAxis.brief(r, LONGEST_ROW_NAME)).toList();
    RowsAxis rowAxis = new RowsAxis(names);
    XYPlot plot = new XYPlot(data, values, rowAxis, renderer);
    boolean sharedRows = sharedRows(series, rows.size());
    for (int i = 0; i < series.size(); i++) {
      Series s = series.get(i);
      // Series that share a row stand one below the other in it.
      double shift = sharedRows && series.size() > 1 ? 0.36 - 0.72 * i / (series.size() - 1) : 0;
      XYIntervalSeries points = new XYIntervalSeries(s.name(), false, true);
      for (int row = 0; row < rows.size(); row++) {
        Measured m = s.values().get(row);
        double y = -row + shift;
        if (m == null) {
          continue;
        }
        if (Double.isNaN(m.value())) {
          XYTextAnnotation none = new XYTextAnnotation(" not defined", values.getLowerBound(), y);
          none.setFont(Style.SMALL);
          none.setPaint(Style.colour(s.style()));
          none.setTextAnchor(TextAnchor.CENTER_LEFT);
          plot.addAnnotation(none);
        } else {
          boolean whisker = m.hasInterval();
          points.add(
              m.value(), whisker ? m.low() : m.value(), whisker ? m.high() : m.value(), y, y, y);
        }
      }
      data.addSeries(points);
      renderer.setSeriesPaint(i, Style.colour(s.style()));
      renderer.setSeriesShape(i, Style.marker(s.style()));
    }
    if (!Double.isNaN(reference)) {
      plot.addDomainMarker(
          new ValueMarker(reference, Color.BLACK, Style.dotted()), Layer.BACKGROUND);
    }
    if (limit != null) {
      mark(plot, values, limit);
    }
    JFreeChart chart = Style.dress(title, plot, legend);
    int perRow = sharedRows ? Math.max(30, 15 * series.size() + 10) : 30;
    int legendLines = legend ? 1 + (series.size() - 1) / 3 : 0;
    int height = 105 + perRow * rows.size() + 26 * legendLines;
    // Bands tell the rows apart where several series stand in each.
    plot.setRangeGridlinesVisible(!sharedRows);
    if (sharedRows) {
      for (int row = 0; row < rows.size(); row += 2) {
        plot.addRangeMarker(Bands.row(row), Layer.BACKGROUND);
      }
    }
    return new Chart(id, title, description, chart, Style.WIDTH, height);
  }

  private static void mark(XYPlot plot, NumberAxis values, Limit limit) {
    IntervalMarker beyond =
        limit.atLeast()
            ? new IntervalMarker(values.getLowerBound(), limit.at(), Style.BEYOND)
            : new IntervalMarker(limit.at(), values.getUpperBound(), Style.BEYOND);
    beyond.setAlpha(1f);
    beyond.setOutlinePaint(null);
    plot.addDomainMarker(beyond, Layer.BACKGROUND);
    plot.addDomainMarker(
        new ValueMarker(limit.at(), Style.LIMIT, Style.whisker()), Layer.BACKGROUND);
  }

  private static boolean sharedRows(List<Series> series, int rows) {
    for (int row = 0; row < rows; row++) {
      int r = row;
      if (series.stream().filter(s -> s.values().get(r) != null).count() > 1) {
        return true;
      }
    }
    return false;
  }
}
