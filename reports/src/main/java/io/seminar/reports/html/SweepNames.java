package io.seminar.reports.html;

import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.sweep.Ratio;
import io.seminar.reports.sweep.Setting;
import io.seminar.reports.text.Numbers;
import java.util.Locale;

/** How sweeps put settings, quantiles and ratios into words and file names. */
final class SweepNames {
  /** A quantile of the service time. */
  enum Quantile {
    P50("p50", "median latency") {
      @Override
      double of(SweepPoint.Quantiles quantiles) {
        return quantiles.p50();
      }
    },
    P90("p90", "p90 latency") {
      @Override
      double of(SweepPoint.Quantiles quantiles) {
        return quantiles.p90();
      }
    },
    P99("p99", "p99 latency") {
      @Override
      double of(SweepPoint.Quantiles quantiles) {
        return quantiles.p99();
      }
    };

    private final String key;
    private final String title;

    Quantile(String key, String title) {
      this.key = key;
      this.title = title;
    }

    abstract double of(SweepPoint.Quantiles quantiles);

    double of(SweepPoint point) {
      return of(point.latency().quantiles());
    }

    /** Short, for files. */
    String key() {
      return key;
    }

    /** For people. */
    String title() {
      return title;
    }
  }

  private SweepNames() {}

  /** The file of a history length's page. */
  static String page(int historyLength) {
    return "history-" + historyLength + ".html";
  }

  /** Letters, digits and hyphens: ids of sections and charts end with it. */
  static String id(Setting setting) {
    return "l"
        + setting.historyLength()
        + "-k"
        + setting.keep()
        + "-b"
        + setting.targets()
        + "-h"
        + setting.heads();
  }

  /** Without the history length: {@code K = 50, 20 targets, 4 heads}. */
  static String sizes(Setting setting) {
    return "K = "
        + Numbers.count(setting.keep())
        + ", "
        + counted(setting.targets(), "target")
        + ", "
        + counted(setting.heads(), "head");
  }

  static String whole(Setting setting) {
    return length(setting.historyLength()) + ", " + sizes(setting);
  }

  static String length(int historyLength) {
    return "L = " + Numbers.count(historyLength);
  }

  private static String counted(long n, String what) {
    return Numbers.count(n) + " " + what + (n == 1 ? "" : "s");
  }

  /** {@code 3.42 ×}. */
  static String times(double ratio) {
    return String.format(
        Locale.ROOT, ratio < 0.1 ? "%.3f ×" : ratio < 100 ? "%.2f ×" : "%.0f ×", ratio);
  }

  /** {@code 3.10 to 3.61}. */
  static String range(Ratio ratio) {
    if (!ratio.hasRange()) {
      return "one fork";
    }
    return String.format(Locale.ROOT, "%.2f to %.2f", ratio.low(), ratio.high());
  }

  /** A number that is mostly whole. */
  static String plain(double x) {
    return x == Math.rint(x) ? Numbers.count((long) x) : String.format(Locale.ROOT, "%,.2f", x);
  }

  static String two(double x) {
    return String.format(Locale.ROOT, "%.2f", x);
  }
}
