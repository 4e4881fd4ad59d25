package io.seminar.sessions;

import io.seminar.sessions.arrow.ArrowInput;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * Reads the users of one split in order. A row that breaks a rule does not stop the reader: it is
 * handed out as a problem. Holds one record batch. Not for use by several threads.
 *
 * <pre>{@code
 * try (UserReader reader = dataset.readUsers(split)) {
 *   while (reader.next()) {
 *     if (reader.problem() == null) {
 *       use(reader.user());
 *     } else {
 *       setAside(reader.problem());
 *     }
 *   }
 * }
 * }</pre>
 */
public final class UserReader implements AutoCloseable {
  private final ArrowInput input;
  private final UserSplit split;
  private final int items;
  private final int queries;
  private final RowValidator rules;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

  private VarCharVector ids;
  private int rows;
  private int[] historyOffsets;
  private StructVector event;
  private BigIntVector eventTime;
  private IntVector eventItem;
  private IntVector eventQuery;
  private TinyIntVector eventAction;
  private int[] requestOffsets;
  private StructVector request;
  private BigIntVector requestId;
  private BigIntVector requestTime;
  private IntVector requestQuery;
  private ListVector impressions;
  private int[] impressionOffsets;
  private StructVector impression;
  private IntVector impressionItem;
  private SmallIntVector impressionPosition;
  private TinyIntVector impressionLabel;
  private Float4Vector impressionPropensity;
  private boolean propensityNulls;

  /** Columns that hold nulls although they must not. */
  private List<NullColumn> nullColumns = List.of();

  private int row = -1;
  private String userId;
  private User user;
  private Problem problem;

  /** What an entry of a column belongs to. */
  private enum Level {
    USER,
    EVENT,
    REQUEST,
    IMPRESSION
  }

  /** A column with nulls; {@code name} is empty for the struct itself. */
  private record NullColumn(FieldVector vector, Level level, String name) {}

  private UserReader(Dataset dataset, UserSplit split, ArrowInput input) {
    this.input = input;
    this.split = split;
    items = dataset.descriptor().counts().items();
    queries = dataset.descriptor().counts().queries();
    rules = new RowValidator(split.file(), dataset.descriptor().schema());
    bind(input.load(split.batch()));
  }

  static UserReader open(Dataset dataset, UserSplit split) {
    ArrowInput input = ArrowInput.open(dataset.folder().resolve(split.file()), Columns.users());
    try {
      if (split.batch() >= input.batches() || input.layout(split.batch()).rows() != split.rows()) {
        throw new DatasetException(
            new Problem(
                split.file(),
                -1,
                "",
                input.batches() + " record batches, or other rows",
                "record batch " + split.batch() + " of " + split.rows() + " rows"));
      }
      return new UserReader(dataset, split, input);
    } catch (RuntimeException e) {
      input.close();
      throw e;
    }
  }

  private void bind(VectorSchemaRoot root) {
    rows = root.getRowCount();
    ids = (VarCharVector) root.getVector(0);

    ListVector history = (ListVector) root.getVector(1);
    historyOffsets = ColumnReader.offsets(history);
    event = (StructVector) history.getDataVector();
    List<FieldVector> eventColumns = event.getChildrenFromFields();
    eventTime = (BigIntVector) eventColumns.get(0);
    eventItem = (IntVector) eventColumns.get(1);
    eventQuery = (IntVector) eventColumns.get(2);
    eventAction = (TinyIntVector) eventColumns.get(3);

    ListVector requests = (ListVector) root.getVector(2);
    requestOffsets = ColumnReader.offsets(requests);
    request = (StructVector) requests.getDataVector();
    List<FieldVector> requestColumns = request.getChildrenFromFields();
    requestId = (BigIntVector) requestColumns.get(0);
    requestTime = (BigIntVector) requestColumns.get(1);
    requestQuery = (IntVector) requestColumns.get(2);

    impressions = (ListVector) requestColumns.get(3);
    impressionOffsets = ColumnReader.offsets(impressions);
    impression = (StructVector) impressions.getDataVector();
    List<FieldVector> impressionColumns = impression.getChildrenFromFields();
    impressionItem = (IntVector) impressionColumns.get(0);
    impressionPosition = (SmallIntVector) impressionColumns.get(1);
    impressionLabel = (TinyIntVector) impressionColumns.get(2);
    impressionPropensity = (Float4Vector) impressionColumns.get(3);
    propensityNulls = impressionPropensity.getNullCount() > 0;
    findNullColumns(history, requests);
  }

  /** Moves to the next user; false after the last. */
  public boolean next() {
    userId = null;
    user = null;
    problem = null;
    if (row + 1 >= rows) {
      row = rows;
      return false;
    }
    row++;
    decode();
    return true;
  }

