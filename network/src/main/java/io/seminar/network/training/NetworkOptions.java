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
 * @param fields of the item; empty: all that the data set has
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

  public NetworkOptions {
    fields = List.copyOf(fields);
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
    int bits = hashBits > 0 ? hashBits : architecture == Architecture.SDIM ? SDIM_BITS : ETA_BITS;
    return new NetworkSpec(
        architecture,
        hidden,
        heads,
        keep,
        all,
        queries,
        projections,
        bits,
        SDIM_GROUP,
        Math.multiplyExact(CASCADE, keep));
  }
}
