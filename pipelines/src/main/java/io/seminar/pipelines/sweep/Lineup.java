package io.seminar.pipelines.sweep;

import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.pipelines.arms.EmbeddedHistory;
import io.seminar.pipelines.arms.RequestTargets;
import io.seminar.pipelines.arms.View;
import io.seminar.sessions.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The entrants of a case, each with an arm of its own on every history: all histories are embedded
 * once, their keys and values shared by the arms as on a server, and all indices are open together.
 * Nothing is built while time is taken.
 */
final class Lineup {
  private final SweepModels models;
  private final SweepSetting setting;
  private final CaseSpec spec;
  private final AttentionModel model;
  private final List<Entrant> entrants;
  private final Contender[][] contenders; // (entrants, requests)

  /** Sets up all entrants on all requests; builds no index yet. */
  Lineup(
      SweepModels models,
      SweepSetting setting,
      CaseSpec spec,
      List<Entrant> entrants,
      List<SweepRequest> requests) {
    this.models = models;
    this.setting = setting;
    this.spec = spec;
    this.model = models.model(spec.keep());
    this.entrants = entrants;
    this.contenders = new Contender[entrants.size()][requests.size()];
    Set<View> views =
        ArmSpec.views(entrants.stream().map(entrant -> setting.arm(entrant.arm())).toList());
    for (int r = 0; r < requests.size(); r++) {
      EmbeddedHistory history = new EmbeddedHistory(model, views);
      history.embed(requests.get(r).history());
      for (int e = 0; e < contenders.length; e++) {
        contenders[e][r] = contender(entrants.get(e), history, requests.get(r).page());
      }
    }
  }

  private Contender contender(Entrant entrant, EmbeddedHistory history, Request page) {
    ArmSpec arm = setting.arm(entrant.arm());
    return new ArmContender(
        models.arm(arm, model),
        arm.kind().allocates(),
        model,
        history,
        parts(model, page, spec.targets(), entrant.batch(), history.length()));
  }

  /** A page's first targets, so many at a time. */
  static RequestTargets[] parts(
      AttentionModel model, Request page, int targets, int batch, int length) {
    List<RequestTargets> parts = new ArrayList<>();
    for (int from = 0; from < targets; from += batch) {
      RequestTargets part = new RequestTargets(model);
      part.take(page, from, Math.min(batch, targets - from), length);
      parts.add(part);
    }
    return parts.toArray(new RequestTargets[0]);
  }

  /** (entrants, requests). */
  Contender[][] contenders() {
    return contenders;
  }

  /** Builds all indices. */
  void open() {
    for (Contender[] entrant : contenders) {
      for (Contender contender : entrant) {
        contender.open();
      }
    }
  }

  /**
   * Checks that every entrant answers every request as its arm did before.
   *
   * @param digests of what the arms kept, by name, one a request
   * @throws SweepException if one does not
   */
  void check(Map<String, long[]> digests) {
    for (int e = 0; e < contenders.length; e++) {
      long[] expected = digests.get(entrants.get(e).arm());
      for (int r = 0; r < contenders[e].length; r++) {
        long found = contenders[e][r].digest();
        if (found != expected[r]) {
          throw new SweepException(
              String.format(
                  "%s keeps something else of request %d than when its fidelity was taken: digest"
                      + " %016x, expected %016x (%s)",
                  entrants.get(e).name(), r, found, expected[r], spec.title()));
        }
      }
    }
  }
}
