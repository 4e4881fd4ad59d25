package io.seminar.pipelines.replay;

import io.seminar.attention.AttentionKernels;
import io.seminar.metrics.fidelity.OutputError;
import io.seminar.metrics.fidelity.RetrievalRecall;
import io.seminar.pipelines.embedding.PairEmbedder;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.History;
import io.seminar.sessions.ItemCounts;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.testdata.simulation.SimulationTruth;
import java.util.Arrays;

/**
 * Replays the requests of one user after another: embeds the history once, then for every request
 * and every arm chooses behaviours, attends over them and scores the impressions. The exact scores
 * are computed once and shared by all arms; what an arm keeps is compared with them in the same
 * visit.
 *
 * <p>The reference for mass kept and output error is full attention over all behaviours before the
 * request. The score of an impression is the attention-pooled similarity {@code <target, output>}.
 *
 * <p>Not thread-safe: one instance a thread.
 */
final class UserReplayer {

  /** Receives a page once every arm has scored it. */
  interface PageSink {
    /**
     * Takes a page.
     *
     * @param outcomes by arm; reused for the next page. An undefined value is NaN: an impression
     *     without any vector, or a history without behaviours before the request
     */
    void page(OutcomeRow[] outcomes);
  }

  private final PairEmbedder embedder;
  private final SimulationTruth truth;
  private final ItemCounts itemCounts;
  private final ReplaySpec spec;
  private final Scoring scoring;
  private final int dimension;
  private final EmbeddedHistory history;
  private final Targets targets;
  private final ExactRetrieval exact;
  private final Retrieval[] retrievals;
  private final OutcomeRow[] outcomes;

  private final int[][] exactKept;
  private final int[] exactCounts = new int[Targets.MAXIMUM];
  private final int[][] kept;
  private final int[] counts = new int[Targets.MAXIMUM];
  private final int[] impressionOf = new int[Targets.MAXIMUM];
  private final float[] reference;
  private final double[] logSumExp = new double[Targets.MAXIMUM];
  private final float[] outputs;
  private final RetrievalRecall recall;

  private long unembeddedBehaviours;
  private long unembeddedTargets;

  /**
   * Sets up a replayer for a thread.
   *
   * @param context shared by the threads of this JVM
   */
  UserReplayer(ReplayContext context, ReplaySpec spec) {
    this.embedder = context.embedder();
    this.truth = context.truth();
    this.itemCounts = context.itemCounts();
    this.spec = spec;
    this.scoring = spec.scoring();
    this.dimension = embedder.layout().dimension();
    this.history = new EmbeddedHistory(embedder);
    this.targets = new Targets(dimension);
    this.exact = new ExactRetrieval(dimension, scoring.keep());
    this.retrievals = new Retrieval[spec.arms().size()];
    this.outcomes = new OutcomeRow[retrievals.length];
    for (int a = 0; a < retrievals.length; a++) {
      ArmSpec arm = spec.arms().get(a);
      retrievals[a] =
          switch (arm.kind()) {
            case EXACT -> exact;
            case ORACLE -> null; // attends to nothing
            default -> context.retrieval(arm, scoring.keep());
          };
      outcomes[a] = new OutcomeRow(scoring.recallAt().length);
      outcomes[a].arm = arm.name();
    }
    this.exactKept = new int[Targets.MAXIMUM][scoring.keep()];
    this.kept = new int[Targets.MAXIMUM][scoring.keep()];
    this.reference = new float[Targets.MAXIMUM * dimension];
    this.outputs = new float[Targets.MAXIMUM * dimension];
    this.recall = new RetrievalRecall(scoring.recallAt());
  }

