package io.seminar.reports.charts;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jfree.chart.annotations.AbstractXYAnnotation;
import org.jfree.chart.axis.ValueAxis;
import org.jfree.chart.plot.PlotRenderingInfo;
import org.jfree.chart.plot.XYPlot;

/**
 * Draws the lines, points and names of a {@link PointChart}: names need to know where all stand.
 */
final class PointLayer extends AbstractXYAnnotation {
  private static final long serialVersionUID = 1L;

  private static final Color BACKING = new Color(255, 255, 255, 200);

  private final transient List<PointChart.Dot> dots;
  private final transient List<PointChart.Line> lines;
  private final transient ToDoubleFunction<Double> height;
  private final boolean namesRight;

  /**
   * @param height maps y to what the upright axis plots
   * @param namesRight whether names stand to the right of their points only
   */
  PointLayer(
      List<PointChart.Dot> dots,
      List<PointChart.Line> lines,
      ToDoubleFunction<Double> height,
      boolean namesRight) {
    // Pale ones below, those that matter on top.
    this.dots =
        dots.stream()
            .sorted(
                Comparator.comparing((PointChart.Dot dot) -> !dot.look().pale())
                    .thenComparing(PointChart.Dot::matters))
            .toList();
    this.lines = List.copyOf(lines);
    this.height = height;
    this.namesRight = namesRight;
  }

  @Override
  public void draw(
      Graphics2D g,
      XYPlot plot,
      Rectangle2D area,
      ValueAxis across,
      ValueAxis upright,
      int rendererIndex,
      PlotRenderingInfo info) {
    Canvas canvas = new Canvas(g, plot, area, across, upright);
    lines.forEach(canvas::line);
    dots.forEach(canvas::whisker);
    dots.forEach(canvas::marker);
    canvas.names();
  }

  /** One drawing, with its coordinates. */
  private final class Canvas {
    private final Graphics2D g;
    private final XYPlot plot;
    private final Rectangle2D area;
    private final ValueAxis across;
    private final ValueAxis upright;
    private final List<Line2D> strokes = new ArrayList<>();

    Canvas(Graphics2D g, XYPlot plot, Rectangle2D area, ValueAxis across, ValueAxis upright) {
      this.g = g;
      this.plot = plot;
      this.area = area;
      this.across = across;
      this.upright = upright;
    }

    private double x(double value) {
      return across.valueToJava2D(value, area, plot.getDomainAxisEdge());
    }

    private double y(double value) {
      return upright.valueToJava2D(height.applyAsDouble(value), area, plot.getRangeAxisEdge());
    }

    private Point2D at(PointChart.Dot dot) {
      return new Point2D.Double(x(dot.x()), y(dot.y().value()));
    }

    void line(PointChart.Line line) {
      if (line.xs().isEmpty()) {
        return;
      }
      g.setPaint(line.look().colour());
      g.setStroke(line.stroke());
      Path2D path = new Path2D.Double();
      path.moveTo(x(line.xs().get(0)), y(line.ys().get(0)));
      for (int i = 1; i < line.xs().size(); i++) {
        if (line.pattern().steps()) {
          to(path, x(line.xs().get(i)), y(line.ys().get(i - 1)));
        }
        to(path, x(line.xs().get(i)), y(line.ys().get(i)));
      }
      if (line.pattern().steps()) {
        to(path, area.getMaxX(), path.getCurrentPoint().getY());
      }
      g.draw(path);
    }

    private void to(Path2D path, double x, double y) {
      strokes.add(new Line2D.Double(path.getCurrentPoint(), new Point2D.Double(x, y)));
      path.lineTo(x, y);
    }

    void whisker(PointChart.Dot dot) {
      if (dot.y().hasInterval() && dot.y().low() < dot.y().high()) {
        double x = x(dot.x());
        double low = y(dot.y().low());
        double high = y(dot.y().high());
        g.setPaint(dot.look().colour());
        g.setStroke(new BasicStroke(dot.look().pale() ? 0.8f : 1.2f));
        Line2D bar = new Line2D.Double(x, low, x, high);
        strokes.add(bar);
        g.draw(bar);
        g.draw(new Line2D.Double(x - 3, low, x + 3, low));
        g.draw(new Line2D.Double(x - 3, high, x + 3, high));
      }
    }

    void marker(PointChart.Dot dot) {
      Point2D at = at(dot);
      Shape shape =
          AffineTransform.getTranslateInstance(at.getX(), at.getY())
              .createTransformedShape(dot.look().shape());
      g.setPaint(dot.look().hollow() ? Color.WHITE : dot.look().colour());
      g.fill(shape);
      g.setPaint(dot.look().colour());
      g.setStroke(new BasicStroke(1.4f));
      g.draw(shape);
    }

    void names() {
      List<Rectangle2D> markers = new ArrayList<>();
      for (PointChart.Dot dot : dots) {
        Point2D at = at(dot);
        double half = dot.look().pale() ? 3 : 5;
        markers.add(new Rectangle2D.Double(at.getX() - half, at.getY() - half, 2 * half, 2 * half));
      }
      LabelPlacement placement = new LabelPlacement(area, markers, strokes, namesRight);
      g.setFont(Style.SMALL);
      FontMetrics font = g.getFontMetrics();
      for (boolean matters : new boolean[] {true, false}) {
        for (PointChart.Dot dot : dots) {
          if (dot.matters() == matters && !dot.name().isEmpty()) {
            Point2D at = at(dot);
            Rectangle2D label =
                placement.place(
                    at.getX(),
                    at.getY(),
                    font.stringWidth(dot.name()) + 2,
                    font.getAscent() + 1,
                    matters);
            if (label != null) {
              name(dot, at, label, font);
            }
          }
        }
      }
    }

    private void name(PointChart.Dot dot, Point2D at, Rectangle2D label, FontMetrics font) {
      double nearX = Math.max(label.getMinX(), Math.min(label.getMaxX(), at.getX()));
      double nearY = Math.max(label.getMinY(), Math.min(label.getMaxY(), at.getY()));
      if (at.distance(nearX, nearY) > 14) {
        g.setPaint(Style.QUIET);
        g.setStroke(new BasicStroke(0.7f));
        g.draw(new Line2D.Double(at.getX(), at.getY(), nearX, nearY));
      }
      g.setPaint(BACKING);
      g.fill(label);
      g.setPaint(dot.matters() ? Color.BLACK : Style.QUIET);
      g.drawString(
          dot.name(),
          (float) (label.getX() + 1),
          (float) (label.getMaxY() - 1 - font.getDescent() * 0.3));
    }
  }
}
