package io.seminar.reports.html;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Numbers for people: four decimals or two digits, a true minus sign, no locale. */
final class Numbers {
  static final String NONE = "—";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Numbers() {}

  /** A point in time, to the second. */
  static String time(Instant instant) {
    return TIME.format(instant);
  }

  static String seconds(Duration duration) {
    double seconds = duration.toMillis() / 1e3;
    return seconds < 120
        ? String.format(Locale.ROOT, "%.1f s", seconds)
        : String.format(Locale.ROOT, "%.1f min", seconds / 60);
  }

  static String percent(double share) {
    String text = String.format(Locale.ROOT, "%.1f", 100 * share);
    return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + " %";
  }

  /** A metric's value; must be defined. */
  static String value(double x) {
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
  static String signed(double x) {
    return (x > 0 ? "+" : "") + value(x);
  }

  static String interval(double low, double high) {
    return "[" + end(low, high) + ", " + end(high, low) + "]";
  }

  static String signedInterval(double low, double high) {
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

  static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n).replace('-', '−');
  }

  /** A time in the unit that suits it. */
  static String nanos(double nanos) {
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

  static String bytes(long bytes) {
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
