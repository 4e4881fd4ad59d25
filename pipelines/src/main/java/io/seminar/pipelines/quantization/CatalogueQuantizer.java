package io.seminar.pipelines.quantization;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.CodebookSet;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.attention.quantization.ProductQuantizer;
import io.seminar.attention.quantization.TrainingOptions;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.model.Architecture;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.embedding.FieldVectors;
import io.seminar.pipelines.embedding.NetworkFields;
import io.seminar.pipelines.embedding.NetworkLoader;
import io.seminar.pipelines.embedding.PairEmbedder;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.ItemCounts;
import io.seminar.sessions.Problem;
import io.seminar.sessions.QueryTable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Trains a codebook for a data set's catalogue and encodes every item and query with it: one
 * product quantiser a field (SEMINAR, multi-modal product quantisation). The fields are those of a
 * trained network, projected, or the data set's own vectors, of unit length.
 */
public final class CatalogueQuantizer {
  /** Vectors that k-means sees at most, a field. */
  private static final int SAMPLE = 1 << 16;

  /** The fact of a codebook that names its network: the digest of the checkpoint. */
  public static final String NETWORK = "network";

  /** Fewer items than centroids would be learnt by heart. */
  private static final int FEWEST_ITEMS = ProductQuantizer.MOST_CENTROIDS;

  /** Which items the quantisers may learn from. */
  public enum TrainOn {
    /** Items that are in no impression, so that no target of an evaluation is learnt by heart. */
    UNSEEN,
    /** All items: for catalogues so small that hardly any is in no impression. */
    ALL
  }

  /**
   * What to train.
   *
   * @param data folder of the data set
   * @param out codebook folder to make
   * @param overwrite whether a codebook that stands there is replaced
   * @param bytes C, a behaviour, over all fields; at least one a field
   * @param queryWeight share of the query in a pair; must be that of the replay; with a network it
   *     has its own
   * @param model checkpoint of the network whose fields are quantised; null: the data set's own
   *     vectors
   * @param trainOn which items to learn from
   * @param seed of sample and k-means
   * @param threads to train on
   */
  public record Options(
      Path data,
      Path out,
      boolean overwrite,
      int bytes,
      float queryWeight,
      Path model,
      TrainOn trainOn,
      long seed,
      int threads) {}

  private final Options options;
  private final Dataset dataset;
  private final FieldLayout layout;
  private final Catalogue catalogue;
  private final QueryTable queries;
  private final FieldVectors vectors;
  private final TreeMap<String, String> facts = new TreeMap<>();

  private CatalogueQuantizer(
      Options options, Dataset dataset, Catalogue catalogue, QueryTable queries) {
    this.options = options;
    this.dataset = dataset;
    this.catalogue = catalogue;
    this.queries = queries;
    this.vectors = options.model() == null ? ownVectors() : networkFields();
    this.layout = vectors.layout();
  }

  private FieldVectors ownVectors() {
    FieldLayout own = FieldLayout.of(dataset.descriptor().schema(), options.queryWeight());
    return new PairEmbedder(catalogue, queries, own);
  }

  private FieldVectors networkFields() {
    Checkpoint checkpoint = Checkpoint.open(options.model());
    checkpoint.requireCatalogue(dataset);
    Architecture architecture = checkpoint.description().spec().architecture();
    if (architecture != Architecture.SEMINAR) {
      throw new IllegalArgumentException(
          options.model()
              + " is a network "
              + architecture.key()
              + ", whose scores are not linear in its fields: expected "
              + Architecture.SEMINAR.key());
    }
    facts.put(NETWORK, checkpoint.digest());
    return new NetworkFields(NetworkLoader.load(checkpoint, catalogue, queries));
  }

