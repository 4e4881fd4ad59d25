package io.seminar.reports.charts;

import java.awt.Color;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.annotations.XYLineAnnotation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.CombinedDomainXYPlot;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/**
 * A reliability diagram: share of clicks over mean predicted probability, a dot a bin, the diagonal
 * for perfect calibration; below it how many impressions each bin holds.
 */
public final class ReliabilityChart {
  private ReliabilityChart() {}

  /**
   * A bin.
   *
   * @param lower smallest probability in it
   * @param upper largest
   * @param n impressions
   * @param meanPredicted mean predicted probability
   * @param observed share of clicks, with its interval
   */
  public record Bin(double lower, double upper, long n, double meanPredicted, Measured observed) {}

  /**
   * The chart of one arm.
   *
   * @param style index into the common styles
   * @param bins bins; empty ones are left out
   * @param low lower end of both axes, so that several arms can be compared
   * @param high upper end of both axes
   */
  public static Chart of(
      String id,
      String title,
      String description,
      int style,
      List<Bin> bins,
      double low,
      double high) {
    XYIntervalSeries points = new XYIntervalSeries("observed", false, true);
    XYIntervalSeries counts = new XYIntervalSeries("impressions", false, true);
    long most = 1;
    for (Bin bin : bins) {
      if (bin.n() == 0) {
        continue;
      }
      Measured m = bin.observed();
      boolean whisker = m.hasInterval();
      points.add(
          bin.meanPredicted(),
          bin.meanPredicted(),
          bin.meanPredicted(),
          m.value(),
          whisker ? m.low() : m.value(),
          whisker ? m.high() : m.value());
      // A bin is drawn between its edges, but within the axis and wide enough to be seen.
      double least = 0.008 * (high - low);
      double from = Math.max(low, Math.min(bin.lower(), bin.meanPredicted() - least / 2));
      double to = Math.min(high, Math.max(bin.upper(), bin.meanPredicted() + least / 2));
      counts.add((from + to) / 2, from, to, bin.n(), 0, bin.n());
      most = Math.max(most, bin.n());
    }
    XYIntervalSeriesCollection pointData = new XYIntervalSeriesCollection();
    pointData.addSeries(points);
    XYErrorRenderer dots = new XYErrorRenderer();
    dots.setDrawXError(false);
    dots.setErrorStroke(Style.whisker());
    dots.setCapLength(6);
    dots.setSeriesPaint(0, Style.colour(style));
    dots.setSeriesShape(0, Style.marker(style));
    NumberAxis shares = exact("share of clicks", low, high);
    XYPlot diagram = new XYPlot(pointData, null, shares, dots);
    diagram.addAnnotation(new XYLineAnnotation(low, low, high, high, Style.dotted(), Style.QUIET));

    XYIntervalSeriesCollection countData = new XYIntervalSeriesCollection();
    countData.addSeries(counts);
    XYBarRenderer bars = new XYBarRenderer();
    bars.setUseYInterval(true);
    bars.setBarPainter(new StandardXYBarPainter());
    bars.setShadowVisible(false);
    bars.setDrawBarOutline(true);
    bars.setSeriesPaint(0, new Color(0xc4, 0xcb, 0xd2));
    bars.setSeriesOutlinePaint(0, Color.WHITE);
    NumberAxis n = exact("n", 0, most * 1.1);
    n.setNumberFormatOverride(new CompactFormat());
    XYPlot histogram = new XYPlot(countData, null, n, bars);

    CombinedDomainXYPlot both =
        new CombinedDomainXYPlot(exact("mean predicted probability of a click", low, high));
    both.setGap(12);
    both.add(diagram, 4);
    both.add(histogram, 1);
    Style.dress(diagram);
    Style.dress(histogram);
    JFreeChart chart = Style.dress(title, both, false);
    both.setInsets(new RectangleInsets(4, 4, 4, 8));
    return new Chart(id, title, description, chart, Style.WIDTH, 480);
  }

  private static NumberAxis exact(String label, double low, double high) {
    NumberAxis axis = new NumberAxis(label);
    axis.setStandardTickUnits(Style.tickUnits());
    axis.setRange(low, high);
    Style.dress(axis);
    return axis;
  }
}
