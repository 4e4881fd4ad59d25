package io.seminar.pipelines.sweep;

import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.reports.store.SweepPoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The facts that a reader of a sweep's numbers must know. */
final class SweepNotes {
  private final List<String> notes = new ArrayList<>();

  /** The notes so far. */
  List<String> list() {
    return List.copyOf(notes);
  }

  void add(List<String> more) {
    notes.addAll(more);
  }

  /** What is attended with, and where. */
  void model(SweepPlan plan) {
    if (!plan.config().device().equals(Arms.CPU)) {
      add(
          "Exact scores and those of 8-bit codes were computed on %s through PyTorch, everything"
              + " else on the CPU.",
          plan.config().device());
    }
    if (plan.model() != null) {
      notes.addAll(plan.model().notes());
      return;
    }
    SweepConfig config = plan.config();
    FieldLayout layout = FieldLayout.of(plan.dataset().descriptor().schema(), config.queryWeight());
    add(
        "No network: keys and values are the data set's own vectors, L2-normalised, %s, one head of"
            + " %d floats, softmax temperature %s; the requests are from %s on, the median.",
        layout.hasQuery()
            ? "the query weighing " + config.queryWeight() + " of a pair"
            : "without queries, which have none",
        layout.dimension(),
        config.temperature(),
        Instant.ofEpochMilli(plan.evaluateFrom()));
  }

  /** What is in a request and what is not. */
  void scope(SweepConfig config) {
    add(
        "A request is retrieval and attention for all targets of a page by all heads; embedding"
            + " history and targets, and a prediction head, are not in it.");
    add(
        "All arms of a case (history length, K, targets) are asked the same requests in one JVM,"
            + " every request of every arm once a round in a random order; the requests are asked"
            + " again in every round. Every arm has an index and work space of its own for every"
            + " history; keys and values are shared.");
    if (config.grid().batches().length > 1
        || config.grid().batches()[0] < config.grid().mostTargets()) {
      add("NAME:batchN is handed N targets of a page at a time; NAME all of them together.");
    }
  }

  /** The requests with histories of one length. */
  void requests(int length, List<SweepRequest> requests) {
    double borrowed = 0;
    double repeated = 0;
    double distinct = 0;
    for (SweepRequest request : requests) {
      borrowed += (double) request.borrowed() / length / requests.size();
      repeated += (double) request.repeated() / length / requests.size();
      distinct += (double) request.distinct() / length / requests.size();
    }
    String text =
        String.format(
            Locale.ROOT,
            "L = %,d: %d requests of %d users; %s",
            length,
            requests.size(),
            requests.stream().map(SweepRequest::user).distinct().count(),
            borrowed == 0
                ? "all behaviours are their own"
                : percent(borrowed)
                    + " of the behaviours are borrowed from other users, because the histories are"
                    + " shorter");
    if (repeated > 0) {
      text +=
          ", "
              + percent(repeated)
              + " stand there a second time, because the whole data set has not as many";
    }
    add("%s; %s of the pairs of item and query in a history differ.", text, percent(distinct));
  }

  /** How far the pages were filled up. */
  void pages(int targets, List<SweepRequest> requests) {
    double filled = 0;
    for (SweepRequest request : requests) {
      filled += (double) Math.max(0, targets - request.logged()) / targets / requests.size();
    }
    if (filled > 0) {
      add(
          "Pages of %d targets: %s are items drawn from the catalogue, because the logged pages are"
              + " shorter.",
          targets, percent(filled));
    }
  }

  /** How many histories were open, and what that is against the caches. */
  void histories(int length, int histories, long attendedBytes) {
    add(
        "L = %,d: %d histories are open together while time is taken; their keys and values take"
            + " %.1f MB.",
        length, histories, histories * attendedBytes / 1e6);
  }

  /** How it was measured. */
  void measuring(SweepConfig config, Pinning pinning, double preemptions) {
    Measuring measuring = config.measuring();
    add(
        "One thread is measured, %s%s.",
        pinning.pinned()
            ? "pinned to processor " + pinning.processor()
            : "not pinned to a processor: " + pinning.reason(),
        Double.isNaN(preemptions)
            ? ""
            : String.format(
                Locale.ROOT,
                "; while time was taken it lost its processor to another thread up to %.0f times a"
                    + " second",
                preemptions));
    add(
        "Warm-up ends when the medians of the last %d stretches, of 10 ms an arm or more, have for"
            + " every arm a coefficient of variation of at most %s, and the last allocated nothing,"
            + " or after %d stretches or %s seconds an arm.",
        Settling.WINDOW,
        measuring.warmUp().cv(),
        measuring.warmUp().stretches(),
        measuring.warmUp().seconds());
    add(
        "Pruned: a point that in a probe was more than %s times as slow as another whose recall is"
            + " not below the upper end of its own interval.",
        measuring.pruneMargin());
  }

  /** What did not settle. */
  void settling(List<SweepPoint> points) {
    long measured = points.stream().filter(SweepPoint::measured).count();
    long unsettled =
        points.stream().filter(point -> point.measured() && !point.warmup().settled()).count();
    if (unsettled > 0) {
      add(
          "%d of %d measured points had not settled in every fork when measuring began.",
          unsettled, measured);
    }
    long allocating =
        points.stream()
            .filter(point -> point.measured() && point.work().allocatedBytes() > 0)
            .count();
    if (allocating > 0) {
      add("%d of %d measured points allocate memory in steady state.", allocating, measured);
    }
  }

  /** What arrives in the open loop. */
  void arrivals(SweepConfig config, long[] logged) {
    add(
        "Open loop: the gaps between the logged requests in their order, scaled to a share of the"
            + " capacity (one over the mean service time) of %s; their coefficient of variation is"
            + " %.1f, where arrivals at random have 1. One server; the first %,d gaps, as many as"
            + " %s seconds or %,d requests take.",
        config.measuring().loadOf() == Measuring.LoadOf.EXACT
            ? "exact attention in the same case"
            : "the arm itself",
        Arrivals.burstiness(logged),
        logged.length - 1,
        config.measuring().loadSeconds(),
        config.measuring().samples());
  }

  private static String percent(double share) {
    return share > 0 && share < 0.0005
        ? "less than 0.1 %"
        : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  void add(String format, Object... values) {
    notes.add(values.length == 0 ? format : String.format(Locale.ROOT, format, values));
  }
}
