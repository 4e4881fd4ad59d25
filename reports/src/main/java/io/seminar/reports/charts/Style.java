package io.seminar.reports.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.font.FontRenderContext;
import java.text.NumberFormat;
import java.util.Locale;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTickUnitSource;
import org.jfree.chart.axis.TickUnitSource;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.block.BlockBorder;
import org.jfree.chart.plot.Plot;
import org.jfree.chart.plot.PlotOrientation;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.text.TextUtils;
import org.jfree.chart.title.LegendTitle;
import org.jfree.chart.ui.HorizontalAlignment;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.RectangleInsets;

/**
 * How a series looks: colour, marker and dash together, so that no two series differ by colour
 * alone. Index 0 is black, for the baseline. Colours after Okabe and Ito, "Color universal design"
 * (2008), without the yellow, which is too pale on white.
 */
public final class Style {
  /** Width of every chart, px; a phone shows it at two thirds, so the type is large. */
  static final int WIDTH = 520;

  /** Grey of grids. */
  static final Color GRID = new Color(0xdd, 0xdd, 0xdd);

  /** Grey of reference lines and quiet text. */
  static final Color QUIET = new Color(0x55, 0x55, 0x55);

  /** The line of a limit. */
  static final Color LIMIT = new Color(0xB0, 0x2A, 0x37);

  /** The shade over what is beyond a limit. */
  static final Color BEYOND = new Color(0xFB, 0xEC, 0xEC);

  // The logical family is there on every JVM that has any font at all.
  private static final String FAMILY = Font.SANS_SERIF;
  static final Font TITLE = new Font(FAMILY, Font.BOLD, 16);
  static final Font LABEL = new Font(FAMILY, Font.PLAIN, 15);
  static final Font SMALL = new Font(FAMILY, Font.PLAIN, 12);
  static final Font TICK = new Font(FAMILY, Font.PLAIN, 14);

  private static final Color[] COLOURS = {
    new Color(0x000000),
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0xE69F00),
    new Color(0x56B4E9)
  };

  private static final float[][] DASHES = {null, {7, 4}, {2, 3}, {10, 3, 2, 3}, {12, 4}, {4, 2}};

  static {
    // Otherwise labels along vertical axes become outlines, which nobody can search or read aloud.
    TextUtils.setUseDrawRotatedStringWorkaround(false);
  }

  private Style() {}

  /**
   * Finds out whether this machine has fonts to draw with: many small containers have none.
   *
   * @throws IllegalStateException if it has not; the message says what to install
   */
  public static void checkFonts() {
    try {
      TICK.getStringBounds("0", new FontRenderContext(null, true, true));
    } catch (RuntimeException | Error e) {
      // The JDK reports a lack of fonts as an Error, and which one differs between versions.
      throw new IllegalStateException(
          "this machine has no fonts for Java to draw charts with: install fontconfig and a font,"
              + " for instance the packages fontconfig and fonts-dejavu-core ("
              + e
              + ")",
          e);
    }
  }

  /** How many colours there are, black included. */
  static int colours() {
    return COLOURS.length;
  }

  /** Black for index 0 and for no other. */
  static Color colour(int index) {
    return COLOURS[index == 0 ? 0 : 1 + (index - 1) % (COLOURS.length - 1)];
  }

  static Shape marker(int index) {
    return Markers.of(index);
  }

  static Stroke line(int index) {
    return new BasicStroke(
        2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, DASHES[index % DASHES.length], 0f);
  }

  static Stroke whisker() {
    return new BasicStroke(1.6f);
  }

  static Stroke dotted() {
    return new BasicStroke(
        1.2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {5, 4}, 0f);
  }

  /** A chart with the common dress; {@code legend} below it, or none. */
  static JFreeChart dress(String title, Plot plot, boolean legend) {
    JFreeChart chart = new JFreeChart(title, TITLE, plot, legend);
    chart.setBackgroundPaint(Color.WHITE);
    chart.setPadding(new RectangleInsets(4, 4, 4, 10));
    chart.getTitle().setPaint(Color.BLACK);
    chart.getTitle().setHorizontalAlignment(HorizontalAlignment.LEFT);
    chart.getTitle().setPosition(RectangleEdge.TOP);
    chart.getTitle().setPadding(4, 4, 8, 4);
    plot.setBackgroundPaint(Color.WHITE);
    plot.setOutlinePaint(null);
    if (plot instanceof XYPlot xy) {
      dress(xy);
    }
    LegendTitle box = chart.getLegend();
    if (box != null) {
      box.setItemFont(TICK);
      box.setFrame(BlockBorder.NONE);
      box.setItemLabelPadding(new RectangleInsets(3, 4, 3, 12));
      box.setBackgroundPaint(Color.WHITE);
    }
    return chart;
  }

  static void dress(XYPlot plot) {
    plot.setBackgroundPaint(Color.WHITE);
    plot.setOutlinePaint(null);
    plot.setOrientation(PlotOrientation.VERTICAL);
    plot.setDomainGridlinePaint(GRID);
    plot.setRangeGridlinePaint(GRID);
    plot.setDomainGridlineStroke(new BasicStroke(1f));
    plot.setRangeGridlineStroke(new BasicStroke(1f));
    plot.setAxisOffset(RectangleInsets.ZERO_INSETS);
    dress(plot.getDomainAxis());
    dress(plot.getRangeAxis());
  }

  static void dress(ValueAxis axis) {
    if (axis == null) {
      return;
    }
    axis.setLabelFont(LABEL);
    axis.setTickLabelFont(TICK);
    axis.setLabelPaint(Color.BLACK);
    axis.setTickLabelPaint(Color.BLACK);
    axis.setAxisLinePaint(QUIET);
    axis.setTickMarkPaint(QUIET);
  }

  /** Ticks at 1, 2 and 5 times the powers of ten, with as many decimals as tell them apart. */
  static TickUnitSource tickUnits() {
    NumberFormat format = NumberFormat.getNumberInstance(Locale.ROOT);
    format.setMaximumFractionDigits(9);
    return new NumberTickUnitSource(false, format);
  }

  /** A linear axis over [low, high] with a margin, whose labels do not depend on the locale. */
  static NumberAxis linear(String label, double low, double high) {
    NumberAxis axis = new NumberAxis(label);
    axis.setStandardTickUnits(tickUnits());
    // Labels keep their distance from one another.
    axis.setTickLabelInsets(new RectangleInsets(2, 8, 2, 8));
    double span = high - low;
    if (!(span > 0)) {
      // One value, or none: room around it.
      double middle = Double.isFinite(low) ? low : 0;
      span = Math.max(Math.abs(middle) * 0.1, 0.01);
      low = middle - span / 2;
      high = middle + span / 2;
    }
    axis.setRange(low - 0.06 * span, high + 0.06 * span);
    dress(axis);
    return axis;
  }
}
