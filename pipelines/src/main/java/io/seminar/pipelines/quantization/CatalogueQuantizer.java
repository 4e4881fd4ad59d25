package io.seminar.pipelines.quantization;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.CodebookSet;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.attention.quantization.Quantizer;
import io.seminar.attention.quantization.TrainingOptions;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.model.Architecture;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.embedding.FieldVectors;
import io.seminar.pipelines.embedding.HeadFields;
import io.seminar.pipelines.embedding.NetworkFields;
import io.seminar.pipelines.embedding.NetworkLoader;
import io.seminar.pipelines.embedding.PairEmbedder;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.ItemCounts;
import io.seminar.sessions.Problem;
import io.seminar.sessions.Query;
import io.seminar.sessions.QueryTable;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Trains a codebook for a data set's catalogue and encodes every item and query with it: one
 * quantiser a field (SEMINAR, multi-modal product quantisation). The fields are those of a trained
 * network, projected, for all heads or as each head sees them; or the data set's own vectors, of
 * unit length.
 *
 * <p>Sub-codes are dealt out to the fields by what they take off the squared error of a score,
 * {@code Σ_f p_f w_f² error_f}, with the field's weight w and the share p of items that have it:
 * measured with small quantisers of the same form. The query gets an equal share at most: the
 * behaviours that compete for a place often have the same query, and then its error is no matter.
 */
public final class CatalogueQuantizer {
  /** Vectors that k-means sees at most, a field. */
  private static final int SAMPLE = 1 << 16;

  /** The same, where sub-codes are dealt out; half of them measure the error. */
  private static final int TRIAL_SAMPLE = 1 << 12;

  private static final int TRIAL_ITERATIONS = 4;
  private static final int FEWEST_IN_TRIAL = 1 << 10;

  /** The fact of a codebook that names its network: the digest of the checkpoint. */
  public static final String NETWORK = "network";

