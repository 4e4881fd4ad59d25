package io.seminar.reports.html;

import io.seminar.reports.store.SweepPoint;
import io.seminar.reports.sweep.Headline;
import io.seminar.reports.sweep.Ratio;
import io.seminar.reports.sweep.Setting;
import io.seminar.reports.sweep.SweepResults;
import io.seminar.reports.text.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The fastest faithful arm of every setting, where approximation does not pay, and the notes. */
final class HeadlineSection {
  /** Recalls that headlines are given for. */
  static final List<Double> LEVELS = List.of(0.95, 0.99);

  /** Points that are named in a sentence, at most. */
  private static final int MOST_NAMED = 6;

  private final SweepResults results;
  private final Html html;
  private final Footnotes footnotes;

  HeadlineSection(SweepResults results, Html html, Footnotes footnotes) {
    this.results = results;
    this.html = html;
    this.footnotes = footnotes;
  }

  void write() {
    html.open("section", "id", "headlines")
        .element("h2", "Fastest arm at recall ≥ 0.95 and ≥ 0.99");
    List<Headline> headlines = new ArrayList<>();
    for (Setting setting : results.settings()) {
      LEVELS.forEach(recall -> headlines.add(Headline.of(results, setting, recall)));
    }
    html.element(
        "p",
        "By the median service time of a request, among the arms whose mean recall reaches the"
            + " level; against exact attention, which is computed for all targets of a page at once. "
            + (results.manifest().measuring().forks() > 1
                ? "Ranges span the extremes of "
                    + Numbers.count(results.manifest().measuring().forks())
                    + " forks."
                : "There was one fork, so that there are no ranges."));
    table(headlines);
    List<Headline> sober =
        headlines.stream()
            .filter(h -> h.exactWins() || h.speedup().filter(r -> !r.clearlyFaster()).isPresent())
            .toList();
    if (!sober.isEmpty()) {
      html.open("div", "class", "callout");
      html.element("strong", "Where approximation does not pay");
      html.open("ul");
      sober.forEach(h -> html.element("li", SweepNames.whole(h.setting()) + ": " + h.sentence()));
      html.close("ul").close("div");
    }
    counts();
    List<String> notes = results.manifest().notes();
    if (!notes.isEmpty()) {
      html.element("h3", "To know when reading the numbers");
      html.open("ul");
      notes.forEach(note -> html.element("li", note));
      html.close("ul");
    }
    html.close("section");
  }

  private void table(List<Headline> headlines) {
    Page.table(html, "headlines");
    html.open("thead").open("tr");
    for (String title :
        List.of(
            "L",
            "K, targets, heads",
            "recall at least",
            "fastest arm",
            "its recall",
            "p50",
            "exact's p50",
            "times as fast as exact",
            "bytes a behaviour")) {
      html.element(
          "th", title, "scope", "col", "class", title.equals("fastest arm") ? "words" : "figures");
    }
    html.close("tr").close("thead").open("tbody");
    headlines.forEach(this::row);
    Page.endTable(html);
  }

  private void row(Headline headline) {
    Setting setting = headline.setting();
    html.open("tr");
    html.open("th", "scope", "row");
    html.element(
        "a",
        Numbers.count(setting.historyLength()),
        "href",
        SweepNames.page(setting.historyLength()) + "#" + SweepNames.id(setting));
    html.close("th");
    html.element(
        "td",
        Numbers.count(setting.keep())
            + ", "
            + Numbers.count(setting.targets())
            + ", "
            + Numbers.count(setting.heads()));
    html.element("td", SweepNames.two(headline.recall()));
    if (headline.fastest().isEmpty()) {
      for (int i = 0; i < 3; i++) {
        footnotes.missing("no arm that was measured has this recall");
      }
    } else {
      SweepPoint fastest = headline.fastest().get();
      html.open("td", "class", "words").element("strong", fastest.key().arm());
      if (!fastest.warmup().settled()) {
        html.element("span", "warm-up not settled", "class", "way warn");
      }
      html.close("td");
      recall(fastest);
      html.element("td", Numbers.nanos(fastest.latency().quantiles().p50()));
    }
    if (headline.exact().isEmpty()) {
      footnotes.missing("exact attention was not measured at this setting");
    } else {
      html.element("td", Numbers.nanos(headline.exact().get().latency().quantiles().p50()));
    }
    Optional<Ratio> speedup = headline.speedup();
    if (headline.exactWins()) {
      html.element("td", "exact is the fastest");
    } else if (speedup.isEmpty()) {
      footnotes.missing("there is nothing to compare");
    } else {
      html.open("td").element("strong", SweepNames.times(speedup.get().value()));
      html.element("span", SweepNames.range(speedup.get()), "class", "sub").close("td");
    }
    if (headline.fastest().isEmpty()) {
      footnotes.missing("no arm that was measured has this recall");
    } else {
      html.element("td", SweepNames.plain(headline.fastest().get().arm().bytesPerBehaviour()));
    }
    html.close("tr");
  }

  private void recall(SweepPoint point) {
    html.open("td").text(Numbers.value(point.fidelity().recall()));
    if (!Double.isNaN(point.fidelity().recallLow())) {
      html.element(
          "span",
          Numbers.interval(point.fidelity().recallLow(), point.fidelity().recallHigh()),
          "class",
          "sub");
    }
    html.close("td");
  }

  private void counts() {
    long measured = results.points().stream().filter(SweepPoint::measured).count();
    List<SweepPoint> unsettled =
        results.points().stream().filter(p -> p.measured() && !p.warmup().settled()).toList();
    html.element(
        "p",
        Numbers.count(measured)
            + " points were measured, "
            + Numbers.count(results.points().size() - measured)
            + " pruned; points.csv and loads.csv beside this page have all of them. "
            + unsettled(unsettled, measured));
  }

  private static String unsettled(List<SweepPoint> points, long measured) {
    if (points.isEmpty()) {
      return "Every warm-up settled.";
    }
    if (points.size() > MOST_NAMED) {
      return Numbers.count(points.size())
          + " of the "
          + Numbers.count(measured)
          + " did not settle while they warmed up, so that their times are to be mistrusted; the"
          + " tables say which.";
    }
    return "The warm-up did not settle, so that times are to be mistrusted, for: "
        + points.stream()
            .map(p -> p.key().arm() + " at " + SweepNames.whole(Setting.of(p.key())))
            .collect(Collectors.joining("; "))
        + ".";
  }
}
