package io.seminar.reports.charts;

import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;

/** Shapes of about equal weight, 8 to 11 px across, centred at the origin, no two alike. */
final class Markers {
  private static final List<Shape> SHAPES =
      List.of(
          new Ellipse2D.Double(-4, -4, 8, 8),
          new Rectangle2D.Double(-3.5, -3.5, 7, 7),
          polygon(0, -5, 5, 4, -5, 4),
          polygon(0, -5.5, 5.5, 0, 0, 5.5, -5.5, 0),
          polygon(0, 5, 5, -4, -5, -4),
          turned(plus(), Math.PI / 4),
          plus(),
          polygon(5, 0, -4, 5, -4, -5),
          polygon(-5, 0, 4, 5, 4, -5),
          polygon(-4.5, -5, 4.5, -5, -4.5, 5, 4.5, 5),
          star(),
          polygon(-5, -4.5, 5, 4.5, 5, -4.5, -5, 4.5),
          new Arc2D.Double(-5, -3, 10, 10, 0, 180, Arc2D.CHORD),
          new Rectangle2D.Double(-1.8, -5.5, 3.6, 11),
          new Rectangle2D.Double(-5.5, -1.8, 11, 3.6),
          new Arc2D.Double(-5, -7, 10, 10, 180, 180, Arc2D.CHORD),
          polygon(-5, -5, 0, -1, 5, -5, 5, 0, 0, 5, -5, 0),
          polygon(-5, 5, -5, -5, -1, -5, -1, 1, 5, 1, 5, 5));

  private Markers() {}

  /** How many differ. */
  static int count() {
    return SHAPES.size();
  }

  /** The shape of a series; after the last, the first again. */
  static Shape of(int index) {
    return SHAPES.get(index % SHAPES.size());
  }

  private static Shape polygon(double... xy) {
    Path2D path = new Path2D.Double();
    path.moveTo(xy[0], xy[1]);
    for (int i = 2; i < xy.length; i += 2) {
      path.lineTo(xy[i], xy[i + 1]);
    }
    path.closePath();
    return path;
  }

  private static Shape plus() {
    double a = 1.7;
    double b = 5.5;
    return polygon(
        -a, -b, a, -b, a, -a, b, -a, b, a, a, a, a, b, -a, b, -a, a, -b, a, -b, -a, -a, -a);
  }

  private static Shape star() {
    double[] xy = new double[20];
    for (int i = 0; i < 10; i++) {
      double radius = i % 2 == 0 ? 6 : 2.6;
      xy[2 * i] = radius * Math.sin(Math.PI * i / 5);
      xy[2 * i + 1] = -radius * Math.cos(Math.PI * i / 5);
    }
    return polygon(xy);
  }

  private static Shape turned(Shape shape, double angle) {
    return AffineTransform.getRotateInstance(angle).createTransformedShape(shape);
  }
}
