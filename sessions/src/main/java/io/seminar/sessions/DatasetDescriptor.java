package io.seminar.sessions;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What {@code dataset.json} says.
 *
 * @param schemaVersion of the data contract, {@link #SCHEMA_VERSION}
 * @param origin where the data came from, in words
 * @param notes what is fact, what was constructed, options of the importer…; sorted by key
 * @param schema the modalities and the query dimension
 * @param counts how much there is
 * @param time the time range of behaviours and requests; {@code null} where there are none
 * @param medianRequestTime time, in ms since 1970, before which about half of the requests lie and
 *     never more than half, to 1/32,768 of their range; {@code null} without requests
 * @param files every data file, in reading order
 * @param digest SHA-256 over schema and files: the identity of the data
 * @param catalogueDigest the same over items and queries only: what a codebook belongs to
 */
public record DatasetDescriptor(
    int schemaVersion,
    String origin,
    Map<String, String> notes,
    DatasetSchema schema,
    Counts counts,
    TimeRange time,
    Long medianRequestTime,
    List<DataFile> files,
    String digest,
    String catalogueDigest) {
  /** The version that this code writes and reads. */
  public static final int SCHEMA_VERSION = 1;

  public DatasetDescriptor {
    Objects.requireNonNull(origin, "origin");
    Objects.requireNonNull(schema, "schema");
    Objects.requireNonNull(counts, "counts");
    Objects.requireNonNull(digest, "digest");
    Objects.requireNonNull(catalogueDigest, "catalogueDigest");
    notes = Collections.unmodifiableMap(new TreeMap<>(notes));
    files = List.copyOf(files);
  }

  /**
   * Counts over the whole data set.
   *
   * @param items items of the catalogue
   * @param queries queries, the browse query among them
   * @param users users
   * @param events behaviours over all histories
   * @param requests requests
   * @param impressions impressions
   * @param clicks impressions with a label of 1 or more
   * @param longestHistory behaviours of the user who has most
   */
  public record Counts(
      int items,
      int queries,
      long users,
      long events,
      long requests,
      long impressions,
      long clicks,
      int longestHistory) {}

  /**
   * Both ends inclusive.
   *
   * @param first earliest time of a behaviour or request, ms since 1970
   * @param last latest
   */
  public record TimeRange(long first, long last) {}

  /**
   * A file of the data set.
   *
   * @param name within the folder
   * @param kind what its rows are
   * @param rows number of rows
   * @param bytes size on disk
   * @param sha256 of its bytes, lower-case hexadecimal
   */
  public record DataFile(String name, Kind kind, long rows, long bytes, String sha256) {
    public DataFile {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(sha256, "sha256");
      if (!name.matches("[a-z0-9-]+\\.arrow")) {
        throw new IllegalArgumentException("file name \"" + name + "\": expected name.arrow");
      }
    }
  }

  /** What the rows of a file are. */
  public enum Kind {
    ITEMS("items"),
    QUERIES("queries"),
    USERS("users"),
    ITEM_COUNTS("item-counts");

    private final String prefix;

    Kind(String prefix) {
      this.prefix = prefix;
    }

    /** How names of such files begin. */
    public String prefix() {
      return prefix;
    }
  }
}
