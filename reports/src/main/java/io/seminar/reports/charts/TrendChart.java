package io.seminar.reports.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.List;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/**
 * A number over time, within the band of its intervals, with a limit and marked times. A night
 * without the number breaks the line and has a hollow dot at the lower edge: it is no value there.
 */
public final class TrendChart {
  private static final int LEGEND_LETTERS = 46;
  private static final String NO_NUMBER = "no number";

  private TrendChart() {}

  /**
   * A night.
   *
   * @param time ms since 1970
   * @param value the number; NaN: there was none
   * @param limit its limit; NaN: none
   * @param kind index into the kinds: what became of it
   */
  public record Night(long time, Measured value, double limit, int kind) {}

  /**
   * A kind of night: the dots that look alike.
   *
   * @param name for the legend
   * @param style index into the common styles
   */
  public record Kind(String name, int style) {}

  /**
   * A time that is marked.
   *
   * @param time ms since 1970
   * @param label a letter or two; what they mean stands elsewhere
   */
  public record Mark(long time, String label) {}

  /**
   * The chart.
   *
   * @param yLabel label of the value axis, with its unit
   * @param nights at least one, by time
   * @param marks those outside the nights' time are left out
   */
  public static Chart of(
      String id,
      String title,
      String description,
      String yLabel,
      List<Night> nights,
      List<Kind> kinds,
      List<Mark> marks) {
    TimeAxis time = new TimeAxis(null, nights.get(0).time(), nights.get(nights.size() - 1).time());
    NumberAxis values = values(yLabel, nights);
    List<List<Night>> segments = segments(nights);
    XYPlot plot = new XYPlot(null, time, values, null);
    // The first data set is drawn last.
    dots(
        plot,
        nights,
        segments,
        kinds,
        values.getLowerBound() + 0.03 * values.getRange().getLength());
    limit(plot, nights, time);
    band(plot, segments);
    marks(plot, time, marks);
    LegendItemCollection legend = legend(nights, kinds);
    plot.setFixedLegendItems(legend);
    int letters = 0;
    for (int i = 0; i < legend.getItemCount(); i++) {
      letters += legend.get(i).getLabel().length() + 6;
    }
    return new Chart(
        id,
        title,
        description,
        Style.dress(title, plot, true),
        Style.WIDTH,
        330 + 24 * (1 + letters / LEGEND_LETTERS));
  }

