package io.seminar.testdata.simulation;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.ArrowInput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The truth about a simulated data set: the probability with which each label was drawn. It lies in
 * a folder of its own beside the data set, {@code NAME.truth}: {@code truth.json} (digest of the
 * data set that it belongs to, click model, launch of the cold items) and {@code
 * truth-00000.arrow}, one row a request: {@code user} utf8, {@code request} int64, and of the
 * page's length {@code item} int32, {@code position} int16, {@code click_probability} and {@code
 * relevance_probability} float32.
 *
 * <p>Nothing that evaluates an arm may read it. A replay opens it only where it is asked to score
 * the oracle, whose score of an impression is the click probability.
 *
 * <p>Reads from the file at every call; safe for several threads.
 */
public final class SimulationTruth implements AutoCloseable {
  /** The version of the folder's form. */
  public static final int VERSION = 1;

  /**
   * The truth about one page, an entry an impression, in the data set's order.
   *
   * @param user the user's id
   * @param request the request's id
   * @param item item ordinals
   * @param position positions, 1 is the top
   * @param clickProbability P(label = 1), examination of the position times relevance
   * @param relevanceProbability P(label = 1 | the position is looked at)
   */
  public record Page(
      String user,
      long request,
      int[] item,
      short[] position,
      float[] clickProbability,
      float[] relevanceProbability) {}

  /**
   * The click model: {@code P(click) = position^−positionBias · sigmoid(intercept + strength ·
   * (affinity − mean) / deviation)}, with a mean, deviation and intercept for pages of the browse
   * feed and one for search pages.
   */
  public record Model(
      double positionBias,
      double strength,
      double[] affinityMean,
      double[] affinityDeviation,
      double[] intercept) {
    static Model of(ClickModel clicks) {
      return new Model(
          clicks.positionBias(),
          clicks.strength(),
          clicks.mean(),
          clicks.deviation(),
          clicks.intercept());
    }
  }

  /**
   * What {@code truth.json} says.
   *
   * @param version {@link #VERSION}
   * @param datasetDigest of the data set that the truth belongs to
   * @param requests number of rows
   * @param impressions items on a page
   * @param bytes size of the Arrow file
   * @param sha256 of the Arrow file
   * @param launch ms since 1970 before which no page shows a cold item
   * @param clickModel how the probabilities came about
   */
  public record Description(
      int version,
      String datasetDigest,
      long requests,
      int impressions,
      long bytes,
      String sha256,
      long launch,
      Model clickModel) {}

  private final Path file;
  private final Description description;
  private final FileChannel channel;
  private final long[][] buffers; // (batches, columns): where each column's values lie

  private SimulationTruth(Path file, Description description, long[][] buffers) throws IOException {
    this.file = file;
    this.description = description;
    this.buffers = buffers;
    this.channel = FileChannel.open(file, StandardOpenOption.READ);
  }

  /** Where the truth of a data set lies: {@code NAME.truth} beside it. */
  public static Path folderOf(Path dataset) {
    Path absolute = dataset.toAbsolutePath().normalize();
    return absolute.resolveSibling(absolute.getFileName() + ".truth");
  }

  /**
   * Opens a truth.
   *
   * @param folder as {@link #folderOf} says
   * @param datasetDigest of the data set that it must belong to
   * @throws DatasetException if there is none, it is damaged, or it belongs to another data set
   */
  public static SimulationTruth open(Path folder, String datasetDigest) {
    Path json = folder.resolve(TruthWriter.DESCRIPTION);
    Path file = folder.resolve(TruthWriter.ROWS);
    if (!Files.isRegularFile(json)) {
      throw refused(json, "", "no such file", "the truth of a simulated data set");
    }
    try {
      Description description = new ObjectMapper().readValue(json.toFile(), Description.class);
      if (description.version() != VERSION) {
        throw refused(
            json, "version", Integer.toString(description.version()), Integer.toString(VERSION));
      }
      if (!description.datasetDigest().equals(datasetDigest)) {
        throw refused(
            json, "datasetDigest", description.datasetDigest(), "the data set's " + datasetDigest);
      }
      return new SimulationTruth(file, description, layout(file, description));
    } catch (IOException e) {
      throw new DatasetException("cannot read the truth in " + folder + ": " + e, e);
    }
  }

