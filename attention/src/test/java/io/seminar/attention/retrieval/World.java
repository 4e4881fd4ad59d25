package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.CodebookSet;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.attention.quantization.ProductQuantizer;
import io.seminar.attention.quantization.TrainingOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A small catalogue and a linear model of it, for the tests of arms: keys are {@code scale Σ_f
 * P_h,f field_f}, a pair is {@code scale} times its fields side by side, and a target's query is a
 * matrix times its fields. Items and queries lack fields; several items have a category or none.
 */
final class World {
  static final int HEADS = 3;
  static final int KEY = 8;
  static final int VALUE = 5;

  /** The query's, then two of the item. */
  static final int[] SIZES = {6, 5, 7};

  static final int PAIR = 18;
  static final int QUERIES = 12;
  static final int CATEGORIES = 5;

  final int itemCount;
  final boolean scaled;
  private final float[][][] vectors = new float[3][][]; // field, ordinal; null: absent
  private final float[] itemScales;
  private final int[] itemCategories;
  private final float[][] projections = new float[HEADS * 3][]; // (d_k, fieldSize)
  private final float[][] targets = new float[HEADS][]; // (d_k, PAIR)
  private final float[][] values = new float[HEADS][]; // (d_v, PAIR)

  /**
   * @param scaled whether behaviours have factors of their own
   */
  World(long seed, int items, boolean scaled) {
    Random random = new Random(seed);
    itemCount = items;
    this.scaled = scaled;
    itemScales = new float[items];
    itemCategories = new int[items];
    for (int f = 0; f < 3; f++) {
      vectors[f] = new float[f == 0 ? QUERIES : items][];
      for (int i = 0; i < vectors[f].length; i++) {
        boolean absent = f == 0 ? i == 0 || i == 5 : random.nextInt(4) == 0;
        vectors[f][i] = absent ? null : gaussian(random, SIZES[f], 1);
      }
    }
    for (int i = 0; i < items; i++) {
      itemScales[i] = scaled ? 0.5f + random.nextFloat() : 1;
      itemCategories[i] = random.nextInt(CATEGORIES) - 1;
      if (vectors[1][i] == null && vectors[2][i] == null) {
        vectors[1][i] = gaussian(random, SIZES[1], 1);
      }
    }
    for (int h = 0; h < HEADS; h++) {
      targets[h] = gaussian(random, KEY * PAIR, 0.3);
      values[h] = gaussian(random, VALUE * PAIR, 0.3);
      for (int f = 0; f < 3; f++) {
        projections[h * 3 + f] = gaussian(random, KEY * SIZES[f], 0.5);
      }
    }
  }

  private static float[] gaussian(Random random, int n, double deviation) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  static int offset(int field) {
    return field == 0 ? 0 : field == 1 ? SIZES[0] : SIZES[0] + SIZES[1];
  }

  /** A pair's vector of a field; null where it has none. */
  float[] vector(int field, int item, int query) {
    return vectors[field][field == 0 ? query : item];
  }

  private float[] fields(int item, int query) {
    float[] fields = new float[PAIR];
    for (int f = 0; f < 3; f++) {
      float[] vector = vector(f, item, query);
      if (vector != null) {
        System.arraycopy(vector, 0, fields, offset(f), SIZES[f]);
      }
    }
    return fields;
  }

  private static void multiply(float[] matrix, int rows, float[] x, int n, float[] out, int at) {
    for (int r = 0; r < rows; r++) {
      out[at + r] = AttentionKernels.dot(matrix, r * n, x, 0, n);
    }
  }

  /** (D) to (H, D): what stands for a target whose fields these are. */
  FieldFolding folding() {
    float[] query = new float[KEY];
    return (fields, blocks) -> {
      for (int h = 0; h < HEADS; h++) {
        multiply(targets[h], KEY, fields, PAIR, query, 0);
        for (int f = 0; f < 3; f++) {
          for (int d = 0; d < SIZES[f]; d++) {
            float sum = 0;
            for (int k = 0; k < KEY; k++) {
              sum += query[k] * projections[h * 3 + f][k * SIZES[f] + d];
            }
            blocks[h * PAIR + offset(f) + d] = sum;
          }
        }
      }
    };
  }

  QueryVectors queryVectors() {
    return new QueryVectors() {
      @Override
      public int size() {
        return SIZES[0];
      }

      @Override
      public boolean copy(int query, float[] out, int offset) {
        float[] vector = vectors[0][query];
        if (vector != null) {
          System.arraycopy(vector, 0, out, offset, SIZES[0]);
        }
        return vector != null;
      }
    };
  }

