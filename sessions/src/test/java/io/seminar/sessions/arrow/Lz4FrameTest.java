package io.seminar.sessions.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.BlockSize;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our frames against those of Apache Commons Compress, both ways. */
class Lz4FrameTest {
  /** Without checksums, so that damage reaches the blocks; each block refers to the one before. */
  private static final Parameters LINKED = new Parameters(BlockSize.K64, false, false, true);

  static LongStream seeds() {
    return LongStream.concat(
        LongStream.range(0, 80), LongStream.of(ThreadLocalRandom.current().nextLong()));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void othersReadOurFrames(long seed) throws IOException {
    byte[] content = content(new SplittableRandom(seed), 700_000);
    byte[] frame = Lz4Frame.compress(content);
    byte[] decoded;
    try (var in = new FramedLZ4CompressorInputStream(new ByteArrayInputStream(frame))) {
      decoded = in.readAllBytes();
    }
    assertThat(Arrays.mismatch(decoded, content)).as("seed %d", seed).isEqualTo(-1);
    byte[] ours = new byte[content.length];
    Lz4Frame.decompress(frame, ours);
    assertThat(Arrays.mismatch(ours, content)).as("seed %d", seed).isEqualTo(-1);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void weReadOthersFrames(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] content = content(random, 100_000);
    // Checksums and blocks that refer to the ones before, as other writers have them.
    Parameters parameters =
        new Parameters(
            BlockSize.K64, random.nextBoolean(), random.nextBoolean(), random.nextBoolean());
    byte[] ours = new byte[content.length];
    Lz4Frame.decompress(others(content, parameters), ours);
    assertThat(Arrays.mismatch(ours, content)).as("seed %d, %s", seed, parameters).isEqualTo(-1);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void damageNeverEscapes(long seed) throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] content = content(random, 5_000);
    for (byte[] frame : List.of(Lz4Frame.compress(content), others(content, LINKED))) {
      for (int round = 0; round < 50; round++) {
        byte[] damaged = frame.clone();
        damaged[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
        int length = random.nextBoolean() ? frame.length : random.nextInt(frame.length);
        try {
          Lz4Frame.decompress(Arrays.copyOf(damaged, length), new byte[content.length]);
        } catch (IllegalArgumentException e) {
          assertThat(e).as("seed %d", seed).hasMessageStartingWith("LZ4: ");
        }
      }
    }
  }

  @Test
  void columnsOfLogsShrink() {
    int n = 100_000;
    ByteBuffer times = ByteBuffer.allocate(8 * n).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      times.putLong(1_600_000_000_000L + 86_400L * i);
    }
    assertThat(Lz4Frame.compress(times.array()).length).isLessThan(8 * n * 7 / 8);
    assertThat(Lz4Frame.compress(new byte[8 * n]).length).isLessThan(8 * n / 200);
  }

  @Test
  void whatDoesNotShrinkIsStored() {
    byte[] noise = new byte[300_000];
    new SplittableRandom(1).nextBytes(noise);
    // Header, two blocks' lengths, end mark.
    assertThat(Lz4Frame.compress(noise).length).isEqualTo(noise.length + 7 + 2 * 4 + 4);
  }

  @Test
  void truncatedFramesAreRefused() throws IOException {
    byte[] content = new byte[1000];
    for (byte[] frame : List.of(Lz4Frame.compress(content), others(content, LINKED))) {
      for (int length = 0; length < frame.length; length++) {
        int cut = length;
        assertThatThrownBy(() -> Lz4Frame.decompress(Arrays.copyOf(frame, cut), content))
            .as("cut to %d of %d bytes", length, frame.length)
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThatThrownBy(() -> Lz4Frame.decompress(frame, new byte[999]))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> Lz4Frame.decompress(frame, new byte[1001]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /**
   * The bytes of a data set are a function of its content: they must not change with the machine,
   * nor unnoticed with the library.
   */
  @Test
  void frameBytesStayTheSame() throws GeneralSecurityException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int seed = 0; seed < 20; seed++) {
      digest.update(Lz4Frame.compress(content(new SplittableRandom(seed), 700_000)));
    }
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo("c91920020a8d52008ecf78af8d523a10459bad96f975561425f63fc325620537");
  }

  private static byte[] others(byte[] content, Parameters parameters) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    try (var out = new FramedLZ4CompressorOutputStream(frame, parameters)) {
      out.write(content);
    }
    return frame.toByteArray();
  }

  /**
   * Noise, runs, repeats near and far, in any mixture and length, often around the limits of the
   * format.
   */
  private static byte[] content(SplittableRandom random, int maxLength) {
    int length =
        switch (random.nextInt(4)) {
          case 0 -> random.nextInt(40);
          case 1 -> Math.min(maxLength, Lz4Frame.BLOCK_BYTES - 8 + random.nextInt(16));
          default -> random.nextInt(maxLength);
        };
    byte[] content = new byte[length];
    int at = 0;
    while (at < length) {
      int n = Math.min(length - at, 1 + random.nextInt(1 << random.nextInt(1, 18)));
      switch (random.nextInt(4)) {
        case 0 -> {
          for (int i = at; i < at + n; i++) {
            content[i] = (byte) random.nextInt();
          }
        }
        case 1 -> Arrays.fill(content, at, at + n, (byte) random.nextInt());
        case 2 -> {
          int period = 1 + random.nextInt(16);
          for (int i = at; i < at + n; i++) {
            content[i] = i - period < 0 ? 1 : content[i - period];
          }
        }
        default -> {
          if (at > 0) {
            int from = random.nextInt(at);
            for (int i = 0; i < n; i++) {
              content[at + i] = content[from + i];
            }
          }
        }
      }
      at += n;
    }
    return content;
  }
}