  /** Replays all requests of a user, in time order. */
  void replay(User user, PageSink sink) {
    History events = user.history();
    history.embed(events);
    unembeddedBehaviours += events.length() - history.length();
    exact.open(history);
    for (Retrieval retrieval : retrievals) {
      if (retrieval != exact && retrieval != null) {
        retrieval.open(history);
      }
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
      page(request);
      if (truth != null) {
        consultTruth(request);
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
    Arrays.fill(outcome.recall, 0, impressions * scoring.recallAt().length, Float.NaN);
    Arrays.fill(outcome.massKept, 0, impressions, Float.NaN);
    Arrays.fill(outcome.outputCosine, 0, impressions, Float.NaN);
    Arrays.fill(outcome.outputRelL2, 0, impressions, Float.NaN);
    outcome.retrieveNanos = 0;
    outcome.attendNanos = 0;
  }

  /** The oracle scores an impression by the log odds of its known click probability. */
  private void consultTruth(Request request) {
    SimulationTruth.Page page = truth.page(request.id());
    for (int a = 0; a < retrievals.length; a++) {
      if (retrievals[a] == null) {
        for (int i = 0; i < request.length(); i++) {
          double p = page.clickProbability()[i];
          outcomes[a].scores[i] = (float) Math.log(p / (1 - p));
        }
      }
    }
  }

  private void page(Request request) {
    int impressions = request.item().length;
    int length = history.lengthBefore(request.time());
    if (length == 0) {
      return;
    }
    int next = 0;
    while (next < impressions) {
      targets.begin(request.query(), length);
      while (next < impressions && targets.count() < Targets.MAXIMUM) {
        if (embedder.presentWeight(request.item()[next], request.query()) > 0) {
          impressionOf[targets.count()] = next;
          targets.add(request.item()[next], embedder);
        } else {
          unembeddedTargets++;
        }
        next++;
      }
      if (targets.count() > 0) {
        score();
      }
    }
  }

  private void score() {
    int length = targets.length();
    long start = System.nanoTime();
    exact.retrieve(targets, scoring.keep(), exactKept, exactCounts);
    long exactNanos = System.nanoTime() - start;
    AttentionKernels.attendAll(
        targets.scores(),
        targets.count(),
        length,
        length,
        scoring.temperature(),
        history.rows(),
        dimension,
        reference,
        logSumExp);
    for (int a = 0; a < retrievals.length; a++) {
      if (retrievals[a] == exact) {
        outcomes[a].retrieveNanos += exactNanos;
        attend(outcomes[a], exactKept, exactCounts);
      } else if (retrievals[a] != null) {
        start = System.nanoTime();
        retrievals[a].retrieve(targets, scoring.keep(), kept, counts);
        outcomes[a].retrieveNanos += System.nanoTime() - start;
        attend(outcomes[a], kept, counts);
      }
    }
  }

  private void attend(OutcomeRow outcome, int[][] chosen, int[] chosenCounts) {
    int length = targets.length();
    long start = System.nanoTime();
    for (int b = 0; b < targets.count(); b++) {
      AttentionKernels.attendKept(
          targets.scores(),
          b * length,
          chosen[b],
          chosenCounts[b],
          scoring.temperature(),
          history.rows(),
          dimension,
          outputs,
          b * dimension);
      outcome.scores[impressionOf[b]] =
          AttentionKernels.dot(targets.vectors(), b * dimension, outputs, b * dimension, dimension);
    }
    outcome.attendNanos += System.nanoTime() - start;
    for (int b = 0; b < targets.count(); b++) {
      compare(outcome, b, chosen[b], chosenCounts[b]);
    }
  }

  /** How faithful an arm was to exact attention for target b. */
  private void compare(OutcomeRow outcome, int b, int[] chosen, int count) {
    int length = targets.length();
    int impression = impressionOf[b];
    recall.truth(targets.scores(), b * length, length, exactKept[b], 0, exactCounts[b]);
    recall.measure(chosen, 0, count, outcome.recall, impression * scoring.recallAt().length);
    outcome.massKept[impression] =
        (float)
            AttentionKernels.massKept(
                targets.scores(), b * length, chosen, count, scoring.temperature(), logSumExp[b]);
    outcome.outputCosine[impression] =
        (float) OutputError.cosine(reference, b * dimension, outputs, b * dimension, dimension);
    outcome.outputRelL2[impression] =
        (float) OutputError.relativeL2(reference, b * dimension, outputs, b * dimension, dimension);
  }

  /** Behaviours that were left out of every arm because they have no vector at all. */
  long unembeddedBehaviours() {
    return unembeddedBehaviours;
  }

  /** Impressions that could not be scored because they have no vector at all. */
  long unembeddedTargets() {
    return unembeddedTargets;
  }
}