  private static NumberAxis values(String label, List<Night> nights) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Night night : nights) {
      Measured m = night.value();
      for (double y : new double[] {m.value(), m.low(), m.high(), night.limit()}) {
        if (Double.isFinite(y)) {
          low = Math.min(low, y);
          high = Math.max(high, y);
        }
      }
    }
    NumberAxis axis = Style.linear(label, low, high);
    // Room for the letters of marks above, and for nights without a number below.
    double span = axis.getRange().getLength();
    axis.setRange(axis.getLowerBound() - 0.04 * span, axis.getUpperBound() + 0.08 * span);
    return axis;
  }

  /** Runs of nights that have the number. */
  private static List<List<Night>> segments(List<Night> nights) {
    List<List<Night>> segments = new ArrayList<>();
    boolean open = false;
    for (Night night : nights) {
      boolean defined = defined(night);
      if (defined && !open) {
        segments.add(new ArrayList<>());
      }
      if (defined) {
        segments.get(segments.size() - 1).add(night);
      }
      open = defined;
    }
    return segments;
  }

  private static void dots(
      XYPlot plot, List<Night> nights, List<List<Night>> segments, List<Kind> kinds, double edge) {
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    XYErrorRenderer renderer = new XYErrorRenderer();
    renderer.setDrawXError(false);
    renderer.setErrorStroke(Style.whisker());
    renderer.setCapLength(0);
    for (int kind = 0; kind < kinds.size(); kind++) {
      XYIntervalSeries series = new XYIntervalSeries(kinds.get(kind).name(), false, true);
      for (Night night : nights) {
        if (night.kind() == kind && defined(night)) {
          double x = night.time();
          Measured m = night.value();
          // A night on its own has no band.
          boolean whisker = m.hasInterval() && alone(segments, night);
          series.add(
              x, x, x, m.value(), whisker ? m.low() : m.value(), whisker ? m.high() : m.value());
        }
      }
      data.addSeries(series);
      renderer.setSeriesPaint(kind, Style.colour(kinds.get(kind).style()));
      renderer.setSeriesShape(kind, Style.marker(kinds.get(kind).style()));
    }
    XYIntervalSeries none = new XYIntervalSeries(NO_NUMBER, false, true);
    nights.stream()
        .filter(night -> !defined(night))
        .forEach(n -> none.add(n.time(), n.time(), n.time(), edge, edge, edge));
    data.addSeries(none);
    renderer.setSeriesPaint(kinds.size(), Style.QUIET);
    renderer.setSeriesShape(kinds.size(), Style.marker(0));
    renderer.setSeriesShapesFilled(kinds.size(), false);
    plot.setDataset(0, data);
    plot.setRenderer(0, renderer);
  }

  private static boolean defined(Night night) {
    return Double.isFinite(night.value().value());
  }

  private static boolean alone(List<List<Night>> segments, Night night) {
    return segments.stream().anyMatch(s -> s.size() == 1 && s.get(0) == night);
  }

  /** The limit as it was from night to night, from edge to edge. */
  private static void limit(XYPlot plot, List<Night> nights, TimeAxis time) {
    XYSeries series = new XYSeries("limit", false, true);
    double before = Double.NaN;
    for (Night night : nights) {
      if (!Double.isNaN(night.limit())) {
        series.add(
            series.isEmpty() ? time.getLowerBound() : night.time(),
            series.isEmpty() ? night.limit() : before);
        series.add(night.time(), night.limit());
        before = night.limit();
      }
    }
    if (!series.isEmpty()) {
      series.add(time.getUpperBound(), before);
    }
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, false);
    renderer.setSeriesPaint(0, Style.LIMIT);
    renderer.setSeriesStroke(0, Style.dotted());
    plot.setDataset(1, new XYSeriesCollection(series));
    plot.setRenderer(1, renderer);
  }

  private static void band(XYPlot plot, List<List<Night>> segments) {
    YIntervalSeriesCollection data = new YIntervalSeriesCollection();
    DeviationRenderer renderer = new DeviationRenderer(true, false);
    renderer.setAlpha(0.16f);
    for (int i = 0; i < segments.size(); i++) {
      YIntervalSeries series = new YIntervalSeries("segment " + i, false, true);
      for (Night night : segments.get(i)) {
        Measured m = night.value();
        series.add(
            night.time(),
            m.value(),
            m.hasInterval() ? m.low() : m.value(),
            m.hasInterval() ? m.high() : m.value());
      }
      data.addSeries(series);
      Color colour = Style.colour(1);
      renderer.setSeriesPaint(i, colour);
      renderer.setSeriesFillPaint(i, colour);
      renderer.setSeriesStroke(i, new BasicStroke(1.6f));
    }
    plot.setDataset(2, data);
    plot.setRenderer(2, renderer);
  }

  private static void marks(XYPlot plot, TimeAxis time, List<Mark> marks) {
    for (Mark mark : marks) {
      if (time.getRange().contains(mark.time())) {
        ValueMarker line = new ValueMarker(mark.time(), Style.QUIET, Style.dotted());
        line.setLabel(mark.label());
        line.setLabelFont(Style.SMALL);
        line.setLabelPaint(Style.QUIET);
        line.setLabelBackgroundColor(Color.WHITE);
        line.setLabelAnchor(RectangleAnchor.TOP_RIGHT);
        line.setLabelTextAnchor(TextAnchor.TOP_LEFT);
        plot.addDomainMarker(line, Layer.BACKGROUND);
      }
    }
  }

  private static LegendItemCollection legend(List<Night> nights, List<Kind> kinds) {
    LegendItemCollection legend = new LegendItemCollection();
    for (int i = 0; i < kinds.size(); i++) {
      int kind = i;
      if (nights.stream().anyMatch(night -> night.kind() == kind && defined(night))) {
        Color colour = Style.colour(kinds.get(i).style());
        legend.add(
            item(kinds.get(i).name(), Style.marker(kinds.get(i).style()), true, false, colour));
      }
    }
    if (nights.stream().anyMatch(night -> !defined(night))) {
      legend.add(item(NO_NUMBER, Style.marker(0), false, false, Style.QUIET));
    }
    if (nights.stream().anyMatch(night -> !Double.isNaN(night.limit()))) {
      legend.add(item("limit", null, false, true, Style.LIMIT));
    }
    return legend;
  }

  private static LegendItem item(
      String name, Shape shape, boolean filled, boolean line, Color colour) {
    return new LegendItem(
        name,
        null,
        null,
        null,
        shape != null,
        shape == null ? Style.marker(0) : shape,
        filled,
        colour,
        !filled,
        colour,
        new BasicStroke(1f),
        line,
        new Line2D.Double(-14, 0, 14, 0),
        Style.dotted(),
        colour);
  }
}
