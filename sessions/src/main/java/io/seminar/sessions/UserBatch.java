package io.seminar.sessions;

import io.seminar.sessions.arrow.ArrowOutput;
import io.seminar.sessions.arrow.RecordBatchBuilder;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/** The users of one record batch, column by column. */
final class UserBatch {
  private final ColumnBuffer idOffsets = new ColumnBuffer();
  private final ColumnBuffer ids = new ColumnBuffer();

  private final ColumnBuffer historyOffsets = new ColumnBuffer();
  private final ColumnBuffer eventTime = new ColumnBuffer();
  private final ColumnBuffer eventItem = new ColumnBuffer();
  private final ColumnBuffer eventQuery = new ColumnBuffer();
  private final ColumnBuffer eventAction = new ColumnBuffer();

  private final ColumnBuffer requestOffsets = new ColumnBuffer();
  private final ColumnBuffer requestId = new ColumnBuffer();
  private final ColumnBuffer requestTime = new ColumnBuffer();
  private final ColumnBuffer requestQuery = new ColumnBuffer();

  private final ColumnBuffer impressionOffsets = new ColumnBuffer();
  private final ColumnBuffer impressionItem = new ColumnBuffer();
  private final ColumnBuffer impressionPosition = new ColumnBuffer();
  private final ColumnBuffer impressionLabel = new ColumnBuffer();
  private final ColumnBuffer impressionPropensity = new ColumnBuffer();
  private final ValidityBuffer propensityValidity = new ValidityBuffer();

  private int users;
  private int events;
  private int requests;
  private int impressions;

  UserBatch() {
    clear();
  }

  int users() {
    return users;
  }

  /** Uncompressed bytes of the batch. */
  long bytes() {
    return ids.size()
        + (long) Integer.BYTES * 3 * users
        + 17L * events
        + 24L * requests
        + 11L * impressions;
  }

  /** Uncompressed bytes that {@code user} adds, near enough. */
  static long bytes(User user) {
    long bytes = user.id().length() + 3L * Integer.BYTES + 17L * user.history().length();
    for (Request request : user.requests()) {
      bytes += 24 + 11L * request.length();
    }
    return bytes;
  }

  void add(User user) {
    ids.putBytes(user.id().getBytes(StandardCharsets.UTF_8));
    idOffsets.putInt(ids.size());

    History history = user.history();
    eventTime.putLongs(history.time());
    eventItem.putInts(history.item());
    eventQuery.putInts(history.query());
    eventAction.putBytes(history.action());
    events += history.length();
    historyOffsets.putInt(events);

    for (Request request : user.requests()) {
      requestId.putLong(request.id());
      requestTime.putLong(request.time());
      requestQuery.putInt(request.query());
      impressionItem.putInts(request.item());
      impressionPosition.putShorts(request.position());
      impressionLabel.putBytes(request.label());
      addPropensities(request);
      impressions += request.length();
      impressionOffsets.putInt(impressions);
    }
    requests += user.requests().size();
    requestOffsets.putInt(requests);
    users++;
  }

  private void addPropensities(Request request) {
    float[] propensity = request.propensity();
    for (int i = 0; i < request.length(); i++) {
      boolean logged = propensity != null && !Float.isNaN(propensity[i]);
      propensityValidity.add(logged);
      impressionPropensity.putInt(logged ? Float.floatToIntBits(propensity[i]) : 0);
    }
  }

  void writeTo(ArrowOutput out) {
    out.writeBatch(build(out.allocator()));
    clear();
  }

  /** A copy of the batch. */
  ArrowRecordBatch build(BufferAllocator allocator) {
    try (RecordBatchBuilder batch = new RecordBatchBuilder(allocator)) {
      return batch
          .utf8(users, idOffsets.content(), ids.content())
          .list(users, historyOffsets.content())
          .struct(events)
          .fixed(events, eventTime.content())
          .fixed(events, eventItem.content())
          .fixed(events, eventQuery.content())
          .fixed(events, eventAction.content())
          .list(users, requestOffsets.content())
          .struct(requests)
          .fixed(requests, requestId.content())
          .fixed(requests, requestTime.content())
          .fixed(requests, requestQuery.content())
          .list(requests, impressionOffsets.content())
          .struct(impressions)
          .fixed(impressions, impressionItem.content())
          .fixed(impressions, impressionPosition.content())
          .fixed(impressions, impressionLabel.content())
          .nullable(
              impressions,
              propensityValidity.nulls(),
              propensityValidity.content(),
              impressionPropensity.content())
          .build(users);
    }
  }

  private void clear() {
    for (ColumnBuffer column :
        new ColumnBuffer[] {
          idOffsets,
          ids,
          historyOffsets,
          eventTime,
          eventItem,
          eventQuery,
          eventAction,
          requestOffsets,
          requestId,
          requestTime,
          requestQuery,
          impressionOffsets,
          impressionItem,
          impressionPosition,
          impressionLabel,
          impressionPropensity
        }) {
      column.clear();
    }
    propensityValidity.clear();
    idOffsets.putInt(0);
    historyOffsets.putInt(0);
    requestOffsets.putInt(0);
    impressionOffsets.putInt(0);
    users = 0;
    events = 0;
    requests = 0;
    impressions = 0;
  }
}