  History history(Random random, int length) {
    return history(
        random.ints(length, 0, itemCount).toArray(), random.ints(length, 0, QUERIES).toArray());
  }

  History history(int[] items, int[] queries) {
    return new History(items, queries);
  }

  Page page(Random random, int count, int query, int length) {
    return page(random.ints(count, 0, itemCount).toArray(), query, length);
  }

  Page page(int[] items, int query, int length) {
    return new Page(items, query, length);
  }

  /** The first item that has all fields and a category. */
  int wholeItem() {
    int item = 0;
    while (vectors[1][item] == null || vectors[2][item] == null || itemCategories[item] < 0) {
      item++;
    }
    return item;
  }

  /** Behaviours in arrays. */
  final class History implements AttendedBehaviours {
    private final int[] items;
    private final int[] queries;
    private final long[] times;
    private final int[] categories;
    private final float[][] keys = new float[HEADS][];
    private final float[][] ofValues = new float[HEADS][];
    private final float[] pairs;
    private final float[][] fields = new float[3][];
    private final float[] scales;

    private History(int[] items, int[] queries) {
      int length = items.length;
      this.items = items;
      this.queries = queries;
      times = new long[length];
      categories = new int[length];
      pairs = new float[length * PAIR];
      scales = new float[length];
      for (int h = 0; h < HEADS; h++) {
        keys[h] = new float[length * KEY];
        ofValues[h] = new float[length * VALUE];
      }
      for (int f = 0; f < 3; f++) {
        fields[f] = new float[length * SIZES[f]];
      }
      for (int l = 0; l < length; l++) {
        fill(l);
      }
    }

    private void fill(int l) {
      times[l] = 1_000L * l;
      categories[l] = itemCategories[items[l]];
      scales[l] = itemScales[items[l]];
      float[] row = World.this.fields(items[l], queries[l]);
      for (int f = 0; f < 3; f++) {
        System.arraycopy(row, offset(f), fields[f], l * SIZES[f], SIZES[f]);
      }
      for (int j = 0; j < PAIR; j++) {
        pairs[l * PAIR + j] = scales[l] * row[j];
      }
      for (int h = 0; h < HEADS; h++) {
        multiply(values[h], VALUE, row, PAIR, ofValues[h], l * VALUE);
        for (int k = 0; k < KEY; k++) {
          double sum = 0;
          for (int f = 0; f < 3; f++) {
            for (int d = 0; d < SIZES[f]; d++) {
              sum += (double) projections[h * 3 + f][k * SIZES[f] + d] * row[offset(f) + d];
            }
          }
          keys[h][l * KEY + k] = (float) (scales[l] * sum);
        }
      }
    }

    World world() {
      return World.this;
    }

    /** 1 where behaviours have no factors. */
    float scale(int l) {
      return scales[l];
    }

    /** The first behaviours alone. */
    History first(int length) {
      return new History(Arrays.copyOf(items, length), Arrays.copyOf(queries, length));
    }

    @Override
    public int length() {
      return items.length;
    }

    @Override
    public int heads() {
      return HEADS;
    }

    @Override
    public int keySize() {
      return KEY;
    }

    @Override
    public float[] keys(int head) {
      return keys[head];
    }

    @Override
    public int valueSize() {
      return VALUE;
    }

    @Override
    public float[] values(int head) {
      return ofValues[head];
    }

    @Override
    public int pairSize() {
      return PAIR;
    }

    @Override
    public float[] pairs() {
      return pairs;
    }

    @Override
    public int fields() {
      return 3;
    }

    @Override
    public boolean ofQuery(int field) {
      return field == 0;
    }

    @Override
    public int fieldSize(int field) {
      return SIZES[field];
    }

    @Override
    public float[] field(int field) {
      return fields[field];
    }

    @Override
    public float[] scales() {
      return scaled ? scales : null;
    }

    @Override
    public int[] items() {
      return items;
    }

    @Override
    public int[] queries() {
      return queries;
    }

    @Override
    public int[] categories() {
      return categories;
    }

    @Override
    public long[] times() {
      return times;
    }
  }

  /** Targets in arrays. */
  final class Page implements Targets {
    private final int[] items;
    private final int query;
    private final int length;
    private final int[] categories;
    private final float[] pairs;
    private final float[][] queries = new float[HEADS][];
    private final float[][] blocks; // (B) of (H, D)

