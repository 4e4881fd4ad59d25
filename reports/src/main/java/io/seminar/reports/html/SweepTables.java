package io.seminar.reports.html;

import io.seminar.reports.store.SweepLoad;
import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.sweep.ParetoFront;
import io.seminar.reports.sweep.Ratio;
import io.seminar.reports.sweep.Setting;
import io.seminar.reports.sweep.SweepResults;
import io.seminar.reports.text.Numbers;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.DoubleFunction;

/** The tables of a setting: every measured point, the fastest first, and every pruned one. */
final class SweepTables {
  private final SweepResults results;
  private final Html html;
  private final Footnotes footnotes;

  SweepTables(SweepResults results, Html html, Footnotes footnotes) {
    this.results = results;
    this.html = html;
    this.footnotes = footnotes;
  }

  /** Fidelity and service times. */
  void latency(Setting setting) {
    List<SweepPoint> points = results.measured(setting);
    List<SweepPoint> front =
        ParetoFront.of(points, SweepNames.Quantile.P50::of, p -> p.fidelity().recall());
    Optional<SweepPoint> exact = results.exact(setting);
    head(
        "latency",
        "arm",
        "recall@" + setting.keep(),
        "mass kept",
        "cosine of the output",
        "relative L2 error",
        "p50",
        "forks' p50",
        "times as fast as exact",
        "p90",
        "p99",
        "p99.9",
        "longest",
        "mean");
    for (SweepPoint p : points) {
      html.open("tr");
      arm(p, front.contains(p));
      fidelity(p);
      SweepPoint.Latency latency = p.latency();
      quantile(latency.quantiles().p50(), latency.samples());
      if (latency.forks() > 1) {
        html.element(
            "td",
            Numbers.nanos(latency.forkP50Low()) + " to " + Numbers.nanos(latency.forkP50High()));
      } else {
        footnotes.missing("one fork has no spread");
      }
      if (exact.isEmpty()) {
        footnotes.missing("exact attention was not measured at this setting");
      } else if (exact.get().equals(p)) {
        html.element("td", "the baseline");
      } else {
        Ratio ratio = Ratio.of(exact.get(), p);
        html.open("td").text(SweepNames.times(ratio.value()));
        html.element("span", SweepNames.range(ratio), "class", "sub").close("td");
      }
      quantile(latency.quantiles().p90(), latency.samples());
      quantile(latency.quantiles().p99(), latency.samples());
      quantile(latency.quantiles().p999(), latency.samples());
      nanos(latency.maxNanos(), "not recorded");
      nanos(latency.meanNanos(), "not recorded");
      html.close("tr");
    }
    Page.endTable(html);
  }

  private void fidelity(SweepPoint p) {
    SweepPoint.Fidelity fidelity = p.fidelity();
    String reason = Objects.requireNonNullElse(p.reason(), "not computed");
    if (Double.isNaN(fidelity.recall())) {
      footnotes.missing(reason);
    } else {
      html.open("td").text(Numbers.value(fidelity.recall()));
      if (!Double.isNaN(fidelity.recallLow()) && !Double.isNaN(fidelity.recallHigh())) {
        html.element(
            "span", Numbers.interval(fidelity.recallLow(), fidelity.recallHigh()), "class", "sub");
      }
      html.close("td");
    }
    value(fidelity.massKept(), reason);
    value(fidelity.outputCosine(), reason);
    value(fidelity.outputRelL2(), reason);
  }

  /** Stages, and what a request reads and allocates. */
  void work(Setting setting) {
    head(
        "work",
        "arm",
        "prepare",
        "scan",
        "select",
        "re-rank",
        "copy",
        "queue",
        "attend",
        "bytes read",
        "allocated",
        "re-ranked",
        "scored");
    for (SweepPoint p : results.measured(setting)) {
      html.open("tr");
      arm(p, false);
      SweepPoint.Stages stages = p.stages();
      for (double nanos :
          new double[] {
            stages.prepareNanos(),
            stages.scanNanos(),
            stages.selectNanos(),
            stages.rerankNanos(),
            stages.copyNanos(),
            stages.queueNanos(),
            stages.attendNanos()
          }) {
        nanos(nanos, "not timed");
      }
      SweepPoint.Work work = p.work();
      bytes(work.bytesRead());
      bytes(work.allocatedBytes());
      number(work.rerankedShare(), Numbers::percent, "not recorded");
      number(work.scanned(), SweepNames::plain, "not recorded");
      html.close("tr");
    }
    Page.endTable(html);
  }

