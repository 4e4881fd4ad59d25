package io.seminar.reports.charts;

import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** Finds room for labels beside their points, so that they cover neither points nor each other. */
final class LabelPlacement {
  /** Offsets of a label's near edge from its point, nearest first; right first, as people read. */
  private static final List<double[]> NEAR = new ArrayList<>();

  /** The same, further off, where a line has to lead to the label. */
  private static final List<double[]> FAR = new ArrayList<>();

  static {
    for (double side : new double[] {8, -8}) {
      for (double rise : new double[] {0, -7, 7}) {
        NEAR.add(new double[] {side, rise});
      }
    }
    NEAR.add(new double[] {0, -13});
    NEAR.add(new double[] {0, 13});
    FAR.addAll(NEAR);
    for (double rise = 14; rise <= 140; rise += 7) {
      double away = Math.min(8 + rise / 4, 26);
      for (double side : new double[] {away, -away}) {
        FAR.add(new double[] {side, -rise});
        FAR.add(new double[] {side, rise});
      }
    }
  }

  private final Rectangle2D area;
  private final List<Rectangle2D> taken;
  private final List<Line2D> strokes;
  private final boolean rightOnly;

  /**
   * @param area where labels may stand
   * @param obstacles what they may not cover
   * @param strokes what they had better not cover
   * @param rightOnly whether all stand to the right of their points, as at the ends of curves
   */
  LabelPlacement(
      Rectangle2D area, List<Rectangle2D> obstacles, List<Line2D> strokes, boolean rightOnly) {
    this.area = area;
    this.taken = new ArrayList<>(obstacles);
    this.strokes = strokes;
    this.rightOnly = rightOnly;
  }

  /**
   * Finds room for a label and takes it.
   *
   * @param x of the point
   * @param y of the point
   * @param must whether it may stand further off, where a line has to lead to it
   * @return where it stands, or null if there is no room
   */
  Rectangle2D place(double x, double y, double width, double height, boolean must) {
    Rectangle2D clear = place(NEAR, x, y, width, height, true);
    if (clear == null) {
      clear = place(NEAR, x, y, width, height, false);
    }
    return clear == null && must ? place(FAR, x, y, width, height, false) : clear;
  }

  private Rectangle2D place(
      List<double[]> offsets, double x, double y, double width, double height, boolean clear) {
    for (double[] offset : offsets) {
      double left = x + offset[0] - (offset[0] < 0 ? width : offset[0] == 0 ? width / 2 : 0);
      Rectangle2D label = new Rectangle2D.Double(left, y + offset[1] - height / 2, width, height);
      if (!(rightOnly && offset[0] <= 0)
          && area.contains(label)
          && taken.stream().noneMatch(label::intersects)
          && !(clear && strokes.stream().anyMatch(label::intersectsLine))) {
        taken.add(label);
        return label;
      }
    }
    return null;
  }
}
