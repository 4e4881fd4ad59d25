package io.seminar.reports.text;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers for people: four decimals or two digits, a true minus sign, no locale. */
public final class Numbers {
  /** What stands where there is no number. */
  public static final String NONE = "—";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Numbers() {}

  /** A point in time, to the second. */
  public static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** A duration: seconds, or minutes where there are many. */
  public static String seconds(Duration duration) {
    double seconds = duration.toMillis() / 1e3;
    return seconds < 120
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : String.format(Locale.ROOT, "%.1f min", seconds / 60);
  }

  /** A share as a percentage. */
  public static String percent(double share) {
    String text = String.format(Locale.ROOT, "%.1f", 100 * share);
    return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " %";
  }

  /** A metric's value; must be defined. */
  public static String value(double x) {
    double size = Math.abs(x);
    String text;
    if (Double.isInfinite(x)) {
      text = x > 0 ? "∞" : "-∞";
    } else if (size == 0) {
      text = "0";
    } else if (size < 1e-6) {
      text = String.format(Locale.ROOT, "%.1e", x).replace("e-0", "e-");
    } else if (size < 0.001) {
      // Two digits that count: small differences are what people look for.
      int decimals = 1 - (int) Math.floor(Math.log10(size));
      text = String.format(Locale.ROOT, "%." + decimals + "f", x);
    } else if (size < 1000) {
      text = String.format(Locale.ROOT, "%.4f", x);
    } else {
      text = String.format(Locale.ROOT, "%,.1f", x);
    }
    return text.replace('-', '−');
  }

  /** A difference: with its sign. */
  public static String signed(double x) {
    return (x > 0 ? "+" : "") + value(x);
  }

  /** An interval of values. */
  public static String interval(double low, double high) {
    return "[" + end(low, high) + ", " + end(high, low) + "]";
  }

  /** An interval of differences: its ends with their signs. */
  public static String signedInterval(double low, double high) {
    return "["
        + (low > 0 ? "+" : "")
        + end(low, high)
        + ", "
        + (high > 0 ? "+" : "")
        + end(high, low)
        + "]";
  }

  /** An end of an interval: beside a larger one, it has that one's decimals. */
  private static String end(double x, double other) {
    boolean small = x != 0 && Math.abs(x) < 0.001 && Math.abs(other) >= 0.001;
    return small ? String.format(Locale.ROOT, "%.4f", x).replace('-', '−') : value(x);
  }

  /**
   * A p-value: three decimals are all that it is good for, and none is 0.
   *
   * @param p from 0 to 1
   */
  public static String p(double p) {
    return p < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", p);
  }

  /** A number as it was written in a configuration: all of its digits, and a true minus sign. */
  public static String plain(double x) {
    return new BigDecimal(Double.toString(x))
        .stripTrailingZeros()
        .toPlainString()
        .replace('-', '−');
  }

  /** A count, with a comma between thousands. */
  public static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n).replace('-', '−');
  }

  /** A time in the unit that suits it. */
  public static String nanos(double nanos) {
    if (Double.isNaN(nanos)) {
      return NONE;
    }
    if (nanos < 1e3) {
      return String.format(Locale.ROOT, "%.0f ns", nanos);
    }
    if (nanos < 1e6) {
      return String.format(Locale.ROOT, "%.1f µs", nanos / 1e3);
    }
    return nanos < 1e9
        ? String.format(Locale.ROOT, "%.2f ms", nanos / 1e6)
        : String.format(Locale.ROOT, "%.2f s", nanos / 1e9);
  }

  /** An amount of memory in the unit that suits it. */
  public static String bytes(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double size = bytes;
    int unit = -1;
    while (size >= 1024 && unit < 4) {
      size /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %ciB", size, "KMGTP".charAt(unit));
  }
}
