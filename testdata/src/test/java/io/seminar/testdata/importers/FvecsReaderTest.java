package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FvecsReaderTest {
  @TempDir Path folder;

  private Path write(float[][] rows, int... dimensions) throws IOException {
    int bytes = Arrays.stream(rows).mapToInt(row -> 4 + 4 * row.length).sum();
    ByteBuffer buffer = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int r = 0; r < rows.length; r++) {
      buffer.putInt(r < dimensions.length ? dimensions[r] : rows[r].length);
      for (float value : rows[r]) {
        buffer.putFloat(value);
      }
    }
    return Files.write(folder.resolve("v.fvecs"), buffer.array());
  }

  @Test
  void rowsComeBackInAnyOrderFromAFileLargerThanTheWindow() throws IOException {
    long seed = 20261124;
    Random random = new Random(seed);
    float[][] rows = new float[9000][33]; // 1.2 MB: two windows
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) random.nextGaussian();
      }
    }
    try (FvecsReader reader = FvecsReader.open(write(rows))) {
      assertThat(reader.dimension()).isEqualTo(33);
      assertThat(reader.rows()).isEqualTo(9000);
      reader.verify();
      float[] vector = new float[35];
      for (int n = 0; n < 500; n++) {
        int row = n < 3 ? n * 4499 : random.nextInt(9000);
        reader.read(row, vector, 2);
        assertThat(Arrays.copyOfRange(vector, 2, 35))
            .as("seed %d, row %d", seed, row)
            .containsExactly(rows[row]);
      }
      assertThatThrownBy(() -> reader.read(9000, vector, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void aRowOfAnotherDimensionIsNamed() throws IOException {
    Path file = write(new float[][] {{1, 2}, {3, 4}, {5, 6}}, 2, 2, 3);
    try (FvecsReader reader = FvecsReader.open(file)) {
      assertThatThrownBy(reader::verify)
          .isInstanceOf(DatasetException.class)
          .hasMessage("v.fvecs, row 2, dimension: found 3, expected 2, the dimension of row 0");
    }
  }

  @Test
  void notANumberAndInfinityAreNamed() throws IOException {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Path file = write(new float[][] {{1, 2}, {3, bad}});
      try (FvecsReader reader = FvecsReader.open(file)) {
        reader.read(0, new float[2], 0);
        assertThatThrownBy(reader::verify)
            .isInstanceOf(DatasetException.class)
            .hasMessage("v.fvecs, row 1, value[1]: found " + bad + ", expected a finite number");
      }
    }
  }

  @Test
  void aFileThatIsCutOffEmptyOrForeignIsRefused() throws IOException {
    Path file = write(new float[][] {{1, 2}, {3, 4}});
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> FvecsReader.open(file))
        .isInstanceOf(DatasetException.class)
        .hasMessage(
            "v.fvecs, row 1: found a file that ends after 11 bytes of the row, expected 12 bytes (dimension 2)");
    Files.write(file, new byte[0]);
    assertThatThrownBy(() -> FvecsReader.open(file)).hasMessageContaining("found 0 bytes");
    Files.writeString(file, "movieId,title,genres\n");
    assertThatThrownBy(() -> FvecsReader.open(file))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("row 0, dimension");
    assertThatThrownBy(() -> FvecsReader.open(folder.resolve("absent")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("absent");
  }
}
