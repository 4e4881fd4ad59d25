package io.seminar.reports.store;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.ArrowInput;
import io.seminar.sessions.arrow.ArrowOutput;
import io.seminar.sessions.arrow.RecordBatchBuilder;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * {@code outcomes-00000.arrow}…: what every arm did with every request, one row an arm and request.
 * Any metric over pages can be computed from it later.
 *
 * <p>Invariant: a user's rows stand together in one record batch of one file. A batch is written
 * when it has reached {@link #BATCH_BYTES} and the user is complete, so it exceeds that by at most
 * one user. Per-impression columns are lists of equal length within a row; {@code recall} holds
 * impressions × retrieval Ks, impression-major. Buffers are LZ4 frames.
 */
public final class OutcomesFile {
  /** Size, before compression, at which a record batch is written. */
  public static final int BATCH_BYTES = 4 << 20;

  private static final String KIND = "outcomes";
  private static final String RETRIEVAL_KS = "seminar.retrieval_ks";

  private static final ArrowType TEXT = ArrowType.Utf8.INSTANCE;
  private static final ArrowType BOOL = ArrowType.Bool.INSTANCE;
  private static final ArrowType INT8 = new ArrowType.Int(8, true);
  private static final ArrowType INT16 = new ArrowType.Int(16, true);
  private static final ArrowType INT32 = new ArrowType.Int(32, true);
  private static final ArrowType INT64 = new ArrowType.Int(64, true);
  private static final ArrowType FLOAT32 =
      new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);

  private static final List<Field> FIELDS =
      List.of(
          scalar("arm", TEXT),
          scalar("user", TEXT),
          scalar("request", INT64),
          scalar("time", INT64),
          scalar("query", INT32),
          scalar("history_length", INT32),
          scalar("searched_share", FLOAT32),
          scalar("evaluated", BOOL),
          list("items", INT32),
          list("positions", INT16),
          list("labels", INT8),
          list("cold", BOOL),
          list("scores", FLOAT32),
          list("recall", FLOAT32),
          list("mass_kept", FLOAT32),
          list("output_cosine", FLOAT32),
          list("output_rel_l2", FLOAT32),
          scalar("retrieve_nanos", INT64),
          scalar("attend_nanos", INT64));

  private OutcomesFile() {}

  private static Field scalar(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  private static Field list(String name, ArrowType type) {
    return new Field(
        name, FieldType.notNullable(ArrowType.List.INSTANCE), List.of(scalar("item", type)));
  }

  private static Schema schema(int[] retrievalKs) {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("seminar.file", KIND + "/1");
    metadata.put(
        RETRIEVAL_KS,
        Arrays.stream(retrievalKs).mapToObj(Integer::toString).collect(Collectors.joining(",")));
    return new Schema(FIELDS, metadata);
  }

  /** Name of the file of a shard in the run folder. */
  public static String fileName(int shard) {
    return String.format(Locale.ROOT, "outcomes-%05d.arrow", shard);
  }

  static boolean isFileName(String name) {
    return name.matches("outcomes-\\d{5,}\\.arrow");
  }

  /**
   * A record batch of a file: whole users, and the smallest piece that can be read by itself.
   *
   * @param file path of the file
   * @param batch index of the batch in it
   * @param rows rows in the batch
   * @param bytes size on disk
   */
  public record Split(String file, int batch, int rows, long bytes) implements Serializable {}

  /**
   * The record batches of a file, in order; their messages are read, not their contents.
   *
   * @throws DatasetException if the file is not a readable outcomes file
   */
  public static List<Split> splits(Path file) {
    try (ArrowInput in = open(file)) {
      List<Split> splits = new ArrayList<>();
      for (int batch = 0; batch < in.batches(); batch++) {
        ArrowInput.BatchLayout layout = in.layout(batch);
        splits.add(new Split(file.toString(), batch, layout.rows(), layout.bytes()));
      }
      return splits;
    }
  }

  /**
   * Opens a file for writing under a temporary name.
   *
   * @param retrievalKs K at which recall is taken
   */
  public static Writer create(Path file, int[] retrievalKs) {
    return new Writer(file, retrievalKs.clone());
  }

  /**
   * Reads a whole file.
   *
   * @throws DatasetException if it is not a readable outcomes file
   */
  public static Reader read(Path file) {
    return new Reader(file, open(file), 0, Integer.MAX_VALUE);
  }

  /**
   * Reads one record batch.
   *
   * @throws DatasetException if the file is not a readable outcomes file or has no such batch
   */
  public static Reader read(Split split) {
    Path file = Path.of(split.file());
    return new Reader(file, open(file), split.batch(), split.batch() + 1);
  }

  private static ArrowInput open(Path file) {
    ArrowInput in = ArrowInput.open(file, new Schema(FIELDS));
    try {
      ArrowTable.checkKind(file, in.schema(), KIND + "/1");
      return in;
    } catch (DatasetException e) {
      in.close();
      throw e;
    }
  }

  /**
   * Writes outcomes. {@link #add} a user's rows one after the other, then {@link #endUser}; {@link
   * #finish} gives the file its name. Not for use by several threads.
   */
  public static final class Writer implements AutoCloseable {
    private final Path file;
    private final int retrievalKs;
    private final ArrowOutput out;
    private final Growing armOffsets = new Growing();
    private final Growing arm = new Growing();
    private final Growing userOffsets = new Growing();
    private final Growing user = new Growing();
    private final Growing request = new Growing();
    private final Growing time = new Growing();
    private final Growing query = new Growing();
    private final Growing historyLength = new Growing();
    private final Growing searchedShare = new Growing();
    private final Bits evaluated = new Bits();
    // Shared by all per-impression lists: they are equally long.
    private final Growing offsets = new Growing();
    private final Growing items = new Growing();
    private final Growing positions = new Growing();
    private final Growing labels = new Growing();
    private final Bits cold = new Bits();
    private final Growing scores = new Growing();
    private final Growing recallOffsets = new Growing();
    private final Growing recall = new Growing();
    private final Growing massKept = new Growing();
    private final Growing outputCosine = new Growing();
    private final Growing outputRelL2 = new Growing();
    private final Growing retrieveNanos = new Growing();
    private final Growing attendNanos = new Growing();
    private int rows;
    private int impressions;
    private String currentUser;
    private byte[] currentUserBytes = {};

    private Writer(Path file, int[] retrievalKs) {
      this.file = file;
      this.retrievalKs = retrievalKs.length;
      this.out = ArrowOutput.create(file, schema(retrievalKs), ArrowOutput.Compression.LZ4);
      startBatch();
    }

    /**
     * Appends a row of the current user.
     *
     * @throws IllegalArgumentException if the row belongs to another user than the rows since the
     *     last {@link #endUser}, or was made for another number of K
     */
    public void add(OutcomeRow row) {
      if (row.retrievalKs() != retrievalKs) {
        throw new IllegalArgumentException(
            row + ": found " + row.retrievalKs() + " retrieval Ks, expected " + retrievalKs);
      }
      if (currentUser == null) {
        currentUser = row.user;
        currentUserBytes = row.user.getBytes(StandardCharsets.UTF_8);
      } else if (!currentUser.equals(row.user)) {
        throw new IllegalArgumentException(
            row + ": expected user " + currentUser + ", whose rows are not ended");
      }
      int n = row.impressions;
      arm.put(row.arm.getBytes(StandardCharsets.UTF_8));
      armOffsets.putInt(arm.size());
      user.put(currentUserBytes);
      userOffsets.putInt(user.size());
      request.putLong(row.request);
      time.putLong(row.time);
      query.putInt(row.query);
      historyLength.putInt(row.historyLength);
      searchedShare.putFloat(row.searchedShare);
      evaluated.put(row.evaluated);
      impressions = Math.addExact(impressions, n);
      offsets.putInt(impressions);
      items.put(row.items, n);
      positions.put(row.positions, n);
      labels.put(row.labels, n);
      for (int i = 0; i < n; i++) {
        cold.put(row.cold[i]);
      }
      scores.put(row.scores, n);
      recallOffsets.putInt(Math.multiplyExact(impressions, retrievalKs));
      recall.put(row.recall, n * retrievalKs);
      massKept.put(row.massKept, n);
      outputCosine.put(row.outputCosine, n);
      outputRelL2.put(row.outputRelL2, n);
      retrieveNanos.putLong(row.retrieveNanos);
      attendNanos.putLong(row.attendNanos);
      rows++;
    }

    /** The current user's rows are complete. */
    public void endUser() {
      currentUser = null;
      // The columns of an impression, then those of a row.
      long bytes = (20L + 4L * retrievalKs) * impressions + 72L * rows + user.size() + arm.size();
      if (bytes >= BATCH_BYTES) {
        writeBatch();
      }
    }

    /**
     * Writes what is left and gives the file its name.
     *
     * @throws IllegalStateException if the last user was not ended
     */
    public void finish() {
      if (currentUser != null) {
        throw new IllegalStateException(file + ": the rows of user " + currentUser + " not ended");
      }
      if (rows > 0) {
        writeBatch();
      }
      out.finish();
    }

    /** Without {@link #finish}, removes what was written. */
    @Override
    public void close() {
      out.close();
    }

    private void startBatch() {
      rows = 0;
      impressions = 0;
      for (Growing column :
          new Growing[] {
            arm,
            user,
            request,
            time,
            query,
            historyLength,
            searchedShare,
            items,
            positions,
            labels,
            scores,
            recall,
            massKept,
            outputCosine,
            outputRelL2,
            retrieveNanos,
            attendNanos
          }) {
        column.clear();
      }
      evaluated.clear();
      cold.clear();
      for (Growing starts : new Growing[] {armOffsets, userOffsets, offsets, recallOffsets}) {
        starts.clear();
        starts.putInt(0);
      }
    }

    private void writeBatch() {
      int n = impressions;
      try (RecordBatchBuilder batch = new RecordBatchBuilder(out.allocator())) {
        batch
            .utf8(rows, armOffsets.bytes(), arm.bytes())
            .utf8(rows, userOffsets.bytes(), user.bytes())
            .fixed(rows, request.bytes())
            .fixed(rows, time.bytes())
            .fixed(rows, query.bytes())
            .fixed(rows, historyLength.bytes())
            .fixed(rows, searchedShare.bytes())
            .fixed(rows, evaluated.bytes());
        perImpression(batch, n, items.bytes());
        perImpression(batch, n, positions.bytes());
        perImpression(batch, n, labels.bytes());
        perImpression(batch, n, cold.bytes());
        perImpression(batch, n, scores.bytes());
        batch.list(rows, recallOffsets.bytes()).fixed(n * retrievalKs, recall.bytes());
        perImpression(batch, n, massKept.bytes());
        perImpression(batch, n, outputCosine.bytes());
        perImpression(batch, n, outputRelL2.bytes());
        batch.fixed(rows, retrieveNanos.bytes()).fixed(rows, attendNanos.bytes());
        out.writeBatch(batch.build(rows));
      }
      startBatch();
    }

    private void perImpression(RecordBatchBuilder batch, int n, ByteBuffer values) {
      batch.list(rows, offsets.bytes()).fixed(n, values);
    }
  }

  /** Reads outcomes, a record batch at a time. Not for use by several threads. */
  public static final class Reader implements AutoCloseable {
    private final Path file;
    private final ArrowInput in;
    private final int endBatch;
    private final int[] retrievalKs;
    private final Texts arms = new Texts();
    private final Texts users = new Texts();
    private int nextBatch;
    private VectorSchemaRoot root;
    private int nextRow;

    private Reader(Path file, ArrowInput in, int firstBatch, int endBatch) {
      this.file = file;
      this.in = in;
      this.nextBatch = firstBatch;
      this.endBatch = Math.min(endBatch, in.batches());
      try {
        if (firstBatch > 0 && firstBatch >= in.batches()) {
          throw refused("", in.batches() + " record batches", "a record batch " + firstBatch);
        }
        this.retrievalKs = parseKs(in.schema().getCustomMetadata().get(RETRIEVAL_KS));
      } catch (DatasetException e) {
        in.close();
        throw e;
      }
    }

    private int[] parseKs(String text) {
      try {
        return text == null || text.isEmpty()
            ? new int[0]
            : Arrays.stream(text.split(",")).mapToInt(Integer::parseInt).toArray();
      } catch (NumberFormatException e) {
        throw refused("schema metadata " + RETRIEVAL_KS, text, "integers with commas between them");
      }
    }

    /** K at which recall was taken. */
    public int[] retrievalKs() {
      return retrievalKs.clone();
    }

    /** A row of the right shape for {@link #next}. */
    public OutcomeRow newRow() {
      return new OutcomeRow(retrievalKs.length);
    }

    /**
     * Fills {@code row} with the next row.
     *
     * @return false, and leaves {@code row} alone, when there is none
     * @throws DatasetException if the file is damaged
     */
    public boolean next(OutcomeRow row) {
      if (row.retrievalKs() != retrievalKs.length) {
        throw new IllegalArgumentException(
            "row: found "
                + row.retrievalKs()
                + " retrieval Ks, expected "
                + retrievalKs.length
                + " as in "
                + file);
      }
      while (root == null || nextRow == root.getRowCount()) {
        if (nextBatch >= endBatch) {
          return false;
        }
        root = in.load(nextBatch++);
        root.getFieldVectors().forEach(this::checkNoNulls);
        nextRow = 0;
      }
      fill(row, nextRow++);
      return true;
    }

    @Override
    public void close() {
      in.close();
    }

    private void checkNoNulls(FieldVector vector) {
      ArrowTable.checkNoNulls(file, vector);
      if (vector instanceof ListVector list) {
        ArrowTable.checkNoNulls(file, list.getDataVector());
      }
    }

    private void fill(OutcomeRow row, int r) {
      ListVector items = list("items");
      int n = items.getElementEndIndex(r) - items.getElementStartIndex(r);
      row.resize(n);
      row.arm = arms.get((VarCharVector) root.getVector("arm"), r);
      row.user = users.get((VarCharVector) root.getVector("user"), r);
      row.request = ((BigIntVector) root.getVector("request")).get(r);
      row.time = ((BigIntVector) root.getVector("time")).get(r);
      row.query = ((IntVector) root.getVector("query")).get(r);
      row.historyLength = ((IntVector) root.getVector("history_length")).get(r);
      row.searchedShare = ((Float4Vector) root.getVector("searched_share")).get(r);
      row.evaluated = ((BitVector) root.getVector("evaluated")).get(r) != 0;
      long from = start(items, r, n);
      ArrowBuf values = items.getDataVector().getDataBuffer();
      for (int i = 0; i < n; i++) {
        row.items[i] = values.getInt((from + i) * Integer.BYTES);
      }
      ListVector positions = list("positions");
      from = start(positions, r, n);
      values = positions.getDataVector().getDataBuffer();
      for (int i = 0; i < n; i++) {
        row.positions[i] = values.getShort((from + i) * Short.BYTES);
      }
      ListVector labels = list("labels");
      from = start(labels, r, n);
      values = labels.getDataVector().getDataBuffer();
      for (int i = 0; i < n; i++) {
        row.labels[i] = values.getByte(from + i);
      }
      ListVector cold = list("cold");
      from = start(cold, r, n);
      values = cold.getDataVector().getDataBuffer();
      for (int i = 0; i < n; i++) {
        row.cold[i] = (values.getByte((from + i) >> 3) >> ((from + i) & 7) & 1) != 0;
      }
      floats(list("scores"), r, n, row.scores);
      floats(list("recall"), r, n * retrievalKs.length, row.recall);
      floats(list("mass_kept"), r, n, row.massKept);
      floats(list("output_cosine"), r, n, row.outputCosine);
      floats(list("output_rel_l2"), r, n, row.outputRelL2);
      row.retrieveNanos = ((BigIntVector) root.getVector("retrieve_nanos")).get(r);
      row.attendNanos = ((BigIntVector) root.getVector("attend_nanos")).get(r);
    }

    private ListVector list(String name) {
      return (ListVector) root.getVector(name);
    }

    private void floats(ListVector list, int r, int n, float[] target) {
      long from = start(list, r, n);
      ArrowBuf values = list.getDataVector().getDataBuffer();
      for (int i = 0; i < n; i++) {
        target[i] = values.getFloat((from + i) * Float.BYTES);
      }
    }

    /** Where the row's list begins, once its length is found right. */
    private long start(ListVector list, int r, int n) {
      int from = list.getElementStartIndex(r);
      int length = list.getElementEndIndex(r) - from;
      if (length != n) {
        throw refused(
            list.getName(),
            length + " values in row " + r + " of record batch " + (nextBatch - 1),
            n + " values, as the row's items ask for");
      }
      return from;
    }

    private DatasetException refused(String field, String found, String expected) {
      return new DatasetException(new Problem(file.toString(), -1, field, found, expected));
    }
  }

  /** The string made last, for as long as the column repeats itself. */
  private static final class Texts {
    private static final int REMEMBERED = 16;
    private final List<byte[]> bytes = new ArrayList<>();
    private final List<String> strings = new ArrayList<>();

    String get(VarCharVector column, int row) {
      long start = column.getStartOffset(row);
      int length = column.getValueLength(row);
      ArrowBuf values = column.getDataBuffer();
      for (int i = bytes.size() - 1; i >= 0; i--) {
        if (same(bytes.get(i), values, start, length)) {
          return strings.get(i);
        }
      }
      if (bytes.size() == REMEMBERED) {
        bytes.clear();
        strings.clear();
      }
      byte[] text = new byte[length];
      values.getBytes(start, text);
      bytes.add(text);
      strings.add(new String(text, StandardCharsets.UTF_8));
      return strings.get(strings.size() - 1);
    }

    private static boolean same(byte[] known, ArrowBuf values, long start, int length) {
      if (known.length != length) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (known[i] != values.getByte(start + i)) {
          return false;
        }
      }
      return true;
    }
  }

  /** A column of fixed width, or the bytes of strings, in little-endian order. */
  private static final class Growing {
    private ByteBuffer buffer = ByteBuffer.allocate(1 << 10).order(ByteOrder.LITTLE_ENDIAN);

    void clear() {
      buffer.clear();
    }

    int size() {
      return buffer.position();
    }

    /** The contents, from position to limit; valid until the next change. */
    ByteBuffer bytes() {
      return buffer.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip();
    }

    void putInt(int value) {
      room(Integer.BYTES);
      buffer.putInt(value);
    }

    void putLong(long value) {
      room(Long.BYTES);
      buffer.putLong(value);
    }

    void putFloat(float value) {
      room(Float.BYTES);
      buffer.putFloat(value);
    }

    void put(byte value) {
      room(1);
      buffer.put(value);
    }

    void put(byte[] values) {
      put(values, values.length);
    }

    void put(byte[] values, int n) {
      room(n);
      buffer.put(values, 0, n);
    }

    void put(short[] values, int n) {
      room((long) n * Short.BYTES);
      buffer.asShortBuffer().put(values, 0, n);
      buffer.position(buffer.position() + n * Short.BYTES);
    }

    void put(int[] values, int n) {
      room((long) n * Integer.BYTES);
      buffer.asIntBuffer().put(values, 0, n);
      buffer.position(buffer.position() + n * Integer.BYTES);
    }

    void put(float[] values, int n) {
      room((long) n * Float.BYTES);
      buffer.asFloatBuffer().put(values, 0, n);
      buffer.position(buffer.position() + n * Float.BYTES);
    }

    private void room(long bytes) {
      if (buffer.remaining() < bytes) {
        long size = Math.max(buffer.position() + bytes, 2L * buffer.capacity());
        // A user whose rows fill 2 GiB cannot stand in one record batch.
        buffer =
            ByteBuffer.allocate(Math.toIntExact(size))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(buffer.flip());
      }
    }
  }

  /** A column of bits, least significant first. */
  private static final class Bits {
    private final Growing full = new Growing();
    private int count;
    private int open;

    void clear() {
      full.clear();
      count = 0;
      open = 0;
    }

    void put(boolean bit) {
      if (bit) {
        open |= 1 << (count & 7);
      }
      count++;
      if ((count & 7) == 0) {
        full.put((byte) open);
        open = 0;
      }
    }

    /** The contents; no bit may be put after this. */
    ByteBuffer bytes() {
      if ((count & 7) != 0) {
        full.put((byte) open);
      }
      return full.bytes();
    }
  }
}
