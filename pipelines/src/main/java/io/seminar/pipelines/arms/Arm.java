package io.seminar.pipelines.arms;

import io.seminar.attention.retrieval.Cost;
import io.seminar.attention.retrieval.Kept;
import io.seminar.attention.retrieval.KeptAttention;
import io.seminar.attention.retrieval.Pooling;
import io.seminar.attention.retrieval.Retrieval;
import io.seminar.attention.retrieval.Targets;
import java.util.Arrays;

/**
 * An arm at work for a model: retrieves and attends to what it kept, or pools the history without
 * keeping any of it. It stands alone: nothing that was computed for another arm is used.
 *
 * <p>Not thread-safe: one instance a thread. Allocates nothing in steady state, but for what the
 * arm's retrieval says of itself.
 */
public final class Arm {
  private final Retrieval retrieval; // null: it pools
  private final Pooling pooling; // null: it retrieves
  private final int heads;
  private final Kept kept;
  private final KeptAttention attention;
  private EmbeddedHistory history;

  private Arm(Retrieval retrieval, Pooling pooling, AttentionModel model) {
    this.retrieval = retrieval;
    this.pooling = pooling;
    this.heads = model.heads();
    this.kept = pooling == null ? new Kept(heads, model.keep()) : null;
    this.attention = pooling == null ? new KeptAttention(model.keep(), model.temperature()) : null;
  }

  /** An arm that retrieves. */
  public static Arm of(Retrieval retrieval, AttentionModel model) {
    return new Arm(retrieval, null, model);
  }

  /** An arm that pools. */
  public static Arm of(Pooling pooling, AttentionModel model) {
    return new Arm(null, pooling, model);
  }

  /** Turns to a user: builds what the arm searches in. The history must stay as it is. */
  public void open(EmbeddedHistory history) {
    this.history = history;
    if (retrieval != null) {
      retrieval.open(history);
    } else {
      pooling.open(history);
    }
  }

  /** Whether the arm keeps a set, and so has recall and a mass. */
  public boolean keeps() {
    return kept != null;
  }

  /** What the last {@link #retrieve} kept; null of an arm that pools. */
  public Kept kept() {
    return kept;
  }

  /** Chooses what the targets attend to; an arm that pools does nothing here. */
  public void retrieve(Targets targets, Cost cost) {
    if (retrieval != null) {
      retrieval.retrieve(targets, kept, cost);
    }
  }

  /**
   * Attends to what the last {@link #retrieve} kept of the same targets, or pools.
   *
   * @param outputs (B, H d_v): the heads' outputs side by side, overwritten
   * @param logSums (B, H): {@code ln Σ exp(score / τ)} over what is kept, {@code -∞} where that is
   *     nothing and of an arm that pools; overwritten
   * @param cost what pooling costs is added here
   */
  public void attend(Targets targets, float[] outputs, double[] logSums, Cost cost) {
    if (pooling == null) {
      attention.attend(history, targets, kept, outputs, logSums);
    } else {
      pooling.pool(targets, outputs, cost);
      Arrays.fill(logSums, 0, targets.count() * heads, Double.NEGATIVE_INFINITY);
    }
  }

  /** Bytes that the user's index takes beside keys and values, as opened. */
  public long indexBytes() {
    return retrieval != null ? retrieval.indexBytes() : pooling.indexBytes();
  }
}
