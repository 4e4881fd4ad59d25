package io.seminar.network.training;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.NetworkSpec;
import io.seminar.sessions.Modality;
import java.util.ArrayList;
import java.util.List;

/**
 * A network as it is asked for, before it is known what the data set has.
 *
 * @param hidden d
 * @param heads H
 * @param keep K
 * @param fields of the item, distinct; empty: all that the data set has
 * @param queries whether pairs hold the query
 * @param projections whether the modality-aware projections are trained
 * @param hashBits bits of a signature; 0: what the architecture's paper has
 */
public record NetworkOptions(
    Architecture architecture,
    int hidden,
    int heads,
    int keep,
    List<String> fields,
    boolean queries,
    boolean projections,
    int hashBits) {
  private static final int ETA_BITS = 32;
  private static final int SDIM_BITS = 48;
  private static final int SDIM_GROUP = 3;

  /** QIN's first stage hands on so many times what the second keeps. */
  private static final int CASCADE = 4;

  /**
   * Checks what needs no catalogue, so that a mistake is found before one is read.
   *
   * @throws IllegalArgumentException if no catalogue could have such a network
   */
  public NetworkOptions {
    fields = List.copyOf(fields);
    if (keep > Integer.MAX_VALUE / CASCADE) {
      throw new IllegalArgumentException(
          "keep is " + keep + ": expected at most " + Integer.MAX_VALUE / CASCADE);
    }
    List<String> some = fields.isEmpty() ? List.of(NetworkSpec.ID) : fields;
    spec(architecture, hidden, heads, keep, some, queries, projections, hashBits);
  }

  /** The network for a catalogue. */
  NetworkSpec spec(CatalogueShape shape) {
    List<String> all = new ArrayList<>(fields);
    if (all.isEmpty()) {
      all.add(NetworkSpec.ID);
      if (shape.attributes() > 0) {
        all.add(NetworkSpec.ATTRIBUTES);
      }
      shape.modalities().stream().map(Modality::name).forEach(all::add);
    }
    return spec(architecture, hidden, heads, keep, all, queries, projections, hashBits);
  }

  private static NetworkSpec spec(
      Architecture architecture,
      int hidden,
      int heads,
      int keep,
      List<String> fields,
      boolean queries,
      boolean projections,
      int hashBits) {
    int bits = hashBits != 0 ? hashBits : architecture == Architecture.SDIM ? SDIM_BITS : ETA_BITS;
    return new NetworkSpec(
        architecture,
        hidden,
        heads,
        keep,
        fields,
        queries,
        projections,
        bits,
        SDIM_GROUP,
        CASCADE * keep);
  }
}
