package io.seminar.network.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.TensorLayout;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Modality;
import io.seminar.sessions.arrow.Digests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FloatFileTest {
  @TempDir Path folder;

  @Test
  void arraysAroundTheSizeOfTheBufferComeBackBitForBit() throws Exception {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<float[]> written = new ArrayList<>();
    List<float[]> read = new ArrayList<>();
    int buffer = 1 << 18;
    for (int n : new int[] {1, 0, buffer - 1, buffer, buffer + 1, 2 * buffer + 3, 5}) {
      float[] values = new float[n];
      for (int i = 0; i < n; i++) {
        values[i] = Float.intBitsToFloat(random.nextInt()); // NaN of any payload, too
      }
      written.add(values);
      read.add(new float[n]);
    }
    Path file = folder.resolve("floats.bin");
    StoredFile stored = FloatFile.write(file, written);

    ByteBuffer expected = ByteBuffer.allocate(4 * (5 * buffer + 9)).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] values : written) {
      for (float value : values) {
        expected.putInt(Float.floatToRawIntBits(value));
      }
    }
    assertThat(expected.hasRemaining()).isFalse();
    assertThat(Files.readAllBytes(file)).as("seed %d", seed).isEqualTo(expected.array());
    assertThat(stored).isEqualTo(new StoredFile(expected.capacity(), Digests.ofFile(file)));

    FloatFile.checkSize(file, stored);
    FloatFile.read(file, stored, read);
    for (int a = 0; a < written.size(); a++) {
      float[] before = written.get(a);
      float[] after = read.get(a);
      int differences = 0;
      for (int i = 0; i < before.length; i++) {
        differences +=
            Float.floatToRawIntBits(before[i]) == Float.floatToRawIntBits(after[i]) ? 0 : 1;
      }
      assertThat(differences).as("bits of array %d, seed %d", a, seed).isZero();
    }
  }

  @Test
  void aFileThatEndsEarlyIsNoticedEvenIfItIsCutWhileItIsRead() throws Exception {
    Path file = folder.resolve("floats.bin");
    StoredFile stored = FloatFile.write(file, List.of(new float[10]));
    assertThatThrownBy(() -> FloatFile.read(file, stored, List.of(new float[11])))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("floats.bin")
        .hasMessageContaining("ends early");
  }

  @Test
  void offsetsBeyondTwoGibibytesAreCounted() {
    CatalogueShape shape =
        new CatalogueShape(50_000_000, 10, 5, 20, List.of(new Modality("text", 3)), 0);
    List<TensorLayout> layout = Initialization.layout(Trained.spec(Architecture.SEMINAR), shape);
    List<StoredParameter> stored = StoredParameter.of(layout);
    assertThat(stored.get(1).name()).isEqualTo("items.id");
    assertThat(stored.get(1).offset()).isEqualTo(200_000_000L);
    assertThat(stored.get(2).offset()).isEqualTo(200_000_000L + 50_000_000L * 8 * 4);
    StoredParameter last = stored.get(stored.size() - 1);
    assertThat(StoredParameter.bytes(layout)).isEqualTo(last.offset() + 4);
  }
}
