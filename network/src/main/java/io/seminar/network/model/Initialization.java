package io.seminar.network.model;

import io.seminar.sessions.Modality;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Parameters before any training. Random ones are drawn from a stream of their own each, keyed by
 * seed and name, so that networks with the same seed start alike where they are alike.
 *
 * <p>The network starts as attention-pooled similarity: projections, values and output are the
 * identity, query and key are one orthogonal matrix, so a head compares two pairs in a random
 * subspace of d_h dimensions.
 */
public final class Initialization {
  /** Recency buckets of TWIN's biases; bucket b holds ages from 2^b − 1 whole hours on. */
  public static final int RECENCY_BUCKETS = 16;

  /** TWIN's biases a head: same category, same query, then the recency buckets. */
  public static final int BIASES = 2 + RECENCY_BUCKETS;

  private static final long HOUR = 3_600_000;

  /** TWIN's bucket of a behaviour of this age, in ms, at least 0: {@code log2(1 + hours)}. */
  public static int recencyBucket(long age) {
    return Math.min(RECENCY_BUCKETS - 1, 63 - Long.numberOfLeadingZeros(1 + age / HOUR));
  }

  /** Start of the heads' inverse temperature: see {@code attention.scale}. */
  private static final double SCALE = 128;

  private static final double PSU_SCALE = 10;

  /** Values of a parameter at most: some JVMs have arrays a little shorter than 2^31. */
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private static final double TABLE_DEVIATION = 0.1;

  private Initialization() {}

  /**
   * Fresh parameters.
   *
   * @param counts (items): occurrences before the end of training, taken, not copied
   * @throws IllegalArgumentException if the spec names a field that the catalogue lacks, or a
   *     parameter would not fit into one array
   */
  public static Parameters of(NetworkSpec spec, CatalogueShape shape, float[] counts, long seed) {
    Parameters parameters = new Parameters();
    describe(
        spec,
        shape,
        counts,
        seed,
        (name, kind, dimensions, values) -> {
          requireArray(name, dimensions);
          parameters.add(name, kind, dimensions, values.get());
        });
    return parameters;
  }

  private static void requireArray(String name, int[] dimensions) {
    double size = 1;
    for (int dimension : dimensions) {
      size *= dimension;
    }
    if (size > LARGEST) {
      throw new IllegalArgumentException(
          "parameter "
              + name
              + " would be "
              + Arrays.toString(dimensions)
              + ": expected at most "
              + LARGEST
              + " values, which takes a smaller hidden");
    }
  }

  /**
   * What {@link #of} would make, without the values: names, kinds and shapes in the same order.
   *
   * @throws IllegalArgumentException if the spec names a field that the catalogue lacks
   */
  public static List<TensorLayout> layout(NetworkSpec spec, CatalogueShape shape) {
    List<TensorLayout> layout = new ArrayList<>();
    describe(
        spec,
        shape,
        null,
        0,
        (name, kind, dimensions, values) ->
            layout.add(new TensorLayout(name, kind, Arrays.stream(dimensions).boxed().toList())));
    return layout;
  }

  /** Takes the parameters one by one; makes their values or leaves it. */
  private interface Sink {
    void add(String name, Parameters.Kind kind, int[] shape, Supplier<float[]> values);
  }

  private static void describe(
      NetworkSpec spec, CatalogueShape shape, float[] counts, long seed, Sink p) {
    int d = spec.hidden();
    p.add("items.count", Parameters.Kind.FIXED, new int[] {shape.items()}, () -> counts);
    if (spec.architecture() == Architecture.POPULARITY) {
      return;
    }
    for (String field : spec.fields()) {
      if (field.equals(NetworkSpec.ID)) {
        table(p, "items.id", shape.items(), d, seed);
      } else if (field.equals(NetworkSpec.ATTRIBUTES)) {
        table(p, "items.attributes", shape.attributes(), d, seed);
      } else {
        Modality modality = shape.modalityOf(field);
        encoder(p, "items." + field + ".encoder", d, modality.dimension(), seed);
      }
    }
    Parameters.Kind projection = spec.projections() ? Parameters.Kind.DENSE : Parameters.Kind.FIXED;
    for (String field : spec.fields()) {
      p.add("items." + field + ".projection", projection, square(d), () -> identity(d));
    }
    int fields = spec.fields().size();
    p.add("items.gate", Parameters.Kind.DENSE, new int[] {fields}, () -> new float[fields]);
    if (spec.queries()) {
      table(p, "queries.tokens", Math.max(1, shape.tokens()), d, seed);
      p.add(
          "queries.browse",
          Parameters.Kind.DENSE,
          new int[] {d},
          () -> gaussian("queries.browse", d, TABLE_DEVIATION / Math.sqrt(d), seed));
      if (shape.queryDimension() > 0) {
        encoder(p, "queries.vector.encoder", d, shape.queryDimension(), seed);
      }
      p.add("queries.projection", projection, square(d), () -> identity(d));
      p.add("pair.balance", Parameters.Kind.DENSE, new int[] {1}, () -> new float[1]);
    }
    attention(p, spec, seed);
    search(p, spec, seed);
    interest(p, spec, seed);
    head(p, spec, seed);
    p.add(
        "psu.scale",
        Parameters.Kind.DENSE,
        new int[] {1},
        () -> new float[] {(float) Math.log(PSU_SCALE)});
  }

