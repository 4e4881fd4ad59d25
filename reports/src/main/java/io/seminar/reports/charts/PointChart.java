package io.seminar.reports.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Shape;
import java.awt.Stroke;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.jfree.chart.LegendItem;
import org.jfree.chart.LegendItemCollection;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.Layer;
import org.jfree.data.xy.XYSeriesCollection;

/**
 * Points in a plane with their intervals, lines among them, and names beside them where there is
 * room. Names that matter are placed first and may stand further off; the others may be left out.
 */
public final class PointChart {
  private static final int LEGEND_LETTERS = 46;

  /** Length of an axis behind the last value, as a share of that before it. */
  private static final double ROOM = 0.6;

  private PointChart() {}

  /** How an axis is divided. */
  public enum Scale {
    LINEAR,
    LOG,
    /** Shares, stretched towards 1; upright axes only. */
    SHARE
  }

  /**
   * An axis.
   *
   * @param label with its unit
   * @param room whether there is room behind the last value, for names at the ends of curves
   */
  public record Axis(String label, Scale scale, boolean room) {
    public Axis(String label, Scale scale) {
      this(label, scale, false);
    }
  }

  /**
   * How a point looks: no two differ by colour alone.
   *
   * @param style index into the common styles; 0 is the baseline's
   * @param hollow an outline instead of a disc
   * @param pale small and light, behind the others
   */
  public record Look(int style, boolean hollow, boolean pale) {
    Color colour() {
      Color full = Style.colour(style);
      return pale
          ? new Color(blend(full.getRed()), blend(full.getGreen()), blend(full.getBlue()))
          : full;
    }

    private static int blend(int channel) {
      return (channel + 255) / 2;
    }

    Shape shape() {
      Shape shape = Style.marker(style);
      return pale
          ? AffineTransform.getScaleInstance(0.75, 0.75).createTransformedShape(shape)
          : shape;
    }
  }

  /**
   * A point.
   *
   * @param name what stands beside it; empty: nothing
   * @param matters whether its name is placed first and may stand further off
   * @param x where it stands; neither it nor y is NaN
   * @param y where it stands, with the interval that is drawn
   */
  public record Dot(String name, boolean matters, double x, Measured y, Look look) {
    public Dot {
      if (Double.isNaN(x) || Double.isNaN(y.value())) {
        throw new IllegalArgumentException(
            name + ": found a point at " + x + ", " + y.value() + ", expected numbers");
      }
    }
  }

  /** How a line is drawn. */
  public enum Pattern {
    SOLID,
    DASHED,
    /** From each point level to the next, then up or down to it, and level to the edge. */
    STEPS,
    /** The same, dashed. */
    DASHED_STEPS;

    boolean steps() {
      return this == STEPS || this == DASHED_STEPS;
    }

    boolean dashed() {
      return this == DASHED || this == DASHED_STEPS;
    }
  }

  /**
   * A line, behind the points.
   *
   * @param xs where it goes
   * @param ys as many
   */
  public record Line(List<Double> xs, List<Double> ys, Look look, Pattern pattern) {
    Stroke stroke() {
      float width = look.pale() ? 1.2f : 1.6f;
      return pattern.dashed()
          ? new BasicStroke(
              width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {5, 4}, 0f)
          : new BasicStroke(width);
    }
  }

  /**
   * An entry of the legend.
   *
   * @param look of the marker; null: none
   * @param line pattern of the line, which is then drawn; null: none
   */
  public record Entry(String name, Look look, Pattern line) {}

  /**
   * The chart.
   *
   * @param levels values of y at which a dotted line stands
   * @param legend entries below the chart; may be empty
   */
  public static Chart of(
      String id,
      String title,
      String description,
      Axis x,
      Axis y,
      List<Dot> dots,
      List<Line> lines,
      List<Double> levels,
      List<Entry> legend) {
    Objects.requireNonNull(dots, "dots");
    double[] xs =
        DoubleStream.concat(
                dots.stream().mapToDouble(Dot::x),
                lines.stream().flatMapToDouble(l -> l.xs().stream().mapToDouble(v -> v)))
            .toArray();
    double[] ys =
        DoubleStream.concat(
                dots.stream()
                    .flatMapToDouble(
                        d ->
                            d.y().hasInterval()
                                ? DoubleStream.of(d.y().low(), d.y().high(), d.y().value())
                                : DoubleStream.of(d.y().value())),
                lines.stream().flatMapToDouble(l -> l.ys().stream().mapToDouble(v -> v)))
            .toArray();
    ValueAxis across = axis(x, xs);
    ValueAxis upright = axis(y, ys);
    // Without a data set and a renderer there would be no grid; the points are drawn by the layer.
    XYPlot plot =
        new XYPlot(new XYSeriesCollection(), across, upright, new XYLineAndShapeRenderer());
    ToDoubleFunction<Double> height =
        y.scale() == Scale.SHARE ? RecallAxis::stretch : value -> value;
    for (double level : levels) {
      if (upright.getRange().contains(height.applyAsDouble(level))) {
        plot.addRangeMarker(
            new ValueMarker(height.applyAsDouble(level), Style.QUIET, Style.dotted()),
            Layer.BACKGROUND);
      }
    }
    plot.addAnnotation(new PointLayer(dots, lines, height, x.room()));
    plot.setFixedLegendItems(items(legend));
    return new Chart(
        id,
        title,
        description,
        Style.dress(title, plot, !legend.isEmpty()),
        Style.WIDTH,
        420 + 23 * legendLines(legend));
  }

  private static ValueAxis axis(Axis axis, double[] values) {
    double low = DoubleStream.of(values).min().orElse(axis.scale() == Scale.LOG ? 1 : 0);
    double high = DoubleStream.of(values).max().orElse(1);
    if (axis.room() && high > low) {
      high =
          axis.scale() == Scale.LOG
              ? high * Math.pow(high / low, ROOM)
              : high + ROOM * (high - low);
    }
    return switch (axis.scale()) {
      case LINEAR -> Style.linear(axis.label(), low, high);
      case LOG -> new LogTicksAxis(axis.label(), low, high);
      case SHARE -> new RecallAxis(axis.label(), low);
    };
  }

  private static LegendItemCollection items(List<Entry> legend) {
    LegendItemCollection items = new LegendItemCollection();
    for (Entry entry : legend) {
      Look look = entry.look() == null ? new Look(0, false, false) : entry.look();
      Line line =
          new Line(
              List.of(), List.of(), look, Objects.requireNonNullElse(entry.line(), Pattern.SOLID));
      items.add(
          new LegendItem(
              entry.name(),
              null,
              null,
              null,
              entry.look() != null,
              look.shape(),
              true,
              look.hollow() ? Color.WHITE : look.colour(),
              true,
              look.colour(),
              new BasicStroke(1.4f),
              entry.line() != null,
              new Line2D.Double(-14, 0, 14, 0),
              line.stroke(),
              look.colour()));
    }
    return items;
  }

  /** Lines that the legend takes, about. */
  private static int legendLines(List<Entry> legend) {
    int lines = 0;
    int letters = 0;
    for (Entry entry : legend) {
      int more = entry.name().length() + 6;
      if (lines == 0 || letters + more > LEGEND_LETTERS) {
        lines++;
        letters = 0;
      }
      letters += more;
    }
    return lines;
  }
}
