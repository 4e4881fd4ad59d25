package io.seminar.testdata.importers;

import io.seminar.sessions.Request;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Groups impression rows {@code (usr, request, time, query, item, position, label, propensity)},
 * sorted by user, time and request, into the requests of one user at a time.
 */
final class RequestGroups implements AutoCloseable {
  private final ImportDatabase.Cursor cursor;
  private final boolean loggedIds;
  private boolean onRow;
  private long next;

  private int length;
  private int[] item = new int[64];
  private short[] position = new short[64];
  private byte[] label = new byte[64];
  private float[] propensity = new float[64];

  RequestGroups(ImportDatabase.Cursor cursor, boolean loggedIds) throws SQLException {
    this.cursor = cursor;
    this.loggedIds = loggedIds;
    this.onRow = cursor.next();
  }

  /** All requests of a user; users are asked for in rising order. */
  List<Request> read(int user) throws SQLException {
    List<Request> requests = new ArrayList<>();
    ResultSet row = cursor.row();
    while (onRow && row.getInt(1) <= user) {
      if (row.getInt(1) < user) {
        throw new IllegalStateException(
            "impressions of user " + row.getInt(1) + " were staged without the user");
      }
      requests.add(readRequest(user, row));
    }
    return requests;
  }

  private Request readRequest(int user, ResultSet row) throws SQLException {
    long request = row.getLong(2);
    long time = row.getLong(3);
    int query = row.getInt(4);
    boolean anyPropensity = false;
    length = 0;
    do {
      if (length == item.length) {
        grow();
      }
      item[length] = row.getInt(5);
      position[length] = row.getShort(6);
      label[length] = row.getByte(7);
      float logged = row.getFloat(8);
      propensity[length] = row.wasNull() ? Float.NaN : logged;
      anyPropensity |= !Float.isNaN(propensity[length]);
      length++;
      onRow = cursor.next();
    } while (onRow && row.getInt(1) == user && row.getLong(2) == request && row.getLong(3) == time);
    return new Request(
        loggedIds ? request : next++,
        time,
        query,
        Arrays.copyOf(item, length),
        Arrays.copyOf(position, length),
        Arrays.copyOf(label, length),
        anyPropensity ? Arrays.copyOf(propensity, length) : null);
  }

  private void grow() {
    int capacity = Math.multiplyExact(item.length, 2);
    item = Arrays.copyOf(item, capacity);
    position = Arrays.copyOf(position, capacity);
    label = Arrays.copyOf(label, capacity);
    propensity = Arrays.copyOf(propensity, capacity);
  }

  @Override
  public void close() throws SQLException {
    cursor.close();
  }
}
