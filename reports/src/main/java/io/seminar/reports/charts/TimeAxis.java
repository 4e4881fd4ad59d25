package io.seminar.reports.charts;

import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jfree.chart.axis.AxisState;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.NumberTick;
import org.jfree.chart.ui.RectangleEdge;
import org.jfree.chart.ui.TextAnchor;

/**
 * A horizontal axis of time, ms since 1970, with a few dates in UTC whatever the machine's zone.
 */
final class TimeAxis extends NumberAxis {
  private static final long serialVersionUID = 1L;

  private static final long MINUTE = Duration.ofMinutes(1).toMillis();
  private static final long HOUR = Duration.ofHours(1).toMillis();
  private static final long DAY = Duration.ofDays(1).toMillis();
  private static final long[] STEPS = {
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    2 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    4 * DAY,
    7 * DAY,
    14 * DAY,
    28 * DAY,
    56 * DAY,
    91 * DAY,
    182 * DAY,
    364 * DAY
  };

  /** Room between a plot and the edge of its chart, px. */
  private static final int RIGHT_OF_PLOT = 12;

  /** More dates than that run into one another. */
  private static final int MOST = 4;

  private static final DateTimeFormatter DATE = format("yyyy-MM-dd");
  private static final DateTimeFormatter TIME = format("MM-dd HH:mm");

  TimeAxis(String label, long first, long last) {
    super(label);
    double margin = last > first ? Math.max(0.05 * (last - first), MINUTE) : 0.25 * DAY;
    setRange(first - margin, last + margin);
    Style.dress(this);
  }

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }

  @Override
  public List<NumberTick> refreshTicks(
      Graphics2D g, AxisState state, Rectangle2D area, RectangleEdge edge) {
    double span = getRange().getLength();
    long step = STEPS[0];
    for (int i = 1; i < STEPS.length && span / step > MOST; i++) {
      step = STEPS[i];
    }
    while (span / step > MOST) {
      step *= 2;
    }
    FontMetrics font = g.getFontMetrics(getTickLabelFont());
    List<NumberTick> ticks = new ArrayList<>();
    for (long at = (long) Math.ceil(getLowerBound() / step) * step;
        at <= getUpperBound();
        at += step) {
      String label = (step < DAY ? TIME : DATE).format(Instant.ofEpochMilli(at));
      // A label that would be cut off at the chart's edge is left out; its mark is not.
      double end = valueToJava2D(at, area, edge) + font.stringWidth(label) / 2.0;
      ticks.add(
          new NumberTick(
              (double) at,
              end > area.getMaxX() + RIGHT_OF_PLOT ? "" : label,
              TextAnchor.TOP_CENTER,
              TextAnchor.CENTER,
              0.0));
    }
    return ticks;
  }
}