  /** Fewer items than centroids would be learnt by heart. */
  private static final int FEWEST_ITEMS = 256;

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
   * @param bytes of a behaviour's codes, over all fields, and over all heads if each has its own;
   *     at least one sub-code a field and head
   * @param queryWeight share of the query in a pair; must be that of the replay; with a network it
   *     has its own
   * @param model checkpoint of the network whose fields are quantised; null: the data set's own
   *     vectors
   * @param trainOn which items to learn from
   * @param seed of sample and k-means
   * @param threads to train on
   * @param form of the codes
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
      int threads,
      CodeForm form) {

    /** Plain product quantisation. */
    public Options(
        Path data,
        Path out,
        boolean overwrite,
        int bytes,
        float queryWeight,
        Path model,
        TrainOn trainOn,
        long seed,
        int threads) {
      this(data, out, overwrite, bytes, queryWeight, model, trainOn, seed, threads, CodeForm.PLAIN);
    }
  }

  private final Options options;
  private final Dataset dataset;
  private final Catalogue catalogue;
  private final QueryTable queries;
  private final List<FieldVectors> heads; // or one for all
  private final TreeMap<String, String> facts = new TreeMap<>();

  private CatalogueQuantizer(
      Options options, Dataset dataset, Catalogue catalogue, QueryTable queries) {
    this.options = options;
    this.dataset = dataset;
    this.catalogue = catalogue;
    this.queries = queries;
    this.heads = options.model() == null ? ownVectors() : networkFields();
  }

  private List<FieldVectors> ownVectors() {
    if (options.form().perHead()) {
      throw new IllegalArgumentException(
          "codes per head of the data set's own vectors, expected a network, which has heads");
    }
    FieldLayout own = FieldLayout.of(dataset.descriptor().schema(), options.queryWeight());
    return List.of(new PairEmbedder(catalogue, queries, own));
  }

  private List<FieldVectors> networkFields() {
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
    TrainedNetwork network = NetworkLoader.load(checkpoint, catalogue, queries);
    if (!options.form().perHead()) {
      return List.of(new NetworkFields(network));
    }
    List<FieldVectors> perHead = new ArrayList<>();
    for (int h = 0; h < network.spec().heads(); h++) {
      perHead.add(new HeadFields(network, h));
    }
    return perHead;
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
    int[] budgets = budgets();
    int[] items = items();
    facts.put("train-on", options.trainOn().name().toLowerCase(Locale.ROOT));
    if (options.form().threshold() > 0) {
      facts.put("anisotropic", Float.toString(options.form().threshold()));
    }
    facts.put("seed", Long.toString(options.seed()));
    List<MultiModalCodebook> codebooks = new ArrayList<>();
    for (int h = 0; h < heads.size(); h++) {
      String prefix = options.form().perHead() ? "head-" + h + "." : "";
      codebooks.add(train(heads.get(h), budgets[h], items, prefix));
    }
    CodebookSet set = new CodebookSet(options.form().perHead(), codebooks);
    try {
      CodebookFolder.write(
          options.out(),
          options.overwrite(),
          set,
          dataset.catalogueDigest(),
          facts,
          catalogue.size(),
          itemEncoder(set),
          queries.size(),
          queryEncoder(set));
    } catch (FileAlreadyExistsException e) {
      throw new DatasetException(
          new Problem(options.out().toString(), -1, "", "something there already", "a free name"),
          e);
    } catch (IOException e) {
      throw new DatasetException("cannot write the codebook " + options.out() + ": " + e, e);
    }
    return facts;
  }

  /** (heads): sub-codes of each, as equal as whole bytes can be. */
  private int[] budgets() {
    FieldLayout layout = heads.get(0).layout();
    CodeForm form = options.form();
    int n = heads.size();
    int[] budgets = new int[n];
    int most = Arrays.stream(layout.dimensions()).map(form::mostSubcodes).sum();
    for (int h = 0; h < n; h++) {
      budgets[h] = form.subcodes(options.bytes() / n + (h < options.bytes() % n ? 1 : 0));
      if (budgets[h] < layout.fields()) {
        throw new IllegalArgumentException(
            options.bytes()
                + " bytes a behaviour are fewer than "
                + form.bits()
                + " bits for each of the fields "
                + layout.names()
                + (form.perHead() ? " of " + n + " heads" : "")
                + ", expected at least "
                + n * ((layout.fields() * form.bits() + 7) / 8));
      }
      if (budgets[h] > most) {
        throw new IllegalArgumentException(
            options.bytes()
                + " bytes a behaviour are more than the fields "
                + layout.names()
                + " can use, expected at most "
                + n * (most * form.bits() / 8));
      }
    }
    return budgets;
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

  private MultiModalCodebook train(FieldVectors vectors, int budget, int[] items, String prefix) {
    FieldLayout layout = vectors.layout();
    int[] subcodes = allocate(vectors, budget, items);
    List<MultiModalCodebook.Field> fields = new ArrayList<>();
    for (int f = 0; f < layout.fields(); f++) {
      fields.add(
          new MultiModalCodebook.Field(
              layout.names().get(f),
              isQuery(layout, f) ? MultiModalCodebook.Source.QUERY : MultiModalCodebook.Source.ITEM,
              layout.weights()[f],
              train(vectors, f, subcodes[f], items, prefix + "field-" + f)));
    }
    return new MultiModalCodebook(fields);
  }

  private static boolean isQuery(FieldLayout layout, int field) {
    return layout.hasQuery() && field == 0;
  }

  /** (fields): sub-codes of each. */
  private int[] allocate(FieldVectors vectors, int budget, int[] items) {
    FieldLayout layout = vectors.layout();
    int[] most = new int[layout.fields()];
    IntToDoubleFunction[] errors = new IntToDoubleFunction[layout.fields()];
    for (int f = 0; f < layout.fields(); f++) {
      int dimension = layout.dimensions()[f];
      FieldSample sample = sample(vectors, f, items, TRIAL_SAMPLE);
      FieldSample[] halves = sample.halves(dimension, FEWEST_IN_TRIAL);
      double weight = sample.share() * layout.weights()[f] * layout.weights()[f];
      most[f] = options.form().mostSubcodes(dimension);
      errors[f] =
          n ->
              weight
                  * options
                      .form()
                      .train(
                          halves[0].vectors(),
                          halves[0].n(),
                          dimension,
                          trainingOptions(n, false).withIterations(TRIAL_ITERATIONS))
                      .meanSquaredError(halves[1].vectors(), halves[1].n());
    }
    if (layout.hasQuery()) {
      int others = Arrays.stream(most).skip(1).sum();
      most[0] = Math.min(most[0], Math.max(budget / layout.fields(), budget - others));
    }
    return SubcodeAllocation.deal(budget, most, errors);
  }

  private TrainingOptions trainingOptions(int subcodes, boolean reserveZero) {
    return TrainingOptions.of(subcodes, options.seed())
        .withReserveZero(reserveZero)
        .withThreads(options.threads());
  }

  private FieldSample sample(FieldVectors vectors, int field, int[] items, int most) {
    FieldLayout layout = vectors.layout();
    boolean query = isQuery(layout, field);
    FieldSample sample =
        FieldSample.draw(
            query ? IntStream.range(0, queries.size()).toArray() : items,
            most,
            layout.dimensions()[field],
            options.seed() + field,
            query ? vectors::query : (item, out, offset) -> vectors.item(field, item, out, offset));
    if (query && vectors.hasQuery(Query.BROWSE_ORDINAL)) {
      // Many behaviours are browsing, so this one vector counts for as much as all the others: an
      // error in it would shift every such behaviour against every searched one.
      float[] browsing = new float[layout.dimensions()[field]];
      vectors.query(Query.BROWSE_ORDINAL, browsing, 0);
      return sample.with(browsing);
    }
    if (sample.n() == 0) {
      throw new IllegalArgumentException(
          "field "
              + layout.names().get(field)
              + " has no vector to train on, expected at least one");
    }
    return sample;
  }

  private boolean anyAbsent(FieldVectors vectors, int field) {
    return isQuery(vectors.layout(), field)
        ? IntStream.range(0, queries.size()).anyMatch(query -> !vectors.hasQuery(query))
        : IntStream.range(0, catalogue.size()).anyMatch(item -> !vectors.hasItem(field, item));
  }

  private Quantizer train(
      FieldVectors vectors, int field, int subcodes, int[] items, String prefix) {
    FieldLayout layout = vectors.layout();
    FieldSample sample = sample(vectors, field, items, SAMPLE);
    Quantizer quantizer =
        options
            .form()
            .train(
                sample.vectors(),
                sample.n(),
                layout.dimensions()[field],
                trainingOptions(subcodes, anyAbsent(vectors, field)));
    facts.put(prefix + ".name", layout.names().get(field));
    facts.put(prefix + ".vectors", Integer.toString(sample.n()));
    facts.put(prefix + ".subcodes", Integer.toString(subcodes));
    facts.put(
        prefix + ".squared-error",
        Double.toString(quantizer.meanSquaredError(sample.vectors(), sample.n())));
    return quantizer;
  }

  private CodebookFolder.Encoder itemEncoder(CodebookSet codebooks) {
    float[] vector = new float[heads.get(0).layout().dimension()];
    return (item, code) -> {
      int start = 0;
      for (int h = 0; h < heads.size(); h++) {
        FieldVectors vectors = heads.get(h);
        MultiModalCodebook codebook = codebooks.of(h);
        for (int f = 0; f < vectors.layout().fields(); f++) {
          if (isQuery(vectors.layout(), f)) {
            continue;
          }
          int at = start + codebook.codeStart(f) - codebook.querySubcodes();
          if (vectors.item(f, item, vector, 0)) {
            codebook.encodeField(f, vector, 0, code, at);
          } else {
            codebook.encodeAbsent(f, code, at);
          }
        }
        start += codebook.itemSubcodes();
      }
    };
  }

  private CodebookFolder.Encoder queryEncoder(CodebookSet codebooks) {
    float[] vector = new float[heads.get(0).layout().dimension()];
    return (query, code) -> {
      int start = 0;
      for (int h = 0; h < heads.size(); h++) {
        FieldVectors vectors = heads.get(h);
        MultiModalCodebook codebook = codebooks.of(h);
        if (!vectors.layout().hasQuery()) {
          continue;
        }
        if (vectors.query(query, vector, 0)) {
          codebook.encodeField(0, vector, 0, code, start);
        } else {
          codebook.encodeAbsent(0, code, start);
        }
        start += codebook.querySubcodes();
      }
    };
  }
}
