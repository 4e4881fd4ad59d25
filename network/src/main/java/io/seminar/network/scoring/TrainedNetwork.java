package io.seminar.network.scoring;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.Architecture.Interest;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import java.util.Arrays;
import java.util.function.Supplier;

/**
 * A network ready to score: its parameters and, computed once, the embedding of every item and
 * every query of the catalogue, with target attention their keys and values too. That is 4 d bytes
 * an item and query, or 12 d with target attention.
 *
 * <p>Immutable and thread-safe; one is enough for a JVM. The catalogue behind the features stays
 * open as long as it is used. The parameters are read while it is made; afterwards only {@link
 * #itemField} reads the tables of ids and attributes, in place.
 */
public final class TrainedNetwork {
  /** Targets that are scored at a time. */
  public static final int MOST_TARGETS = 32;

  private final CatalogueFeatures features;
  private final NetworkSpec spec;
  private final float[] counts;
  private final ItemEmbedding items; // null: popularity
  private final PairTable pairs; // null: popularity
  private final TargetAttention attention; // null: another interest
  private final HeadWeights head; // null: popularity
  private final Supplier<UserInterest> interests;

  /**
   * Computes the tables: items × fields × d × (d or the modality's floats) multiplications.
   *
   * @param parameters lent: see the class
   * @throws IllegalArgumentException if a parameter is missing, not of the shape that the features'
   *     network and catalogue ask for, or not finite; the message names it
   */
  public TrainedNetwork(CatalogueFeatures features, Parameters parameters) {
    this.features = features;
    spec = features.spec();
    ParameterReader reader = new ParameterReader(parameters);
    counts = reader.read("items.count", "items", features.items());
    if (spec.architecture() == Architecture.POPULARITY) {
      items = null;
      pairs = null;
      attention = null;
      head = null;
      interests = null;
      return;
    }
    items = new ItemEmbedding(features, reader);
    pairs =
        spec.queries()
            ? new PairTable(
                items.table(),
                QueryEmbedding.table(features, reader),
                (float) (1 / (1 + Math.exp(-reader.read("pair.balance", "1", 1)[0]))))
            : new PairTable(items.table(), null, 0);
    boolean attends = spec.architecture().interest() == Interest.TARGET_ATTENTION;
    attention = attends ? new TargetAttention(spec, pairs, reader) : null;
    head = new HeadWeights(spec, reader);
    interests = Interests.of(this, reader);
  }

  /** What the network is. */
  public NetworkSpec spec() {
    return spec;
  }

  /** What it reads of the catalogue. */
  public CatalogueFeatures features() {
    return features;
  }

  /** √d_h: inner products of queries and keys over this are the attention's scores. */
  public float temperature() {
    return (float) Math.sqrt(spec.headSize());
  }

  /** The logit of the popularity network: log(1 + occurrences before the end of training). */
  float popularity(int item) {
    return (float) Math.log1p(counts[item]);
  }

  /**
   * Writes e, the embedding of a pair: a q' + (1 − a) i, or i in networks without queries.
   *
   * @param out d floats from {@code offset}, overwritten
   * @throws IllegalStateException of the popularity network, which embeds nothing
   */
  public void pair(int item, int query, float[] out, int offset) {
    pairs().row(item, query, out, offset);
  }

  /** Writes a pair's keys as row {@code row} of {@code perHead[h]}, (L, d_h). */
  public void keys(int item, int query, float[][] perHead, int row) {
    attention().keys().perHead(item, query, perHead, row);
  }

  /** Writes a pair's values as row {@code row} of {@code perHead[h]}, (L, d_h). */
  public void values(int item, int query, float[][] perHead, int row) {
    attention().values().perHead(item, query, perHead, row);
  }

  /**
   * Writes the attention's queries of targets, {@code exp(scale_h) query^h e_t}. A score, but for
   * TWIN's biases, is their inner product with a key over the {@link #temperature}.
   *
   * @param pairs (n, d)
   * @param perHead H times (n, d_h), overwritten
   */
  public void queries(float[] pairs, int n, float[][] perHead) {
    attention().queries(pairs, n, perHead);
  }

  /**
   * g_f, the softmax of the gate over all fields: with {@code x̃_f} of {@link #itemField}, {@code i
   * = Σ_f g_f x̃_f}.
   */
  public float gate(int field) {
    return foldable().items.gate(field);
  }

  /** a, the weight of the query in a pair; 0 in a network without queries. */
  public float balance() {
    return foldable().pairs.balance();
  }

  /**
   * Writes {@code x̃_f = x_f Σ_all exp(gate) / Σ_present exp(gate)}: the field's vector, made
   * longer where the item lacks other fields, so that scores are linear in it with weights that are
   * the same for all items, {@code (1 − a) g_f}.
   *
   * @param out d floats from {@code offset}, overwritten if the item has the field
   * @return whether it has
   */
  public boolean itemField(int field, int item, float[] out, int offset) {
    return foldable().items.field(field, item, out, offset);
  }

  /** Writes q', d floats; zeros of a query without tokens and vector, and without queries. */
  public void queryField(int query, float[] out, int offset) {
    RowTable queries = foldable().pairs.queries();
    if (queries == null) {
      Arrays.fill(out, offset, offset + spec.hidden(), 0);
    } else {
      queries.copy(query, out, offset);
    }
  }

  /**
   * Folds a target into the space of pairs: {@code v^h = exp(scale_h) key^hT query^h e_t}, so that
   * {@code s_l √d_h = v^h · e_l}.
   *
   * @param pair d floats from {@code offset}
   * @param folded H times d floats, overwritten
   */
  public void fold(float[] pair, int offset, float[][] folded) {
    foldable().attention.fold(pair, offset, folded);
  }

  /**
   * Projects a field's vector, or a pair, into the key space of a head: {@code key^h x}. A pair's
   * key is the sum of its fields' with the same weights as the pair.
   *
   * @param x d floats from {@code offset}
   * @param out d_h floats from {@code outOffset}, overwritten
   */
  public void key(int head, float[] x, int offset, float[] out, int outOffset) {
    foldable().attention.key(head, x, offset, out, outOffset);
  }

  /**
   * A prediction head for one thread.
   *
   * @throws IllegalStateException of the popularity network, which has none
   */
  public PredictionHead newHead() {
    pairs();
    return new PredictionHead(head, pairs);
  }

  UserInterest newInterest() {
    return interests.get();
  }

  PairTable pairs() {
    if (pairs == null) {
      throw new IllegalStateException("network popularity has no embeddings and no head");
    }
    return pairs;
  }

  TargetAttention attention() {
    if (attention == null) {
      throw new IllegalStateException(
          "network " + spec.architecture().key() + " has no target attention");
    }
    return attention;
  }

  /** Product quantisation approximates one network only: its scores are linear in the fields. */
  private TrainedNetwork foldable() {
    if (spec.architecture() != Architecture.SEMINAR) {
      throw new IllegalStateException(
          "network "
              + spec.architecture().key()
              + " cannot be quantised: expected "
              + Architecture.SEMINAR.key());
    }
    return this;
  }

  static void checkTargets(int n) {
    if (n < 0 || n > MOST_TARGETS) {
      throw new IllegalArgumentException(
          n + " targets: expected 0 to " + MOST_TARGETS + " at a time");
    }
  }
}
