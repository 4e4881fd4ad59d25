package io.seminar.network.scoring;

import java.util.function.Supplier;

/** The interest of every architecture. */
final class Interests {
  private Interests() {}

  /** Makes interests, one a thread, with parameters that they share. */
  static Supplier<UserInterest> of(TrainedNetwork network, ParameterReader parameters) {
    return switch (network.spec().architecture()) {
      case SEMINAR -> () -> new HeadwiseAttention(network);
      default ->
          throw new IllegalArgumentException(
              "network " + network.spec().architecture().key() + " cannot be scored");
    };
  }
}