    private Page(int[] items, int query, int length) {
      int count = items.length;
      this.items = items;
      this.query = query;
      this.length = length;
      categories = new int[count];
      pairs = new float[count * PAIR];
      blocks = new float[count][HEADS * PAIR];
      for (int h = 0; h < HEADS; h++) {
        queries[h] = new float[count * KEY];
      }
      FieldFolding folding = folding();
      for (int b = 0; b < count; b++) {
        float[] row = World.this.fields(items[b], query);
        categories[b] = itemCategories[items[b]];
        System.arraycopy(row, 0, pairs, b * PAIR, PAIR);
        folding.fold(row, blocks[b]);
        for (int h = 0; h < HEADS; h++) {
          multiply(targets[h], KEY, row, PAIR, queries[h], b * KEY);
        }
      }
    }

    /** One target alone. */
    Page only(int target) {
      return new Page(new int[] {items[target]}, query, length);
    }

    @Override
    public int count() {
      return items.length;
    }

    @Override
    public int length() {
      return length;
    }

    @Override
    public float[] queries(int head) {
      return queries[head];
    }

    @Override
    public float[] pairs() {
      return pairs;
    }

    @Override
    public void blocks(int target, float[] out) {
      System.arraycopy(blocks[target], 0, out, 0, HEADS * PAIR);
    }

    @Override
    public int[] items() {
      return items;
    }

    @Override
    public int[] categories() {
      return categories;
    }

    @Override
    public int query() {
      return query;
    }

    @Override
    public long time() {
      return 1_000L * length;
    }
  }

  /** Encodes the catalogue with one codebook for all heads. */
  CodebookFolder shared(Path out, int bits) {
    return write(out, CodebookSet.shared(codebook(-1, bits)), -1);
  }

  /** Encodes the catalogue with a codebook a head, of its projected fields. */
  CodebookFolder perHead(Path out, int bits) {
    List<MultiModalCodebook> codebooks = new ArrayList<>();
    for (int h = 0; h < HEADS; h++) {
      codebooks.add(codebook(h, bits));
    }
    return write(out, new CodebookSet(true, codebooks), HEADS);
  }

  private MultiModalCodebook codebook(int head, int bits) {
    List<MultiModalCodebook.Field> fields = new ArrayList<>();
    for (int f = 0; f < 3; f++) {
      int dimension = head < 0 ? SIZES[f] : KEY;
      float[] sample = new float[vectors[f].length * dimension];
      int n = 0;
      for (int i = 0; i < vectors[f].length; i++) {
        float[] x = projected(head, f, i);
        if (x != null) {
          System.arraycopy(x, 0, sample, n++ * dimension, dimension);
        }
      }
      TrainingOptions options = TrainingOptions.of(f == 1 ? 3 : 4, 3).withReserveZero(true);
      fields.add(
          new MultiModalCodebook.Field(
              "field" + f,
              f == 0 ? MultiModalCodebook.Source.QUERY : MultiModalCodebook.Source.ITEM,
              1,
              ProductQuantizer.train(
                  sample, n, dimension, bits == 4 ? options.withCentroids(16) : options)));
    }
    return new MultiModalCodebook(fields);
  }

  private float[] projected(int head, int field, int ordinal) {
    float[] vector = vectors[field][ordinal];
    if (head < 0 || vector == null) {
      return vector;
    }
    float[] out = new float[KEY];
    multiply(projections[head * 3 + field], KEY, vector, SIZES[field], out, 0);
    return out;
  }

  private CodebookFolder write(Path out, CodebookSet set, int heads) {
    try {
      CodebookFolder.write(
          out,
          false,
          set,
          "world",
          Map.of(),
          itemCount,
          (item, code) -> encode(set, 1, 3, item, code, heads),
          QUERIES,
          (query, code) -> encode(set, 0, 1, query, code, heads));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return CodebookFolder.open(out, "world");
  }

  private void encode(CodebookSet set, int from, int to, int ordinal, byte[] code, int heads) {
    int at = 0;
    for (int s = 0; s < set.size(); s++) {
      MultiModalCodebook codebook = set.of(s);
      for (int f = from; f < to; f++) {
        float[] x = projected(heads < 0 ? -1 : s, f, ordinal);
        if (x == null) {
          codebook.encodeAbsent(f, code, at);
        } else {
          codebook.encodeField(f, x, 0, code, at);
        }
        at += codebook.codeStart(f + 1) - codebook.codeStart(f);
      }
    }
  }
}