  /** The index, and how the point was measured. */
  void index(Setting setting) {
    head(
        "index",
        "arm",
        "bytes a behaviour, scanned",
        "index, bytes a behaviour",
        "build, a behaviour",
        "shared by all users",
        "samples",
        "forks",
        "requests of fidelity",
        "warm-up requests",
        "their variation",
        "settled");
    for (SweepPoint p : results.measured(setting)) {
      html.open("tr");
      arm(p, false);
      number(p.arm().bytesPerBehaviour(), SweepNames::plain, "not recorded");
      number(p.index().bytes(), SweepNames::plain, "not recorded");
      nanos(p.index().buildNanos(), "nothing is built, or its time was not recorded");
      html.element("td", Numbers.bytes(p.index().sharedBytes()));
      html.element("td", Numbers.count(p.latency().samples()));
      html.element("td", Numbers.count(p.latency().forks()));
      html.element("td", Numbers.count(p.fidelity().requests()));
      html.element("td", Numbers.count(p.warmup().requests()));
      number(p.warmup().cv(), Numbers::percent, "no warm-up was recorded");
      if (p.warmup().settled()) {
        html.element("td", "yes");
      } else {
        html.open("td").element("strong", "no").close("td");
      }
      html.close("tr");
    }
    Page.endTable(html);
  }

  /** What was not measured, and why. */
  void pruned(Setting setting) {
    List<SweepPoint> points = results.pruned(setting);
    if (points.isEmpty()) {
      html.element("p", "Every point of the grid was measured.");
      return;
    }
    Page.table(html, "pruned");
    html.open("thead").open("tr");
    html.element("th", "arm", "scope", "col");
    html.element("th", "recall@" + setting.keep(), "scope", "col");
    html.element("th", "bytes a behaviour", "scope", "col");
    html.element("th", "why it was not measured", "scope", "col", "class", "words");
    html.close("tr").close("thead").open("tbody");
    for (SweepPoint p : points) {
      html.open("tr");
      arm(p, false);
      value(p.fidelity().recall(), "it was pruned before its recall was computed");
      number(p.arm().bytesPerBehaviour(), SweepNames::plain, "not recorded");
      html.element("td", p.reason(), "class", "words");
      html.close("tr");
    }
    Page.endTable(html);
  }

  /** Response and service times under load. */
  void loads(Setting setting) {
    head(
        "loads",
        "arm",
        "load",
        "of whose capacity",
        "offered a second",
        "requests",
        "response p50",
        "p90",
        "p99",
        "p99.9",
        "service p50",
        "p90",
        "p99",
        "p99.9",
        "p99, response over service",
        "waiting at most");
    for (SweepLoad load : results.loads(setting)) {
      html.open("tr");
      html.element("th", load.key().arm(), "scope", "row");
      html.element("td", Numbers.percent(load.load()));
      html.element("td", load.loadOf() == SweepLoad.Capacity.OWN ? "its own" : "exact's");
      html.element("td", Numbers.count(Math.round(load.offeredPerSecond())));
      html.element("td", Numbers.count(load.samples()));
      for (SweepPoint.Quantiles q : List.of(load.response(), load.service())) {
        for (double nanos : new double[] {q.p50(), q.p90(), q.p99(), q.p999()}) {
          quantile(nanos, load.samples());
        }
      }
      number(
          load.response().p99() / load.service().p99(), SweepNames::times, tooFew(load.samples()));
      html.element("td", Numbers.count(load.maxBacklog()));
      html.close("tr");
    }
    Page.endTable(html);
  }

  private void head(String kind, String... titles) {
    Page.table(html, kind);
    html.open("thead").open("tr");
    for (String title : titles) {
      html.element("th", title, "scope", "col");
    }
    html.close("tr").close("thead").open("tbody");
  }

  private void arm(SweepPoint point, boolean onFront) {
    html.open("th", "scope", "row").text(point.key().arm());
    if (onFront) {
      html.element("span", "on the front", "class", "way");
    }
    if (point.measured() && !point.warmup().settled()) {
      html.element("span", "not settled", "class", "way warn");
    }
    html.close("th");
  }

  private void quantile(double nanos, long samples) {
    nanos(nanos, tooFew(samples));
  }

  private static String tooFew(long samples) {
    return "fewer than ten of " + Numbers.count(samples) + " samples lie beyond this quantile";
  }

  private void nanos(double nanos, String reason) {
    number(nanos, Numbers::nanos, reason);
  }

  private void bytes(double bytes) {
    number(bytes, b -> Numbers.bytes(Math.round(b)), "not recorded");
  }

  private void value(double value, String reason) {
    number(value, Numbers::value, reason);
  }

  private void number(double value, DoubleFunction<String> format, String reason) {
    if (Double.isNaN(value)) {
      footnotes.missing(reason);
    } else {
      html.element("td", format.apply(value));
    }
  }
}
