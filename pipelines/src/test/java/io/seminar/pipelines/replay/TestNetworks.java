package io.seminar.pipelines.replay;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.QueryTable;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/**
 * Checkpoints of networks that nobody trained: parameters are random, far from the initial ones.
 */
public final class TestNetworks {
  /** Of these an item of a {@link RandomDataset} may lack all but the attributes. */
  private static final List<String> FIELDS = List.of("image", "id", "attributes", "text");

  private TestNetworks() {}

  /** A network of 12 floats that reads everything. */
  public static NetworkSpec spec(Architecture architecture, int heads, int keep) {
    return spec(architecture, heads, keep, FIELDS);
  }

  /** A network of 12 floats that reads these fields and the queries. */
  public static NetworkSpec spec(
      Architecture architecture, int heads, int keep, List<String> fields) {
    return new NetworkSpec(architecture, 12, heads, keep, fields, true, true, 12, 3, 2 * keep);
  }

  /** Writes the checkpoint of a network that says of itself that it was trained on the data. */
  public static Checkpoint write(
      Path out, Path data, NetworkSpec spec, TimeSplit split, Stage stage, long seed) {
    Dataset dataset = Dataset.open(data);
    CatalogueShape shape;
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      shape = CatalogueShape.of(catalogue, queries);
    }
    Random random = new Random(seed);
    float[] counts = new float[shape.items()];
    for (int item = 0; item < counts.length; item++) {
      counts[item] = random.nextInt(4) == 0 ? 0 : random.nextInt(100);
    }
    Parameters parameters = Initialization.of(spec, shape, counts, seed);
    for (Parameters.Tensor tensor : parameters.tensors()) {
      if (tensor.kind() != Parameters.Kind.FIXED) {
        perturb(tensor, random);
      }
    }
    Description description =
        new Description(
            stage,
            spec,
            shape,
            Description.Data.of(dataset),
            split,
            new TreeMap<>(),
            seed,
            List.of(),
            new TreeMap<>());
    return Checkpoint.write(out, false, description, parameters);
  }

  private static void perturb(Parameters.Tensor tensor, Random random) {
    boolean logarithm = tensor.name().equals("attention.scale");
    double deviation = tensor.shape().length == 1 ? 0.5 : 1 / Math.sqrt(tensor.rowSize());
    for (int i = 0; i < tensor.values().length; i++) {
      double drawn = deviation * random.nextGaussian();
      tensor.values()[i] = (float) (logarithm ? drawn : tensor.values()[i] + drawn);
    }
  }
}
