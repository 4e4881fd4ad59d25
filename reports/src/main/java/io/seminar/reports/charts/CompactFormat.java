package io.seminar.reports.charts;

import java.text.FieldPosition;
import java.text.NumberFormat;
import java.text.ParsePosition;
import java.util.Locale;

/** Counts as 800, 1.5k, 20k, 3M: short enough for a narrow axis. */
final class CompactFormat extends NumberFormat {
  private static final long serialVersionUID = 1L;

  @Override
  public StringBuffer format(double number, StringBuffer out, FieldPosition position) {
    double size = Math.abs(number);
    if (size >= 1e6) {
      return out.append(trimmed(number / 1e6)).append('M');
    }
    return size >= 1e3
        ? out.append(trimmed(number / 1e3)).append('k')
        : out.append(trimmed(number));
  }

  @Override
  public StringBuffer format(long number, StringBuffer out, FieldPosition position) {
    return format((double) number, out, position);
  }

  private static String trimmed(double number) {
    String text = String.format(Locale.ROOT, "%.2f", number);
    return text.replaceAll("\\.?0+$", "");
  }

  @Override
  public Number parse(String source, ParsePosition position) {
    throw new UnsupportedOperationException("this format only writes");
  }
}
