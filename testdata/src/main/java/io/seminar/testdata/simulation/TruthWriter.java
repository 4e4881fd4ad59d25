package io.seminar.testdata.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Request;
import io.seminar.sessions.arrow.ArrowOutput;
import io.seminar.sessions.arrow.Publication;
import io.seminar.sessions.arrow.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes the folder that {@link SimulationTruth} reads: one row a request, in the order of their
 * ids, which are 0, 1, 2… Not compressed, in batches of equal size, so that a request is found by
 * arithmetic.
 */
final class TruthWriter implements AutoCloseable {
  static final String DESCRIPTION = "truth.json";
  static final String ROWS = "truth-00000.arrow";
  static final int BATCH_ROWS = 4096;

  private final Path target;
  private final Path temporary;
  private final boolean overwrite;
  private final int impressions;
  private final ArrowOutput rows;

  private final ByteBuffer request = buffer(Long.BYTES);
  private final ByteBuffer item;
  private final ByteBuffer position;
  private final ByteBuffer click;
  private final ByteBuffer relevance;
  private final ByteBuffer userOffset = buffer(Integer.BYTES, 1);
  private ByteBuffer user = buffer(16);
  private int pending;
  private long written;
  private boolean finished;

  private TruthWriter(Path target, int impressions, boolean overwrite) throws IOException {
    this.target = target;
    this.overwrite = overwrite;
    this.impressions = impressions;
    this.item = buffer(Integer.BYTES * impressions);
    this.position = buffer(Short.BYTES * impressions);
    this.click = buffer(Float.BYTES * impressions);
    this.relevance = buffer(Float.BYTES * impressions);
    this.temporary = Publication.temporaryBeside(target);
    Files.createDirectory(temporary);
    userOffset.putInt(0);
    this.rows =
        ArrowOutput.create(
            temporary.resolve(ROWS), schema(impressions), ArrowOutput.Compression.NONE);
  }

  /**
   * Opens the truth of a data set for writing.
   *
   * @throws DatasetException if it exists and may not be replaced
   */
  static TruthWriter create(Path dataset, int impressions, boolean overwrite) {
    Path target = SimulationTruth.folderOf(dataset);
    if (!overwrite && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new DatasetException(target + " exists: expected a new name, or leave to overwrite it");
    }
    try {
      return new TruthWriter(target, impressions, overwrite);
    } catch (IOException e) {
      throw new DatasetException("cannot write " + target + ": " + e, e);
    }
  }

  static Schema schema(int impressions) {
    ArrowType.FloatingPoint single = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    return new Schema(
        List.of(
            column("user", new ArrowType.Utf8()),
            column("request", new ArrowType.Int(64, true)),
            page("item", new ArrowType.Int(32, true), impressions),
            page("position", new ArrowType.Int(16, true), impressions),
            page("click_probability", single, impressions),
            page("relevance_probability", single, impressions)));
  }

  private static Field column(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  private static Field page(String name, ArrowType type, int impressions) {
    return new Field(
        name,
        FieldType.notNullable(new ArrowType.FixedSizeList(impressions)),
        List.of(column("element", type)));
  }

  /** Appends the truth about a user's requests. */
  void add(SimulatedUser simulated) {
    byte[] name = simulated.user().id().getBytes(StandardCharsets.UTF_8);
    for (int r = 0; r < simulated.user().requests().size(); r++) {
      Request page = simulated.user().requests().get(r);
      if (page.id() != written + pending) {
        throw new IllegalStateException(
            "request " + page.id() + " in place of " + (written + pending));
      }
      appendUser(name);
      request.putLong(page.id());
      for (int i = 0; i < impressions; i++) {
        item.putInt(page.item()[i]);
        position.putShort(page.position()[i]);
        click.putFloat(simulated.click()[r][i]);
        relevance.putFloat(simulated.relevance()[r][i]);
      }
      if (++pending == BATCH_ROWS) {
        writeBatch();
      }
    }
  }

  private void appendUser(byte[] name) {
    if (user.remaining() < name.length) {
      ByteBuffer larger =
          ByteBuffer.allocate(2 * user.capacity() + name.length).order(ByteOrder.LITTLE_ENDIAN);
      user = larger.put(user.flip());
    }
    user.put(name);
    userOffset.putInt(user.position());
  }

  private void writeBatch() {
    int n = pending;
    int children = n * impressions;
    try (RecordBatchBuilder batch = new RecordBatchBuilder(rows.allocator())) {
      batch
          .utf8(n, userOffset.flip(), user.flip())
          .fixed(n, request.flip())
          .fixedSizeList(n, 0, null)
          .fixed(children, item.flip())
          .fixedSizeList(n, 0, null)
          .fixed(children, position.flip())
          .fixedSizeList(n, 0, null)
          .fixed(children, click.flip())
          .fixedSizeList(n, 0, null)
          .fixed(children, relevance.flip());
      rows.writeBatch(batch.build(n));
    }
    for (ByteBuffer column : List.of(user, request, item, position, click, relevance)) {
      column.clear();
    }
    userOffset.clear().putInt(0);
    written += n;
    pending = 0;
  }

  /** Completes the folder and gives it its name. */
  void finish(String datasetDigest, ClickModel clicks, Calendar calendar) {
    if (pending > 0) {
      writeBatch();
    }
    ArrowOutput.Written file = rows.finish();
    SimulationTruth.Description description =
        new SimulationTruth.Description(
            SimulationTruth.VERSION,
            datasetDigest,
            written,
            impressions,
            file.bytes(),
            file.sha256(),
            calendar.launch(),
            SimulationTruth.Model.of(clicks));
    try {
      Path json = temporary.resolve(DESCRIPTION);
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .writeValue(json.toFile(), description);
      Publication.force(json);
      Publication.force(temporary);
      Publication.publish(temporary, target, overwrite);
      finished = true;
    } catch (IOException e) {
      throw new DatasetException("cannot write " + target + ": " + e, e);
    }
  }

  /** Without {@link #finish} it removes what was written. */
  @Override
  public void close() {
    rows.close();
    if (!finished) {
      try {
        Publication.deleteTree(temporary);
      } catch (IOException e) {
        throw new DatasetException("cannot remove " + temporary + ": " + e, e);
      }
    }
  }

  private static ByteBuffer buffer(int bytesPerRow) {
    return buffer(bytesPerRow, 0);
  }

  private static ByteBuffer buffer(int bytesPerRow, int more) {
    return ByteBuffer.allocate((BATCH_ROWS + more) * bytesPerRow).order(ByteOrder.LITTLE_ENDIAN);
  }
}
