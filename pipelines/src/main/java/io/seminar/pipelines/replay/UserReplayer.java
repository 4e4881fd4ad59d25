package io.seminar.pipelines.replay;

import io.seminar.network.device.TorchDevice;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.Arms;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.History;
import io.seminar.sessions.ItemCounts;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Replays the requests of one user after another: embeds the history once a model, then has every
 * arm score the impressions of every request.
 *
 * <p>Not thread-safe: one instance a thread.
 */
final class UserReplayer implements AutoCloseable {

  /** Receives a page once every arm has scored it. */
  interface PageSink {
    /**
     * Takes a page.
     *
     * @param outcomes by arm; reused for the next page. An undefined value is NaN: fidelity of an
     *     impression that holds nothing, without behaviours before the request, or of an arm that
     *     does not retrieve
     */
    void page(OutcomeRow[] outcomes);
  }

  private final ItemCounts itemCounts;
  private final TorchDevice device; // null: all on the kernels
  private final ReplaySpec spec;
  private final List<ArmGroup> groups = new ArrayList<>();
  private final List<AttentionArms> attention = new ArrayList<>();
  private final OutcomeRow[] outcomes;
  private final int recallAts;

  /**
   * Sets up a replayer for a thread.
   *
   * @param context shared by the threads of this JVM
   */
  UserReplayer(ReplayContext context, ReplaySpec spec) {
    this.itemCounts = context.itemCounts();
    this.device = Arms.openDevice(spec.device());
    this.spec = spec;
    this.recallAts = spec.scoring().recallAt().length;
    this.outcomes = new OutcomeRow[spec.arms().size()];
    for (int a = 0; a < outcomes.length; a++) {
      ArmSpec arm = spec.arms().get(a);
      outcomes[a] = new OutcomeRow(recallAts);
      outcomes[a].arm = arm.name();
      switch (arm.kind()) {
        case NETWORK -> groups.add(new ForwardPassArm(context.network(arm.model()), a));
        case ORACLE -> groups.add(new TruthArm(context.truth(), false, a));
        case ORACLE_RELEVANCE -> groups.add(new TruthArm(context.truth(), true, a));
        default -> {} // attends: by model, below
      }
    }
    for (String model : spec.attentionModels()) {
      attention.add(context.attentionArms(spec, model, device));
    }
    groups.addAll(attention);
  }

  /** Replays all requests of a user, in time order. */
  void replay(User user, PageSink sink) {
    History events = user.history();
    for (ArmGroup group : groups) {
      group.open(events);
    }
    int seen = 0;
    int searched = 0;
    for (Request request : user.requests()) {
      int before = events.lengthBefore(request.time());
      for (; seen < before; seen++) {
        searched += events.query()[seen] != 0 ? 1 : 0;
      }
      float searchedShare = before == 0 ? Float.NaN : (float) searched / before;
      for (OutcomeRow outcome : outcomes) {
        begin(outcome, user, request, before, searchedShare);
      }
      for (ArmGroup group : groups) {
        group.page(request, outcomes);
      }
      sink.page(outcomes);
    }
  }

  private void begin(
      OutcomeRow outcome, User user, Request request, int before, float searchedShare) {
    int impressions = request.item().length;
    outcome.user = user.id();
    outcome.request = request.id();
    outcome.time = request.time();
    outcome.query = request.query();
    outcome.historyLength = before;
    outcome.searchedShare = searchedShare;
    outcome.evaluated = request.time() >= spec.splitTime();
    outcome.resize(impressions);
    System.arraycopy(request.item(), 0, outcome.items, 0, impressions);
    System.arraycopy(request.position(), 0, outcome.positions, 0, impressions);
    System.arraycopy(request.label(), 0, outcome.labels, 0, impressions);
    for (int i = 0; i < impressions; i++) {
      outcome.cold[i] = itemCounts.historyEvents(request.item()[i]) < spec.coldBelow();
    }
    Arrays.fill(outcome.scores, 0, impressions, 0);
    Arrays.fill(outcome.recall, 0, impressions * recallAts, Float.NaN);
    Arrays.fill(outcome.massKept, 0, impressions, Float.NaN);
    Arrays.fill(outcome.outputCosine, 0, impressions, Float.NaN);
    Arrays.fill(outcome.outputRelL2, 0, impressions, Float.NaN);
    outcome.retrieveNanos = 0;
    outcome.attendNanos = 0;
  }

  /** What the models read nothing of, since {@link #resetUnread()}, in the order of the spec. */
  List<ReplayCounts.Unread> unread() {
    return attention.stream().map(AttentionArms::unread).toList();
  }

  /** Counts what is unread from here on. */
  void resetUnread() {
    attention.forEach(AttentionArms::resetUnread);
  }

  @Override
  public void close() {
    if (device != null) {
      device.close();
    }
  }
}
