package io.seminar.network.model;

import java.util.HashSet;
import java.util.List;

/**
 * What a network is made of; with a {@link CatalogueShape} it fixes the shape of every parameter.
 *
 * @param architecture how behaviours are found and combined
 * @param hidden d, floats of every embedding, a multiple of {@code heads}
 * @param heads H of the target attention, at least 1
 * @param keep K, behaviours that a head attends to, at least 1
 * @param fields the item's fields that are read, in the order of the gate: {@value #ID}, {@value
 *     #ATTRIBUTES} and names of the data set's modalities; at least one
 * @param queries whether pairs hold the query; if not, behaviours and targets are items alone
 * @param projections whether the modality-aware projections G are trained; if not, they stay what
 *     they are at the start: the identity, or what was restored
 * @param hashBits bits of a signature, 1 to 64: of the whole one ({@code eta}), and a multiple of
 *     {@code hashGroup} ({@code sdim})
 * @param hashGroup τ, bits that must agree ({@code sdim}), 1 to 8
 * @param cascade K1, behaviours that the query finds ({@code qin}), at least {@code keep}
 */
public record NetworkSpec(
    Architecture architecture,
    int hidden,
    int heads,
    int keep,
    List<String> fields,
    boolean queries,
    boolean projections,
    int hashBits,
    int hashGroup,
    int cascade) {
  /**
   * The field of the item's own embedding, learned for items that occur before the end of training.
   */
  public static final String ID = "id";

  /** The field of the item's category and attributes, averaged. */
  public static final String ATTRIBUTES = "attributes";

  /** Widths of the hidden layers of the prediction head. */
  public static final int[] HEAD = {128, 64};

  /** Width of the hidden layer of DIN's activation unit. */
  public static final int UNIT = 36;

  public NetworkSpec {
    fields = List.copyOf(fields);
    atLeast("heads", heads, 1);
    atLeast("hidden", hidden, 1);
    atLeast("keep", keep, 1);
    if (hidden % heads != 0) {
      throw new IllegalArgumentException(
          "hidden is " + hidden + ": expected a multiple of the " + heads + " heads");
    }
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("fields is empty: expected one of the item's at least");
    }
    if (new HashSet<>(fields).size() < fields.size()) {
      throw new IllegalArgumentException("fields is " + fields + ": expected each name once");
    }
    if (hashBits < 1 || hashBits > 64) {
      throw new IllegalArgumentException("hashBits is " + hashBits + ": expected 1 to 64");
    }
    if (hashGroup < 1 || hashGroup > 8) {
      throw new IllegalArgumentException("hashGroup is " + hashGroup + ": expected 1 to 8");
    }
    if (architecture == Architecture.SDIM && hashBits % hashGroup != 0) {
      throw new IllegalArgumentException(
          "hashBits is " + hashBits + ": expected a multiple of hashGroup, " + hashGroup);
    }
    if (cascade < keep) {
      throw new IllegalArgumentException(
          "cascade is " + cascade + ": expected at least keep, " + keep);
    }
  }

  /** The network of another architecture with what this one has learned: the same embeddings. */
  public NetworkSpec withArchitecture(NetworkSpec other) {
    return new NetworkSpec(
        other.architecture,
        hidden,
        heads,
        other.keep,
        fields,
        queries,
        other.projections,
        other.hashBits,
        other.hashGroup,
        other.cascade);
  }

  /** d_h, floats of a head. */
  public int headSize() {
    return hidden / heads;
  }

  /** Whether intensities (log mean exp of a head's kept scores) are inputs of the head. */
  public boolean intensities() {
    return architecture.interest() == Architecture.Interest.TARGET_ATTENTION;
  }

  /**
   * Numbers that go into the prediction head: {@code [u ; e_t ; u⊙e_t ; intensities ; context]}.
   */
  public int headInputs() {
    return 3 * hidden + (intensities() ? heads : 0) + CONTEXT;
  }

  /**
   * Context features: whether the request is a search, log(1 + L) / 10, and the cosine of the
   * request's query and the target's item, which pretraining teaches (relevance); 0 for browsing.
   */
  public static final int CONTEXT = 3;

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ": expected at least " + least);
    }
  }
}
