package io.seminar.reports.charts;

import java.awt.Color;
import java.awt.geom.Line2D;
import java.util.List;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.DeviationRenderer;
import org.jfree.data.xy.YIntervalSeries;
import org.jfree.data.xy.YIntervalSeriesCollection;

/** Curves over a logarithmic axis, such as recall over K, each within the band of its intervals. */
public final class CurveChart {
  private CurveChart() {}

  /**
   * A curve.
   *
   * @param name for the legend
   * @param style index into the common styles; 0 is the baseline's
   * @param xs rising and positive
   * @param values one for each x; those that are not defined are left out
   */
  public record Curve(String name, int style, List<Integer> xs, List<Measured> values) {}

  /**
   * The chart.
   *
   * @param xLabel label of the logarithmic axis
   * @param yLabel label of the value axis, with its unit
   * @param curves at least one, each with at least one x
   */
  public static Chart of(
      String id,
      String title,
      String description,
      String xLabel,
      String yLabel,
      List<Curve> curves) {
    YIntervalSeriesCollection data = new YIntervalSeriesCollection();
    DeviationRenderer renderer = new DeviationRenderer(true, true);
    renderer.setAlpha(0.16f);
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    double first = Double.POSITIVE_INFINITY;
    double last = 0;
    for (int i = 0; i < curves.size(); i++) {
      Curve curve = curves.get(i);
      YIntervalSeries series = new YIntervalSeries(curve.name(), false, true);
      for (int p = 0; p < curve.xs().size(); p++) {
        int x = curve.xs().get(p);
        first = Math.min(first, x);
        last = Math.max(last, x);
        Measured m = curve.values().get(p);
        if (!Double.isNaN(m.value())) {
          double from = m.hasInterval() ? m.low() : m.value();
          double to = m.hasInterval() ? m.high() : m.value();
          series.add(x, m.value(), from, to);
          low = Math.min(low, Math.min(from, m.value()));
          high = Math.max(high, Math.max(to, m.value()));
        }
      }
      data.addSeries(series);
      Color colour = Style.colour(curve.style());
      renderer.setSeriesPaint(i, colour);
      renderer.setSeriesFillPaint(i, colour);
      renderer.setSeriesStroke(i, Style.line(curve.style()));
      renderer.setSeriesShape(i, Style.marker(curve.style()));
      renderer.setSeriesShapesFilled(i, true);
    }
    renderer.setUseFillPaint(false);
    // Long enough for a dash pattern to be seen.
    renderer.setLegendLine(new Line2D.Double(-17, 0, 17, 0));
    XYPlot plot =
        new XYPlot(
            data, new LogTicksAxis(xLabel, first, last), Style.linear(yLabel, low, high), renderer);
    int legendLines = 1 + (curves.size() - 1) / 3;
    return new Chart(
        id,
        title,
        description,
        Style.dress(title, plot, true),
        Style.WIDTH,
        340 + 26 * legendLines);
  }
}
