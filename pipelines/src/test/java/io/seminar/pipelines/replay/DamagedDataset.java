package io.seminar.pipelines.replay;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seminar.sessions.arrow.ArrowInput;
import io.seminar.sessions.arrow.ArrowOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes into data sets what their writer would refuse, and makes {@code dataset.json} agree: what
 * a faulty writer would leave.
 */
public final class DamagedDataset {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The first file of users. */
  public static final String USERS = "users-00000.arrow";

  private DamagedDataset() {}

  /** Sets one float of an item's vector; the item must have the vector. */
  public static void setItemFloat(Path data, String modality, int item, int index, float value) {
    rewrite(
        data,
        "items-00000.arrow",
        root -> {
          FixedSizeListVector vectors = (FixedSizeListVector) root.getVector(modality);
          if (vectors.isNull(item)) {
            throw new IllegalArgumentException("item " + item + " has no " + modality);
          }
          ((Float4Vector) vectors.getDataVector()).set(item * vectors.getListSize() + index, value);
        });
  }

  /** A field of the behaviours of all users of a batch. */
  public static FieldVector eventField(VectorSchemaRoot root, String field) {
    return ((StructVector) ((ListVector) root.getVector("history")).getDataVector())
        .getChild(field);
  }

  /** Where a user's history begins in {@link #eventField}. */
  public static int firstEvent(VectorSchemaRoot root, int user) {
    return ((ListVector) root.getVector("history")).getElementStartIndex(user);
  }

  /** Changes the first batch of a file, which is then stored uncompressed. */
  public static void rewrite(Path data, String name, Consumer<VectorSchemaRoot> change) {
    Path file = data.resolve(name);
    Schema schema = schema(file);
    ArrowOutput.Written written;
    try (ArrowInput in = ArrowInput.open(file, schema);
        ArrowOutput out = ArrowOutput.create(file, schema, ArrowOutput.Compression.NONE)) {
      for (int b = 0; b < in.batches(); b++) {
        VectorSchemaRoot root = in.load(b);
        if (b == 0) {
          change.accept(root);
        }
        out.writeBatch(copy(root, out.allocator()));
      }
      written = out.finish();
    }
    record(data, name, written.bytes(), written.sha256());
  }

  private static ArrowRecordBatch copy(VectorSchemaRoot root, BufferAllocator allocator) {
    List<ArrowBuf> buffers = new ArrayList<>();
    try (ArrowRecordBatch batch = new VectorUnloader(root).getRecordBatch()) {
      for (ArrowBuf buffer : batch.getBuffers()) {
        long bytes = buffer.readableBytes();
        ArrowBuf copied = allocator.buffer(bytes);
        copied.setBytes(0, buffer, 0, bytes);
        copied.writerIndex(bytes);
        buffers.add(copied);
      }
      return new ArrowRecordBatch(batch.getLength(), batch.getNodes(), buffers);
    } finally {
      buffers.forEach(ArrowBuf::close); // the batch has retained them
    }
  }

  /** Cuts a file, and records it as that short. */
  public static void truncate(Path data, String name, long bytes) {
    Path file = data.resolve(name);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    record(data, name, bytes, "0".repeat(64));
  }

  private static Schema schema(Path file) {
    try (RootAllocator allocator = new RootAllocator();
        FileChannel channel = FileChannel.open(file);
        ArrowFileReader reader = new ArrowFileReader(channel, allocator)) {
      return reader.getVectorSchemaRoot().getSchema();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void record(Path data, String name, long bytes, String sha256) {
    Path file = data.resolve("dataset.json");
    try {
      JsonNode tree = JSON.readTree(file.toFile());
      for (JsonNode entry : tree.get("files")) {
        if (entry.get("name").asText().equals(name)) {
          ((ObjectNode) entry).put("bytes", bytes).put("sha256", sha256);
        }
      }
      Files.writeString(file, JSON.writeValueAsString(tree));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
