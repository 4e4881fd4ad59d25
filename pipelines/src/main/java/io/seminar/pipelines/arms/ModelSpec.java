package io.seminar.pipelines.arms;

import io.seminar.network.model.Architecture;
import java.io.Serializable;

/**
 * A trained network of a replay, as every worker needs to know it.
 *
 * @param name prefix of its arms; empty where there is one network, whose arms have none
 * @param folder of its checkpoint
 * @param architecture of the network
 * @param hidden d, floats of an embedding
 * @param keep K, behaviours that a head keeps
 * @param digest of its parameters: what is loaded must be what was asked for
 */
public record ModelSpec(
    String name, String folder, Architecture architecture, int hidden, int keep, String digest)
    implements Serializable {
  /** The name of a network that has none. */
  public static final String UNNAMED = "";

  /** Whether it is the only one, and arms without a prefix belong to it. */
  public boolean unnamed() {
    return name.isEmpty();
  }

  /**
   * Whether arms can retrieve by its attention: exactly, by recency, or by product quantisation.
   */
  public boolean retrieves() {
    return architecture == Architecture.SEMINAR;
  }

  /** K of its own forward pass; 0 where that keeps nothing, or everything. */
  public int kept() {
    return switch (architecture.search()) {
      case ALL, NONE -> 0;
      default -> keep;
    };
  }

  /** How it is called in messages and reports. */
  public String title() {
    return unnamed() ? "network" : "network " + name;
  }
}
