package io.seminar.sessions;

import io.seminar.sessions.DatasetDescriptor.Counts;
import io.seminar.sessions.DatasetDescriptor.DataFile;
import io.seminar.sessions.DatasetDescriptor.Kind;
import io.seminar.sessions.DatasetDescriptor.TimeRange;
import io.seminar.sessions.arrow.ArrowOutput;
import io.seminar.sessions.arrow.ArrowOutput.Compression;
import io.seminar.sessions.arrow.Publication;
import io.seminar.sessions.arrow.RecordBatchBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes a data set: items and queries first, then the users that name them. All of it lies in a
 * temporary folder beside {@code out} until {@link #finish} renames it; closing without {@code
 * finish} removes it. The bytes are a function of what was added, in its order.
 *
 * <p>Memory: one record batch (at most about 16 MiB of catalogue, 4 MiB of users, or one user if
 * that user is larger), 32 to 64 bytes an item or query to find duplicate ids, 8 bytes an item to
 * count its occurrences. Nothing grows with the number of users. Not for use by several threads.
 */
public final class DatasetWriter implements AutoCloseable {
  private static final int COUNTS_BATCH_ROWS = 1 << 20;

  /**
   * When a batch or file is full.
   *
   * @param catalogueRows items or queries a record batch
   * @param catalogueBytes uncompressed bytes a record batch of them
   * @param userRows users a record batch
   * @param userBytes uncompressed bytes a record batch of users, unless a single user has more
   * @param fileBytes bytes after which the next batch goes to a new file
   */
  record Limits(
      int catalogueRows, long catalogueBytes, int userRows, long userBytes, long fileBytes) {
    static final Limits STANDARD = new Limits(1 << 16, 16L << 20, 4096, 4L << 20, 256L << 20);
  }

  private final Path out;
  private final DatasetSchema schema;
  private final boolean overwrite;
  private final Limits limits;
  private final Path temporary;

  private final CatalogueBatch itemBatch;
  private final CatalogueBatch queryBatch;
  private final UserBatch userBatch = new UserBatch();
  private final RollingOutput itemFiles;
  private final RollingOutput queryFiles;
  private final RollingOutput userFiles;
  private final RowValidator itemRules;
  private final RowValidator queryRules;
  private final RowValidator userRules;
  private final IdSet itemIds = new IdSet();
  private final IdSet queryIds = new IdSet();

  private int items;
  private int queries;
  private long users;
  private long events;
  private long requests;
  private long impressions;
  private long clicks;
  private int longestHistory;
  private final TimeQuantiles requestTimes = new TimeQuantiles();
  private long firstTime = Long.MAX_VALUE;
  private long lastTime = Long.MIN_VALUE;
  private int[] itemEvents = new int[1024];
  private int[] itemImpressions = new int[1024];
  private boolean finished;
  private boolean closed;

  private DatasetWriter(Path out, DatasetSchema schema, boolean overwrite, Limits limits)
      throws IOException {
    this.out = out;
    this.schema = schema;
    this.overwrite = overwrite;
    this.limits = limits;
    temporary = Publication.temporaryBeside(out);
    Files.createDirectory(temporary);
    int[] dimensions = schema.modalities().stream().mapToInt(Modality::dimension).toArray();
    itemBatch = new CatalogueBatch(true, dimensions);
    queryBatch =
        schema.queryDimension() == 0
            ? new CatalogueBatch(false)
            : new CatalogueBatch(false, schema.queryDimension());
    itemFiles =
        new RollingOutput(
            temporary, Kind.ITEMS, Columns.items(schema), Compression.NONE, limits.fileBytes);
    queryFiles =
        new RollingOutput(
            temporary, Kind.QUERIES, Columns.queries(schema), Compression.NONE, limits.fileBytes);
    userFiles =
        new RollingOutput(
            temporary, Kind.USERS, Columns.users(), Compression.LZ4, limits.fileBytes);
    itemRules = new RowValidator("items", schema);
    queryRules = new RowValidator("queries", schema);
    userRules = new RowValidator("users", schema);
    addQuery(Query.BROWSE);
  }