  /** Passes over the next {@code n} users, without a look at them; stops at the last. */
  public void skip(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("n: found " + n + ", expected at least 0");
    }
    row = (int) Math.min((long) row + n, rows - 1);
  }

  /** The user, or {@code null} where there is a {@link #problem}. */
  public User user() {
    return user;
  }

  /** What is wrong with the row, or {@code null} where there is a {@link #user}. */
  public Problem problem() {
    return problem;
  }

  /**
   * The user's id, also of a row with a problem as long as the id can be read; otherwise {@code
   * null}.
   */
  public String userId() {
    return userId;
  }

  /** Bytes of native memory held now. */
  public long allocatedBytes() {
    return input.allocatedBytes();
  }

  @Override
  public void close() {
    input.close();
  }

  private void decode() {
    long fileRow = split.firstRow() + row;
    byte[] id = ids.isNull(row) ? null : ids.get(row);
    if (id == null) {
      problem = new Problem(split.file(), fileRow, "id", "null", "a name");
      return;
    }
    try {
      userId = decoder.decode(ByteBuffer.wrap(id)).toString();
    } catch (CharacterCodingException e) {
      problem = new Problem(split.file(), fileRow, "id", "bytes that are no text", "UTF-8");
      return;
    }
    problem = findNull(fileRow);
    if (problem != null) {
      return;
    }
    User decoded = new User(userId, history(), requests());
    problem = rules.check(fileRow, decoded, items, queries);
    if (problem == null) {
      user = decoded;
    }
  }

  private void findNullColumns(ListVector history, ListVector requests) {
    List<NullColumn> columns = new ArrayList<>();
    columns.add(new NullColumn(history, Level.USER, "history"));
    columns.add(new NullColumn(requests, Level.USER, "requests"));
    addColumns(columns, event, Level.EVENT);
    addColumns(columns, request, Level.REQUEST);
    addColumns(columns, impression, Level.IMPRESSION);
    columns.removeIf(
        column -> column.vector == impressionPropensity || column.vector.getNullCount() == 0);
    nullColumns = columns;
  }

  private static void addColumns(List<NullColumn> columns, StructVector struct, Level level) {
    columns.add(new NullColumn(struct, level, ""));
    for (FieldVector child : struct.getChildrenFromFields()) {
      columns.add(new NullColumn(child, level, "." + child.getName()));
    }
  }

  /** The first null, if this row has one where it must not. */
  private Problem findNull(long fileRow) {
    for (NullColumn column : nullColumns) {
      int from = row;
      int to = row + 1;
      if (column.level == Level.EVENT) {
        from = historyOffsets[row];
        to = historyOffsets[row + 1];
      } else if (column.level != Level.USER) {
        from = requestOffsets[row];
        to = requestOffsets[row + 1];
        if (column.level == Level.IMPRESSION) {
          from = impressionOffsets[from];
          to = impressionOffsets[to];
        }
      }
      for (int i = from; i < to; i++) {
        if (column.vector.isNull(i)) {
          return new Problem(split.file(), fileRow, field(column, i), "null", "a value");
        }
      }
    }
    return null;
  }

  private String field(NullColumn column, int i) {
    return switch (column.level) {
      case USER -> column.name;
      case EVENT -> "history[" + (i - historyOffsets[row]) + "]" + column.name;
      case REQUEST -> "requests[" + (i - requestOffsets[row]) + "]" + column.name;
      case IMPRESSION -> {
        int r = requestOffsets[row];
        while (impressionOffsets[r + 1] <= i) {
          r++;
        }
        yield "requests["
            + (r - requestOffsets[row])
            + "].impressions["
            + (i - impressionOffsets[r])
            + "]"
            + column.name;
      }
    };
  }

  private History history() {
    int from = historyOffsets[row];
    int n = historyOffsets[row + 1] - from;
    if (n == 0) {
      return History.EMPTY;
    }
    long[] time = new long[n];
    int[] item = new int[n];
    int[] query = new int[n];
    byte[] action = new byte[n];
    ColumnReader.longs(eventTime, from, time, n);
    ColumnReader.ints(eventItem, from, item, 0, n);
    ColumnReader.ints(eventQuery, from, query, 0, n);
    ColumnReader.bytes(eventAction, from, action, n);
    return new History(time, item, query, action);
  }

  private List<Request> requests() {
    int to = requestOffsets[row + 1];
    List<Request> decoded = new ArrayList<>(to - requestOffsets[row]);
    for (int r = requestOffsets[row]; r < to; r++) {
      int from = impressionOffsets[r];
      int n = impressionOffsets[r + 1] - from;
      int[] item = new int[n];
      short[] position = new short[n];
      byte[] label = new byte[n];
      ColumnReader.ints(impressionItem, from, item, 0, n);
      ColumnReader.shorts(impressionPosition, from, position, n);
      ColumnReader.bytes(impressionLabel, from, label, n);
      decoded.add(
          new Request(
              requestId.get(r),
              requestTime.get(r),
              requestQuery.get(r),
              item,
              position,
              label,
              propensity(from, n)));
    }
    return decoded;
  }

  private float[] propensity(int from, int n) {
    float[] propensity = new float[n];
    ColumnReader.floats(impressionPropensity, from, propensity, n);
    int logged = 0;
    for (int i = 0; i < n; i++) {
      if (propensityNulls && impressionPropensity.isNull(from + i)) {
        propensity[i] = Float.NaN;
      }
      if (!Float.isNaN(propensity[i])) {
        logged++;
      }
    }
    return logged == 0 ? null : propensity;
  }
}