  /**
   * Where each batch's columns lie: user offsets, users, request, item, position, click, relevance.
   */
  private static long[][] layout(Path file, Description description) throws IOException {
    if (Files.size(file) != description.bytes()) {
      throw refused(
          file, "", "a file of " + Files.size(file) + " bytes", description.bytes() + " bytes");
    }
    try (ArrowInput input = ArrowInput.open(file, TruthWriter.schema(description.impressions()))) {
      long left = description.requests();
      long[][] buffers = new long[input.batches()][];
      for (int b = 0; b < buffers.length; b++) {
        ArrowInput.BatchLayout batch = input.layout(b);
        if (batch.rows() != Math.min(left, TruthWriter.BATCH_ROWS) || batch.compressed()) {
          throw refused(
              file,
              "",
              "record batch " + b + " of " + batch.rows() + " rows",
              Math.min(left, TruthWriter.BATCH_ROWS) + " rows, not compressed");
        }
        left -= batch.rows();
        long[] at = batch.bufferOffset();
        // Buffers by column: validity, offsets, values of user; validity, values of request; three
        // of each list.
        buffers[b] = new long[] {at[1], at[2], at[4], at[7], at[10], at[13], at[16]};
      }
      if (left != 0) {
        throw refused(
            file, "", description.requests() - left + " rows", description.requests() + " rows");
      }
      return buffers;
    }
  }

  /** What {@code truth.json} says. */
  public Description description() {
    return description;
  }

  /**
   * The truth about a request.
   *
   * @param request id of a request of the data set
   * @throws DatasetException if there is none of that id, or the file cannot be read
   */
  public Page page(long request) {
    if (request < 0 || request >= description.requests()) {
      throw refused(file, "request", "request " + request, "0 to " + (description.requests() - 1));
    }
    long[] at = buffers[(int) (request / TruthWriter.BATCH_ROWS)];
    int row = (int) (request % TruthWriter.BATCH_ROWS);
    int n = description.impressions();
    ByteBuffer offsets = read(at[0] + (long) row * Integer.BYTES, 2 * Integer.BYTES);
    int from = offsets.getInt();
    int length = offsets.getInt() - from;
    if (from < 0 || length < 0) {
      throw refused(file, "user", "a name of " + length + " bytes at " + from, "0 or more");
    }
    String user = StandardCharsets.UTF_8.decode(read(at[1] + from, length)).toString();
    long id = read(at[2] + (long) row * Long.BYTES, Long.BYTES).getLong();
    if (id != request) {
      throw refused(file, "request", "request " + id, "request " + request);
    }
    int[] item = new int[n];
    read(at[3] + (long) row * n * Integer.BYTES, n * Integer.BYTES).asIntBuffer().get(item);
    short[] position = new short[n];
    read(at[4] + (long) row * n * Short.BYTES, n * Short.BYTES).asShortBuffer().get(position);
    return new Page(user, id, item, position, floats(at[5], row), floats(at[6], row));
  }

  private float[] floats(long column, int row) {
    float[] values = new float[description.impressions()];
    int bytes = values.length * Float.BYTES;
    read(column + (long) row * bytes, bytes).asFloatBuffer().get(values);
    return values;
  }

  private ByteBuffer read(long position, int bytes) {
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    try {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, position + buffer.position()) < 0) {
          throw refused(file, "", "the end of the file at " + position, "a page");
        }
      }
    } catch (IOException e) {
      throw new DatasetException("cannot read " + file + ": " + e, e);
    }
    return buffer.flip();
  }

  private static DatasetException refused(Path file, String field, String found, String expected) {
    return new DatasetException(new Problem(file.toString(), -1, field, found, expected));
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new DatasetException("cannot close " + file + ": " + e, e);
    }
  }
}
