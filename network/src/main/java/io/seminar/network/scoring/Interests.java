package io.seminar.network.scoring;

import io.seminar.network.model.NetworkSpec;
import java.util.function.Supplier;

/** The interest of every architecture. */
final class Interests {
  private Interests() {}

  /** Makes interests, one a thread, with parameters that they share. */
  static Supplier<UserInterest> of(TrainedNetwork network, ParameterReader parameters) {
    NetworkSpec spec = network.spec();
    return switch (spec.architecture()) {
      case SEMINAR -> () -> new HeadwiseAttention(network, null, null);
      case TWIN -> {
        float[] biases = CrossBiases.read(network, parameters);
        yield () -> new HeadwiseAttention(network, new CrossBiases(network, biases), null);
      }
      case QIN -> () -> new HeadwiseAttention(network, null, new QueryCascade(network));
      case SIM_HARD -> () -> new SearchedAttention(network, new CategorySearch(network));
      case SIM_SOFT -> {
        InnerProductSearch.Weights weights = InnerProductSearch.Weights.read(spec, parameters);
        yield () -> new SearchedAttention(network, new InnerProductSearch(network, weights));
      }
      case ETA -> {
        float[] planes = planes(spec, parameters);
        yield () -> new SearchedAttention(network, new HashSearch(network, planes));
      }
      case DIN -> {
        ActivationUnit.Weights weights = ActivationUnit.Weights.read(spec, parameters);
        yield () -> new ActivationUnit(network, weights);
      }
      case SDIM -> {
        float[] planes = planes(spec, parameters);
        float[] value = value(spec, parameters);
        yield () -> new PooledBehaviours(network, planes, value);
      }
      case AVERAGE -> {
        float[] value = value(spec, parameters);
        yield () -> new PooledBehaviours(network, null, value);
      }
      case POPULARITY -> throw new IllegalArgumentException("popularity reads no behaviours");
    };
  }

  private static float[] planes(NetworkSpec spec, ParameterReader parameters) {
    return parameters.read("search.hash", "bits, d", spec.hashBits(), spec.hidden()).clone();
  }

  private static float[] value(NetworkSpec spec, ParameterReader parameters) {
    return parameters.read("attention.value", "d, d", spec.hidden(), spec.hidden()).clone();
  }
}
