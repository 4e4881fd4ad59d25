package io.seminar.reports.charts;

import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.util.List;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.AxisLocation;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.StandardXYBarPainter;
import org.jfree.chart.renderer.xy.XYBarRenderer;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;

/**
 * Mean time of the stages, end to end in one bar an arm. Means, because they are what adds up;
 * quantiles stand in the table.
 */
public final class StageTimeChart {
  private static final int LONGEST_ROW_NAME = 24;

  private StageTimeChart() {}

  /**
   * A stage.
   *
   * @param name for the legend
   * @param meanNanos mean time by arm, ns a request; NaN: not timed
   */
  public record Stage(String name, List<Double> meanNanos) {}

  /**
   * The chart.
   *
   * @param arms names of the rows, top to bottom
   * @param stages in the order in which they run
   */
  public static Chart of(
      String id, String title, String description, List<String> arms, List<Stage> stages) {
    double longest = 0;
    for (int arm = 0; arm < arms.size(); arm++) {
      double sum = 0;
      for (Stage stage : stages) {
        double mean = stage.meanNanos().get(arm);
        sum += Double.isNaN(mean) ? 0 : mean;
      }
      longest = Math.max(longest, sum);
    }
    boolean millis = longest >= 1e6;
    double unit = millis ? 1e6 : 1e3;
    XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
    XYBarRenderer renderer = new XYBarRenderer();
    renderer.setUseYInterval(true);
    renderer.setBarPainter(new StandardXYBarPainter());
    renderer.setShadowVisible(false);
    renderer.setDrawBarOutline(true);
    renderer.setLegendBar(new Rectangle2D.Double(-7, -5, 14, 10));
    double[] ends = new double[arms.size()];
    for (int s = 0; s < stages.size(); s++) {
      XYIntervalSeries bars = new XYIntervalSeries(stages.get(s).name(), false, true);
      for (int arm = 0; arm < arms.size(); arm++) {
        double mean = stages.get(s).meanNanos().get(arm);
        if (!Double.isNaN(mean)) {
          double from = ends[arm];
          ends[arm] += mean / unit;
          // Bars lie: the plot is turned, so that x is the row.
          bars.add(-arm, -arm - 0.3, -arm + 0.3, ends[arm], from, ends[arm]);
        }
      }
      data.addSeries(bars);
      // Black comes last, when the colours are used up.
      renderer.setSeriesPaint(s, Style.colour((s + 1) % Style.colours()));
      renderer.setSeriesOutlinePaint(s, Color.WHITE);
    }
    NumberAxis time =
        Style.linear(
            "mean time for a request, " + (millis ? "ms" : "µs"),
            0,
            Math.max(longest / unit, 1e-3));
    time.setRange(0, Math.max(longest / unit, 1e-3) * 1.06);
    RowsAxis rows =
        new RowsAxis(arms.stream().map(arm -> RowsAxis.brief(arm, LONGEST_ROW_NAME)).toList());
    XYPlot plot = new XYPlot(data, rows, time, renderer);
    JFreeChart chart = Style.dress(title, plot, true);
    plot.setOrientation(PlotOrientation.HORIZONTAL);
    plot.setRangeAxisLocation(AxisLocation.BOTTOM_OR_LEFT);
    plot.setDomainGridlinesVisible(false);
    return new Chart(id, title, description, chart, Style.WIDTH, 130 + 34 * arms.size());
  }
}
