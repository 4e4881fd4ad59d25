package io.seminar.network.checkpoint;

import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.NetworkSpec;
import io.seminar.sessions.Dataset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was trained, on what, and how.
 *
 * @param stage how far
 * @param spec the network
 * @param shape of the catalogue it was made for
 * @param data the data set it was trained on
 * @param timeSplit what of that was for training
 * @param options of the training that decide its outcome: texts, numbers, booleans, lists and maps
 *     of these; a checkpoint that the training started from belongs here, by its digest
 * @param seed of every random choice
 * @param history an entry an epoch, oldest first: losses and measures by name; NaN where undefined
 * @param provenance where and by which code: revision, libraries, machine
 */
public record Description(
    Stage stage,
    NetworkSpec spec,
    CatalogueShape shape,
    Data data,
    TimeSplit timeSplit,
    SortedMap<String, Object> options,
    long seed,
    List<SortedMap<String, Double>> history,
    SortedMap<String, String> provenance) {
  /**
   * A data set.
   *
   * @param origin where it says it came from
   * @param digest of all of it
   * @param catalogueDigest of its items and queries only
   * @param examples how much of it there was to train and validate on, by name
   */
  public record Data(
      String origin, String digest, String catalogueDigest, SortedMap<String, Long> examples) {
    public Data {
      Objects.requireNonNull(origin, "data.origin");
      Objects.requireNonNull(digest, "data.digest");
      Objects.requireNonNull(catalogueDigest, "data.catalogueDigest");
      examples = sorted(examples);
    }

    /** What identifies a data set; no examples are counted. */
    public static Data of(Dataset dataset) {
      return new Data(
          dataset.descriptor().origin(),
          dataset.digest(),
          dataset.catalogueDigest(),
          new TreeMap<>());
    }

    /** The same with these counts. */
    public Data withExamples(SortedMap<String, Long> counts) {
      return new Data(origin, digest, catalogueDigest, counts);
    }
  }

  public Description {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(spec, "spec");
    Objects.requireNonNull(shape, "shape");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(timeSplit, "timeSplit");
    options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    history = history.stream().map(Description::sorted).toList();
    provenance = sorted(provenance);
  }

  private static <V> SortedMap<String, V> sorted(Map<String, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }

  /** The same with other options. */
  public Description withOptions(SortedMap<String, Object> others) {
    return new Description(stage, spec, shape, data, timeSplit, others, seed, history, provenance);
  }

  /** The same with another history. */
  public Description withHistory(List<SortedMap<String, Double>> epochs) {
    return new Description(stage, spec, shape, data, timeSplit, options, seed, epochs, provenance);
  }
}
