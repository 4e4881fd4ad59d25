package io.seminar.reports.charts;

import java.awt.Color;
import java.awt.geom.Line2D;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.chart.ui.RectangleAnchor;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.chart.ui.TextAnchor;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;

/** Curves over the epochs of a training, with a line at the epoch that was chosen. */
public final class EpochChart {
  private EpochChart() {}

  /**
   * A curve.
   *
   * @param name for the legend
   * @param style index into the common styles
   * @param values one an epoch, the first epoch's first; those that are not finite are left out
   */
  public record Curve(String name, int style, List<Double> values) {}

  /**
   * The chart.
   *
   * @param yLabel label of the value axis, with its unit
   * @param curves at least one, each over the same epochs
   * @param chosen epoch that is marked, counted from 1; 0: none
   */
  public static Chart of(
      String id, String title, String description, String yLabel, List<Curve> curves, int chosen) {
    XYSeriesCollection data = new XYSeriesCollection();
    XYLineAndShapeRenderer renderer = new XYLineAndShapeRenderer(true, true);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    int epochs = 1;
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      epochs = Math.max(epochs, curve.values().size());
      XYSeries series = new XYSeries(curve.name(), false, true);
      for (int epoch = 1; epoch <= curve.values().size(); epoch++) {
        double value = curve.values().get(epoch - 1);
        if (Double.isFinite(value)) {
          series.add(epoch, value);
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
      data.addSeries(series);
      renderer.setSeriesPaint(i, Style.colour(curve.style()));
      renderer.setSeriesStroke(i, Style.line(curve.style()));
      renderer.setSeriesShape(i, Style.marker(curve.style()));
    }
    // Long enough for a dash pattern to be seen.
    renderer.setLegendLine(new Line2D.Double(-17, 0, 17, 0));
    NumberAxis values = Style.linear(yLabel, low, high);
    XYPlot plot = new XYPlot(data, epochAxis(epochs), values, renderer);
    if (chosen > 0) {
      // Room for the label above the curves.
      values.setUpperBound(values.getUpperBound() + 0.1 * values.getRange().getLength());
      plot.addDomainMarker(chosenMarker(chosen, epochs), Layer.BACKGROUND);
    }
    return new Chart(id, title, description, Style.dress(title, plot, true), Style.WIDTH, 366);
  }

  /** Whole epochs only. */
  private static NumberAxis epochAxis(int epochs) {
    NumberAxis axis = new NumberAxis("epoch");
    axis.setStandardTickUnits(NumberAxis.createIntegerTickUnits(Locale.ROOT));
    axis.setTickLabelInsets(new RectangleInsets(2, 8, 2, 8));
    double margin = Math.max(0.4, 0.03 * epochs);
    axis.setRange(1 - margin, epochs + margin);
    return axis;
  }

  private static ValueMarker chosenMarker(int chosen, int epochs) {
    ValueMarker marker = new ValueMarker(chosen, Color.BLACK, Style.dotted());
    marker.setLabel("chosen");
    marker.setLabelFont(Style.SMALL);
    marker.setLabelPaint(Style.QUIET);
    marker.setLabelBackgroundColor(Color.WHITE);
    // On the side on which there is room.
    boolean right = 2 * chosen <= epochs + 1;
    marker.setLabelAnchor(right ? RectangleAnchor.TOP_RIGHT : RectangleAnchor.TOP_LEFT);
    marker.setLabelTextAnchor(right ? TextAnchor.TOP_LEFT : TextAnchor.TOP_RIGHT);
    return marker;
  }
}