  private static void attention(Sink p, NetworkSpec spec, long seed) {
    int d = spec.hidden();
    boolean attends = spec.architecture().interest() == Architecture.Interest.TARGET_ATTENTION;
    if (attends) {
      Supplier<float[]> rotation = () -> orthogonal("attention", d, seed);
      p.add("attention.query", Parameters.Kind.DENSE, square(d), rotation);
      p.add("attention.key", Parameters.Kind.DENSE, square(d), rotation);
      p.add(
          "attention.scale",
          Parameters.Kind.DENSE,
          new int[] {spec.heads()},
          () -> {
            float[] scale = new float[spec.heads()];
            Arrays.fill(scale, (float) Math.log(SCALE));
            return scale;
          });
    }
    p.add("attention.value", Parameters.Kind.DENSE, square(d), () -> identity(d));
    p.add("attention.output", Parameters.Kind.DENSE, square(d), () -> identity(d));
    if (spec.architecture() == Architecture.TWIN) {
      p.add(
          "attention.bias",
          Parameters.Kind.DENSE,
          new int[] {spec.heads(), BIASES},
          () -> new float[spec.heads() * BIASES]);
    }
  }

  private static void search(Sink p, NetworkSpec spec, long seed) {
    int d = spec.hidden();
    switch (spec.architecture()) {
      case SIM_SOFT -> {
        Supplier<float[]> rotation = () -> orthogonal("search", d, seed);
        p.add("search.target", Parameters.Kind.DENSE, square(d), rotation);
        p.add("search.behaviour", Parameters.Kind.DENSE, square(d), rotation);
        dense(p, "search.auxiliary", new int[] {2 * d + 1}, 2 * d + 1, seed);
      }
      case ETA, SDIM -> {
        int bits = spec.hashBits();
        p.add(
            "search.hash",
            Parameters.Kind.FIXED,
            new int[] {bits, d},
            () -> gaussian("search.hash", bits * d, 1, seed));
      }
      default -> {}
    }
  }

  private static void interest(Sink p, NetworkSpec spec, long seed) {
    if (spec.architecture().interest() == Architecture.Interest.ACTIVATION_UNIT) {
      int in = 4 * spec.hidden();
      dense(p, "unit.0.weight", new int[] {NetworkSpec.UNIT, in}, in, seed);
      zeros(p, "unit.0.bias", NetworkSpec.UNIT);
      dense(p, "unit.1.weight", new int[] {1, NetworkSpec.UNIT}, NetworkSpec.UNIT, seed);
      zeros(p, "unit.1.bias", 1);
    }
  }

  private static void head(Sink p, NetworkSpec spec, long seed) {
    int in = spec.headInputs();
    int layers = NetworkSpec.HEAD.length;
    for (int n = 0; n <= layers; n++) {
      int out = n < layers ? NetworkSpec.HEAD[n] : 1;
      dense(p, "head." + n + ".weight", new int[] {out, in}, in, seed);
      zeros(p, "head." + n + ".bias", out);
      in = out;
    }
    zeros(p, "head.position", Parameters.POSITIONS);
  }

  private static void table(Sink p, String name, int rows, int d, long seed) {
    p.add(
        name,
        Parameters.Kind.TABLE,
        new int[] {rows, d},
        () -> gaussian(name, Math.multiplyExact(rows, d), TABLE_DEVIATION / Math.sqrt(d), seed));
  }

  /** Keeps the expected length of a unit vector: variance 1/d. */
  private static void encoder(Sink p, String name, int d, int in, long seed) {
    p.add(
        name,
        Parameters.Kind.DENSE,
        new int[] {d, in},
        () -> gaussian(name, Math.multiplyExact(d, in), 1 / Math.sqrt(d), seed));
  }

  /** He's initialisation for layers before a ReLU. */
  private static void dense(Sink p, String name, int[] shape, int in, long seed) {
    int size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    p.add(
        name, Parameters.Kind.DENSE, shape, () -> gaussian(name, size, Math.sqrt(2.0 / in), seed));
  }

  private static void zeros(Sink p, String name, int size) {
    p.add(name, Parameters.Kind.DENSE, new int[] {size}, () -> new float[size]);
  }

  private static int[] square(int d) {
    return new int[] {d, d};
  }

  private static float[] identity(int d) {
    float[] identity = new float[d * d];
    for (int i = 0; i < d; i++) {
      identity[i * d + i] = 1;
    }
    return identity;
  }

  private static float[] gaussian(String name, int n, double deviation, long seed) {
    RandomGenerator random = stream(name, seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /** A random orthogonal matrix: Gaussian rows, Gram-Schmidt in double, twice for accuracy. */
  private static float[] orthogonal(String name, int d, long seed) {
    RandomGenerator random = stream(name, seed);
    double[][] rows = new double[d][d];
    float[] matrix = new float[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        rows[i][j] = random.nextGaussian();
      }
      for (int pass = 0; pass < 2; pass++) {
        for (int other = 0; other < i; other++) {
          double along = dot(rows[i], rows[other]);
          for (int j = 0; j < d; j++) {
            rows[i][j] -= along * rows[other][j];
          }
        }
      }
      double norm = Math.sqrt(dot(rows[i], rows[i]));
      for (int j = 0; j < d; j++) {
        rows[i][j] /= norm;
        matrix[i * d + j] = (float) rows[i][j];
      }
    }
    return matrix;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static RandomGenerator stream(String name, long seed) {
    // The seed is scrambled first: a SplittableRandom walks in steps of one constant, so seeds that
    // differ by multiples of it, or by little, must not become starts of one and the same walk.
    return new SplittableRandom(new SplittableRandom(seed).nextLong() + name.hashCode());
  }
}
