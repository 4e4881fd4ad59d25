package io.seminar.network.checkpoint;

import io.seminar.network.SmallDataset;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.network.model.TensorLayout;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.QueryTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Networks of any finite numbers, and what would be said of them. */
final class Trained {
  private static final int ITEMS = 30;

  private Trained() {}

  static Dataset dataset(Path folder) {
    return SmallDataset.write(folder, "by hand", ITEMS, List.of());
  }

  static NetworkSpec spec(Architecture architecture) {
    return new NetworkSpec(
        architecture, 8, 2, 4, List.of("id", "attributes", "text"), true, true, 12, 3, 8);
  }

  static CatalogueShape shape(Dataset dataset) {
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      return CatalogueShape.of(catalogue, queries);
    }
  }

  static Description description(Dataset dataset, Architecture architecture) {
    return new Description(
        Stage.FINETUNED,
        spec(architecture),
        shape(dataset),
        Description.Data.of(dataset),
        new TimeSplit(1_000, 2_000),
        new TreeMap<>(
            Map.of("rate", 0.1f, "batch", 64, "next", true, "losses", Map.of("rel", 1e-3, "a", 2))),
        7,
        List.of(
            new TreeMap<>(Map.of("loss", 0.1 + 0.2, "gauc", Double.NaN)),
            new TreeMap<>(Map.of("loss", Double.MIN_VALUE, "gauc", 0.5))),
        new TreeMap<>(Map.of("revision", "abc", "libraries", "djl 1")));
  }

  /** Parameters of any bits that are finite numbers: negative zeros and subnormal ones as well. */
  static Parameters parameters(Description description, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Parameters parameters = new Parameters();
    for (TensorLayout tensor : Initialization.layout(description.spec(), description.shape())) {
      parameters.add(
          tensor.name(),
          tensor.kind(),
          tensor.shape().stream().mapToInt(Integer::intValue).toArray(),
          floats((int) tensor.size(), random));
    }
    return parameters;
  }

  static TrainingState state(Description description, int epoch, long seed) {
    Parameters parameters = parameters(description, seed);
    SplittableRandom random = new SplittableRandom(~seed);
    Map<String, float[]> first = new LinkedHashMap<>();
    Map<String, float[]> second = new LinkedHashMap<>();
    for (Parameters.Tensor tensor : parameters.tensors()) {
      if (tensor.kind() != Parameters.Kind.FIXED) {
        first.put(tensor.name(), floats(tensor.values().length, random));
        second.put(tensor.name(), floats(tensor.values().length, random));
      }
    }
    return new TrainingState(
        description,
        epoch,
        parameters,
        new OptimizerState(100L * epoch, first, second),
        new TrainingState.Best(epoch, 0.1 * seed, parameters(description, seed + 1)));
  }

  /** All bits of all parameters, with their names and shapes. */
  static Map<String, List<Integer>> bits(Parameters parameters) {
    Map<String, List<Integer>> bits = new LinkedHashMap<>();
    for (Parameters.Tensor tensor : parameters.tensors()) {
      bits.put(
          tensor.name() + tensor.kind() + Arrays.toString(tensor.shape()), bits(tensor.values()));
    }
    return bits;
  }

  static List<Integer> bits(float[] values) {
    List<Integer> bits = new ArrayList<>(values.length);
    for (float value : values) {
      bits.add(Float.floatToRawIntBits(value));
    }
    return bits;
  }

  private static float[] floats(int n, SplittableRandom random) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
      if (!Float.isFinite(values[i])) {
        values[i] = -0f;
      }
    }
    return values;
  }
}