  /**
   * Begins a data set.
   *
   * @param out the folder to be; its parents are made
   * @param overwrite whether a data set, or an empty folder, at {@code out} may be replaced when
   *     the new one is complete
   * @throws DatasetException if {@code out} exists and may not be replaced, or nothing can be
   *     written there
   */
  public static DatasetWriter create(Path out, DatasetSchema schema, boolean overwrite) {
    return create(out, schema, overwrite, Limits.STANDARD);
  }

  static DatasetWriter create(Path out, DatasetSchema schema, boolean overwrite, Limits limits) {
    try {
      checkReplaceable(out, overwrite);
      return new DatasetWriter(out, schema, overwrite, limits);
    } catch (IOException e) {
      throw new DatasetException("cannot write a data set at " + out + ": " + e, e);
    }
  }

  private static void checkReplaceable(Path out, boolean overwrite) throws IOException {
    if (!Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!overwrite) {
      throw new DatasetException(
          new Problem(out.toString(), -1, "", "something there already", "a new name"));
    }
    if (!Files.isDirectory(out, LinkOption.NOFOLLOW_LINKS)) {
      throw new DatasetException(
          new Problem(out.toString(), -1, "", "no folder", "a data set to overwrite"));
    }
    try (Stream<Path> entries = Files.list(out)) {
      if (entries.findAny().isPresent() && !Files.exists(out.resolve(DatasetFile.NAME))) {
        throw new DatasetException(
            new Problem(
                out.toString(),
                -1,
                "",
                "a folder without " + DatasetFile.NAME,
                "a data set, since a folder of something else is never overwritten"));
      }
    }
  }

  /**
   * Adds an item.
   *
   * @return its ordinal: 0, 1, 2…
   * @throws DatasetException if the item breaks a rule; nothing is added then
   */
  public int addItem(Item item) {
    refuse(itemRules.check(items, item));
    if (!itemIds.add(item.id())) {
      refuse(duplicate("items", items, item.id()));
    }
    if (items == itemEvents.length) {
      itemEvents = Arrays.copyOf(itemEvents, 2 * items);
      itemImpressions = Arrays.copyOf(itemImpressions, 2 * items);
    }
    itemBatch.add(item.id(), item.category(), item.attributes(), item.vectors());
    if (isFull(itemBatch)) {
      itemBatch.writeTo(itemFiles.next());
    }
    return items++;
  }

  /**
   * Adds a query. The browse query is there already.
   *
   * @return its ordinal: 1, 2, 3…
   * @throws DatasetException if the query breaks a rule; nothing is added then
   */
  public int addQuery(Query query) {
    refuse(queryRules.check(queries, query));
    if (!queryIds.add(query.id())) {
      refuse(duplicate("queries", queries, query.id()));
    }
    queryBatch.add(query.id(), 0, query.tokens(), new float[][] {query.vector()});
    if (isFull(queryBatch)) {
      queryBatch.writeTo(queryFiles.next());
    }
    return queries++;
  }

  /**
   * Adds a user, who names only items and queries added before.
   *
   * @throws DatasetException if the user breaks a rule; nothing is added then, and the next user
   *     may follow
   */
  public void addUser(User user) {
    refuse(userRules.check(users, user, items, queries));
    long bytes = UserBatch.bytes(user);
    if (userBatch.users() > 0 && userBatch.bytes() + bytes > limits.userBytes) {
      userBatch.writeTo(userFiles.next());
    }
    userBatch.add(user);
    count(user);
    if (userBatch.users() == limits.userRows || userBatch.bytes() >= limits.userBytes) {
      userBatch.writeTo(userFiles.next());
    }
  }

  private void count(User user) {
    users++;
    History history = user.history();
    events += history.length();
    longestHistory = Math.max(longestHistory, history.length());
    if (history.length() > 0) {
      firstTime = Math.min(firstTime, history.time()[0]);
      lastTime = Math.max(lastTime, history.time()[history.length() - 1]);
    }
    for (int item : history.item()) {
      itemEvents[item]++;
    }
    for (Request request : user.requests()) {
      firstTime = Math.min(firstTime, request.time());
      lastTime = Math.max(lastTime, request.time());
      requestTimes.add(request.time());
      impressions += request.length();
      for (int i = 0; i < request.length(); i++) {
        itemImpressions[request.item()[i]]++;
        if (request.label()[i] > 0) {
          clicks++;
        }
      }
    }
    requests += user.requests().size();
  }