  /**
   * Trains and writes.
   *
   * @return the fields' errors and what they were trained on, for printing
   * @throws IllegalArgumentException if the bytes do not suffice, or too few items may be learnt
   *     from
   * @throws DatasetException if the data cannot be read or the folder not written
   */
  public static TreeMap<String, String> run(Options options) {
    Dataset dataset = Dataset.open(options.data());
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      return new CatalogueQuantizer(options, dataset, catalogue, queries).run();
    }
  }

  private TreeMap<String, String> run() {
    int[] subspaces = subspaces();
    int[] items = items();
    facts.put("train-on", options.trainOn().name().toLowerCase(Locale.ROOT));
    facts.put("seed", Long.toString(options.seed()));
    List<MultiModalCodebook.Field> fields = new ArrayList<>();
    for (int f = 0; f < layout.fields(); f++) {
      boolean query = layout.hasQuery() && f == 0;
      fields.add(
          new MultiModalCodebook.Field(
              layout.names().get(f),
              query ? MultiModalCodebook.Source.QUERY : MultiModalCodebook.Source.ITEM,
              layout.weights()[f],
              query ? trainQuery(subspaces[f]) : trainModality(f, subspaces[f], items)));
    }
    MultiModalCodebook codebook = new MultiModalCodebook(fields);
    try {
      CodebookFolder.write(
          options.out(),
          options.overwrite(),
          CodebookSet.shared(codebook),
          dataset.catalogueDigest(),
          facts,
          catalogue.size(),
          itemEncoder(codebook),
          queries.size(),
          queryEncoder(codebook));
    } catch (FileAlreadyExistsException e) {
      throw new DatasetException(
          new Problem(options.out().toString(), -1, "", "something there already", "a free name"),
          e);
    } catch (IOException e) {
      throw new DatasetException("cannot write the codebook " + options.out() + ": " + e, e);
    }
    return facts;
  }

  /** (fields): bytes of each, as equal as they can be, the first ones getting what is left over. */
  private int[] subspaces() {
    int fields = layout.fields();
    if (options.bytes() < fields) {
      throw new IllegalArgumentException(
          options.bytes()
              + " bytes a behaviour are fewer than one for each of the fields "
              + layout.names()
              + ", expected at least "
              + fields);
    }
    int[] subspaces = new int[fields];
    for (int f = 0; f < fields; f++) {
      subspaces[f] = options.bytes() / fields + (f < options.bytes() % fields ? 1 : 0);
      if (subspaces[f] > layout.dimensions()[f]) {
        throw new IllegalArgumentException(
            options.bytes()
                + " bytes a behaviour give field "
                + layout.names().get(f)
                + " more bytes than its "
                + layout.dimensions()[f]
                + " floats, expected at most "
                + fields * Arrays.stream(layout.dimensions()).min().orElseThrow());
      }
    }
    return subspaces;
  }

  private int[] items() {
    ItemCounts counts = dataset.itemCounts();
    int[] items = new int[catalogue.size()];
    int n = 0;
    for (int item = 0; item < items.length; item++) {
      if (options.trainOn() == TrainOn.ALL || counts.impressions(item) == 0) {
        items[n++] = item;
      }
    }
    if (options.trainOn() == TrainOn.UNSEEN && n < FEWEST_ITEMS) {
      throw new IllegalArgumentException(
          "only "
              + n
              + " of "
              + items.length
              + " items are in no impression, expected at least "
              + FEWEST_ITEMS
              + " to train on; --train-on all trains on the targets of the evaluation too");
    }
    return Arrays.copyOf(items, n);
  }

  private ProductQuantizer trainModality(int field, int subspaces, int[] items) {
    boolean anyAbsent = false;
    for (int item = 0; item < catalogue.size() && !anyAbsent; item++) {
      anyAbsent = !vectors.hasItem(field, item);
    }
    return train(
        field,
        subspaces,
        items,
        (item, out, offset) -> vectors.item(field, item, out, offset),
        anyAbsent);
  }

  private ProductQuantizer trainQuery(int subspaces) {
    int[] ordinals = new int[queries.size()];
    boolean anyAbsent = false;
    for (int q = 0; q < ordinals.length; q++) {
      ordinals[q] = q;
      anyAbsent |= !vectors.hasQuery(q);
    }
    return train(0, subspaces, ordinals, vectors::query, anyAbsent);
  }

  private interface VectorSource {
    boolean copy(int ordinal, float[] out, int offset);
  }

  private ProductQuantizer train(
      int field, int subspaces, int[] ordinals, VectorSource source, boolean reserveZero) {
    int dimension = layout.dimensions()[field];
    float[] sample = new float[Math.multiplyExact(Math.min(SAMPLE, ordinals.length), dimension)];
    int n = 0;
    // A partial Fisher-Yates shuffle: without replacement, and absent vectors do not count.
    SplittableRandom random = new SplittableRandom(options.seed() + field);
    for (int i = 0; i < ordinals.length && n < SAMPLE; i++) {
      int j = i + random.nextInt(ordinals.length - i);
      int drawn = ordinals[j];
      ordinals[j] = ordinals[i];
      ordinals[i] = drawn;
      if (source.copy(drawn, sample, n * dimension)) {
        n++;
      }
    }
    String name = layout.names().get(field);
    if (n == 0) {
      throw new IllegalArgumentException(
          "field " + name + " has no vector to train on, expected at least one");
    }
    ProductQuantizer quantizer =
        ProductQuantizer.train(
            sample,
            n,
            dimension,
            TrainingOptions.of(subspaces, options.seed())
                .withReserveZero(reserveZero)
                .withThreads(options.threads()));
    facts.put("field-" + field + ".name", name);
    facts.put("field-" + field + ".vectors", Integer.toString(n));
    facts.put(
        "field-" + field + ".squared-error",
        Double.toString(quantizer.meanSquaredError(sample, n)));
    return quantizer;
  }

  private CodebookFolder.Encoder itemEncoder(MultiModalCodebook codebook) {
    int first = layout.hasQuery() ? 1 : 0;
    int start = codebook.querySubcodes();
    float[] vector = new float[layout.dimension()];
    return (item, code) -> {
      for (int f = first; f < layout.fields(); f++) {
        int at = codebook.codeStart(f) - start;
        if (vectors.item(f, item, vector, 0)) {
          codebook.encodeField(f, vector, 0, code, at);
        } else {
          codebook.encodeAbsent(f, code, at);
        }
      }
    };
  }

  private CodebookFolder.Encoder queryEncoder(MultiModalCodebook codebook) {
    float[] vector = new float[layout.dimension()];
    return (query, code) -> {
      if (layout.hasQuery()) {
        if (vectors.query(query, vector, 0)) {
          codebook.encodeField(0, vector, 0, code, 0);
        } else {
          codebook.encodeAbsent(0, code, 0);
        }
      }
    };
  }
}
