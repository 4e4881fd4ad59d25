package io.seminar.testdata.importers;

import io.seminar.sessions.History;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;

/**
 * Groups event rows {@code (usr, time, item, query, action, grade)}, sorted by user, into one
 * history at a time. Users without events get an empty one.
 */
final class EventGroups implements AutoCloseable {
  private final ImportDatabase.Cursor cursor;
  private boolean onRow;

  private int length;
  private long[] time = new long[256];
  private int[] item = new int[256];
  private int[] query = new int[256];
  private byte[] action = new byte[256];
  private byte[] grade = new byte[256];

  EventGroups(ImportDatabase.Cursor cursor) throws SQLException {
    this.cursor = cursor;
    this.onRow = cursor.next();
  }

  /** Reads all events of a user; users are asked for in rising order. */
  void read(int user) throws SQLException {
    length = 0;
    ResultSet row = cursor.row();
    while (onRow && row.getInt(1) <= user) {
      if (row.getInt(1) < user) {
        throw new IllegalStateException(
            "events of user " + row.getInt(1) + " were staged without the user");
      }
      if (length == time.length) {
        grow();
      }
      time[length] = row.getLong(2);
      item[length] = row.getInt(3);
      query[length] = row.getInt(4);
      action[length] = row.getByte(5);
      grade[length] = row.getByte(6);
      length++;
      onRow = cursor.next();
    }
  }

  private void grow() {
    int capacity = Math.multiplyExact(time.length, 2);
    time = Arrays.copyOf(time, capacity);
    item = Arrays.copyOf(item, capacity);
    query = Arrays.copyOf(query, capacity);
    action = Arrays.copyOf(action, capacity);
    grade = Arrays.copyOf(grade, capacity);
  }

  History history() {
    return new History(
        Arrays.copyOf(time, length),
        Arrays.copyOf(item, length),
        Arrays.copyOf(query, length),
        Arrays.copyOf(action, length));
  }

  /** An entry a behaviour: the label that it would have on a page, 0 if it is none. */
  byte[] grades() {
    return Arrays.copyOf(grade, length);
  }

  @Override
  public void close() throws SQLException {
    cursor.close();
  }
}