  /**
   * Completes the data set: flushes it to disk and gives the folder its name.
   *
   * @param origin where the data came from, in words
   * @param notes what is fact, what was constructed, options…
   * @return what {@code dataset.json} says
   * @throws DatasetException if it cannot be written, or something has appeared at {@code out}
   *     meanwhile
   */
  public DatasetDescriptor finish(String origin, Map<String, String> notes) {
    if (finished || closed) {
      throw new IllegalStateException("the data set at " + out + " is finished or closed already");
    }
    try {
      if (itemBatch.rows() > 0) {
        itemBatch.writeTo(itemFiles.next());
      }
      if (queryBatch.rows() > 0) {
        queryBatch.writeTo(queryFiles.next());
      }
      if (userBatch.users() > 0) {
        userBatch.writeTo(userFiles.next());
      }
      List<DataFile> catalogue = new ArrayList<>(itemFiles.finish());
      catalogue.addAll(queryFiles.finish());
      List<DataFile> files = new ArrayList<>(catalogue);
      files.addAll(userFiles.finish());
      files.addAll(writeItemCounts());
      DatasetDescriptor descriptor =
          new DatasetDescriptor(
              DatasetDescriptor.SCHEMA_VERSION,
              origin,
              notes,
              schema,
              new Counts(
                  items, queries, users, events, requests, impressions, clicks, longestHistory),
              firstTime > lastTime ? null : new TimeRange(firstTime, lastTime),
              requestTimes.quantile(0.5),
              files,
              DatasetFile.digest(schema, files),
              DatasetFile.digest(schema, catalogue));
      DatasetFile.write(temporary, descriptor);
      Publication.force(temporary);
      // Something else may have appeared there meanwhile.
      checkReplaceable(out, overwrite);
      Publication.publish(temporary, out, overwrite);
      finished = true;
      return descriptor;
    } catch (IOException e) {
      throw new DatasetException("cannot write a data set at " + out + ": " + e, e);
    }
  }

  private List<DataFile> writeItemCounts() {
    try (RollingOutput file =
        new RollingOutput(
            temporary, Kind.ITEM_COUNTS, Columns.itemCounts(), Compression.LZ4, Long.MAX_VALUE)) {
      ColumnBuffer eventColumn = new ColumnBuffer();
      ColumnBuffer impressionColumn = new ColumnBuffer();
      for (int from = 0; from < items; from += COUNTS_BATCH_ROWS) {
        int to = Math.min(items, from + COUNTS_BATCH_ROWS);
        eventColumn.clear();
        eventColumn.putInts(Arrays.copyOfRange(itemEvents, from, to));
        impressionColumn.clear();
        impressionColumn.putInts(Arrays.copyOfRange(itemImpressions, from, to));
        ArrowOutput target = file.next();
        try (RecordBatchBuilder batch = new RecordBatchBuilder(target.allocator())) {
          batch
              .fixed(to - from, eventColumn.content())
              .fixed(to - from, impressionColumn.content());
          target.writeBatch(batch.build(to - from));
        }
      }
      return file.finish();
    }
  }

  /** Frees the memory; without {@link #finish} it removes all that was written. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (userFiles;
        queryFiles;
        itemFiles) {
      // Closed in turn, whatever one of them throws.
    } finally {
      if (!finished) {
        removeTemporary();
      }
    }
  }

  private void removeTemporary() {
    try {
      Publication.deleteTree(temporary);
    } catch (IOException e) {
      throw new DatasetException("cannot remove " + temporary + ": " + e, e);
    }
  }

  private boolean isFull(CatalogueBatch batch) {
    return batch.rows() == limits.catalogueRows || batch.bytes() >= limits.catalogueBytes;
  }

  private static Problem duplicate(String file, long row, String id) {
    return new Problem(file, row, "id", "\"" + id + "\" a second time", "unique ids");
  }

  private static void refuse(Problem problem) {
    if (problem != null) {
      throw new DatasetException(problem);
    }
  }
}
