package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FixedPointSumsTest {
  private static final double RESOLUTION = 0x1p-30;

  /** Against exact decimal sums: at most half a unit a user, times the weight. */
  @Test
  void staysWithinItsResolution() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    FixedPointSums sums = new FixedPointSums(2, 1, 1);
    BigDecimal plain = BigDecimal.ZERO;
    BigDecimal weighted = BigDecimal.ZERO;
    long weights = 0;
    int users = 1000;
    for (int u = 0; u < users; u++) {
      double value = random.nextGaussian() * Math.pow(10, random.nextInt(7) - 3);
      long weight = random.nextInt(5);
      sums.add(new double[] {value, 0, u}, 0, new long[] {weight});
      plain = plain.add(new BigDecimal(value));
      weighted = weighted.add(new BigDecimal(value).multiply(BigDecimal.valueOf(weight)));
      weights += weight;
    }
    // Reading a sum as a double rounds once more.
    double reading = Math.ulp(sums.sum(0)) + Math.ulp(sums.sum(0, 0));
    assertThat(sums.sum(0))
        .as("seed " + seed)
        .isCloseTo(plain.doubleValue(), within(users * RESOLUTION / 2 + reading));
    assertThat(sums.sum(0, 0))
        .as("seed " + seed)
        .isCloseTo(weighted.doubleValue(), within(weights * RESOLUTION / 2 + reading));
    assertThat(sums.sum(1)).isZero();
    assertThat(sums.sum(1, 0)).isZero();
    assertThat(sums.count(0)).isEqualTo(users * (users - 1L) / 2);
  }

  /** Beyond 2^53 units a double has lost the last of them, the units have not. */
  @Test
  void unitsAreExact() {
    FixedPointSums sums = new FixedPointSums(2, 0, 2);
    sums.add(new double[] {0x1p32, 0}, 0, new long[] {1, 0, 7}); // the 7 is not looked at
    sums.add(new double[] {RESOLUTION, 0}, 0, new long[] {1, 1});
    assertThat(sums.units(0)).isEqualTo((1L << 62) + 1);
    assertThat(sums.units(0, 0)).isEqualTo((1L << 62) + 1);
    assertThat(sums.units(0, 1)).isEqualTo(1);
    assertThat(sums.units(1)).isZero();
    assertThat(sums.units(1, 1)).isZero();
    assertThat(sums.sum(0)).isEqualTo(0x1p32);
    assertThat(FixedPointSums.real(1)).isEqualTo(sums.sum(0, 1)).isEqualTo(RESOLUTION);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sums.units(0, 2))
        .withMessageContaining("replicate 2 is outside 0..1");
  }

  @Test
  void integersAndDyadicFractionsAreExact() {
    FixedPointSums sums = new FixedPointSums(2, 0, 0);
    for (int u = 0; u < 1_000_000; u++) {
      sums.add(new double[] {8000, 1 + RESOLUTION}, 0, new long[0]);
    }
    assertThat(sums.sum(0)).isEqualTo(8e9); // inside the range of 8.6e9
    assertThat(sums.sum(1)).isEqualTo(1e6 + 1e6 * RESOLUTION);
  }

  @Test
  void readsTheValuesFromTheOffset() {
    FixedPointSums sums = new FixedPointSums(1, 1, 1);
    sums.add(new double[] {9, 2, 3, 9}, 1, new long[] {5});
    assertThat(sums.sum(0)).isEqualTo(2);
    assertThat(sums.sum(0, 0)).isEqualTo(10);
    assertThat(sums.count(0)).isEqualTo(3);
  }

  /** Exactly up to the limit it sums, beyond it refuses, and what it held is untouched. */
  @Test
  void refusesToLeaveTheRangeInOneReplicate() {
    FixedPointSums sums = new FixedPointSums(1, 0, 3);
    double half = FixedPointSums.LARGEST_SUM / 2;
    sums.add(new double[] {half}, 0, new long[] {0, 1, 1});
    byte[] before = bytes(sums);
    for (long[] weights : new long[][] {{0, 0, 1}, {2, 0, 0}, {0, 1, 0}}) {
      assertThatThrownBy(() -> sums.add(new double[] {half}, 0, weights))
          .as(Arrays.toString(weights))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("statistic 0");
      assertThat(bytes(sums)).isEqualTo(before);
    }
    sums.add(new double[] {half - RESOLUTION * 2048}, 0, new long[] {1, 0, 1});
    assertThat(sums.sum(0, 2)).isLessThan(FixedPointSums.LARGEST_SUM);
    assertThat(sums.sum(0, 2)).isGreaterThan(FixedPointSums.LARGEST_SUM - 1e-5);
  }

  /**
   * The bound that stands in for a check of every sum grows with the largest weight, much faster
   * than the sums; it must be tightened then, not mistaken for them.
   */
  @Test
  void doesNotRefuseWhatFits() {
    FixedPointSums sums = new FixedPointSums(1, 0, 4);
    long[] weights = new long[4];
    double user = FixedPointSums.LARGEST_SUM / 4096;
    // Each replicate is drawn 4 times in 4: sums grow by one user a round, the bound by four.
    for (int u = 0; u < 4000; u++) {
      Arrays.fill(weights, 0);
      weights[u % 4] = 4;
      sums.add(new double[] {user}, 0, weights);
    }
    for (int r = 0; r < 4; r++) {
      assertThat(sums.sum(0, r)).isEqualTo(4000 * user);
    }
    // Numbers that cancel do so in the sum, not in the bound.
    for (int u = 0; u < 20_000; u++) {
      sums.add(new double[] {u % 2 == 0 ? -user : user}, 0, new long[] {1, 1, 1, 1});
    }
    assertThat(sums.sum(0, 3)).isEqualTo(4000 * user);
  }

  @Test
  void mergingRefusesToWrapToo() {
    FixedPointSums a = new FixedPointSums(1, 0, 1);
    a.add(new double[] {5e9}, 0, new long[] {1});
    FixedPointSums b = new FixedPointSums(1, 0, 1);
    b.add(new double[] {5e9}, 0, new long[] {0});
    assertThatThrownBy(() -> b.merge(a)).isInstanceOf(ArithmeticException.class);
    FixedPointSums c = new FixedPointSums(1, 1, 0);
    c.add(new double[] {0, 0x1p53}, 0, new long[0]);
    for (int i = 0; i < 9; i++) {
      c.merge(copy(c)); // doubles: 2^62
    }
    assertThat(c.count(0)).isEqualTo(1L << 62);
    assertThatThrownBy(() -> c.merge(copy(c))).isInstanceOf(ArithmeticException.class);
  }

  @Test
  void mergedSumsGoOnCheckingTheRange() {
    FixedPointSums a = new FixedPointSums(1, 0, 1);
    a.add(new double[] {4e9}, 0, new long[] {1});
    FixedPointSums b = new FixedPointSums(1, 0, 1);
    b.merge(a);
    b.merge(copy(a));
    assertThat(b.sum(0, 0)).isEqualTo(8e9);
    for (FixedPointSums sums : new FixedPointSums[] {b, copy(b)}) {
      assertThatThrownBy(() -> sums.add(new double[] {1e9}, 0, new long[] {1}))
          .isInstanceOf(ArithmeticException.class);
    }
  }

  @Test
  void refusesBadInputAndAddsNothing() {
    FixedPointSums sums = new FixedPointSums(2, 1, 1);
    long[] one = {1};
    byte[] before = bytes(sums);
    refuse(sums, new double[] {1, Double.NaN, 1}, one, "statistic 1 is NaN");
    refuse(sums, new double[] {Double.NEGATIVE_INFINITY, 1, 1}, one, "statistic 0 is -Infinity");
    refuse(sums, new double[] {1, 1, 1.5}, one, "count 0 is 1.5");
    refuse(sums, new double[] {1, 1, 1e17}, one, "count 0 is 1.0E17");
    refuse(sums, new double[] {1, 1}, one, "holds 2 numbers, 3 expected from 0");
    refuse(sums, new double[] {1, 1, 1}, new long[] {-1}, "weight");
    refuse(sums, new double[] {1, 1, 1}, new long[] {1L << 31}, "weight");
    refuse(sums, new double[] {1, 1, 1}, new long[0], "length 0, expected at least 1");
    assertThatThrownBy(() -> sums.add(new double[] {1e10, 0, 0}, 0, one))
        .isInstanceOf(ArithmeticException.class)
        .hasMessageContaining("1.0E10");
    assertThat(bytes(sums)).isEqualTo(before);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sums.sum(2))
        .withMessageContaining("statistic 2 is outside 0..1");
    assertThatIllegalArgumentException().isThrownBy(() -> sums.sum(0, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> sums.count(1));
  }

  @Test
  void comesBackFromBytesAndIsCompact() throws IOException {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int replicates = 400;
    UserWeights bootstrap = new UserWeights(new Resampling(seed, replicates, 0, 0));
    FixedPointSums sums = new FixedPointSums(25, 5, replicates);
    long[] weights = new long[replicates];
    double[] user = new double[30];
    for (int u = 0; u < 2000; u++) {
      bootstrap.fill(random.nextLong(), weights);
      for (int s = 0; s < 20; s++) { // five statistics stay zero
        user[s] = s < 10 ? random.nextInt(20) : -random.nextDouble();
      }
      user[25] = 1;
      sums.add(user, 0, weights);
    }
    byte[] bytes = bytes(sums);
    assertThat(bytes(copy(sums))).as("seed " + seed).isEqualTo(bytes);
    // Fully written it would be 25 * 401 * 8 = 80,200 bytes.
    assertThat(bytes.length).as("seed " + seed).isLessThan(36_000);
    FixedPointSums back = copy(sums);
    for (int s = 0; s < 25; s++) {
      assertThat(back.sum(s)).isEqualTo(sums.sum(s));
      for (int r = 0; r < replicates; r++) {
        assertThat(back.sum(s, r)).isEqualTo(sums.sum(s, r));
      }
    }
    assertThat(back.count(0)).isEqualTo(2000);
    assertThatThrownBy(() -> read(Arrays.copyOf(bytes, bytes.length - 1)))
        .isInstanceOf(IOException.class);
    byte[] foreign = bytes.clone();
    foreign[0] = 77;
    assertThatThrownBy(() -> read(foreign))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("format 77");
  }

  /** One statistic, two replicates: the last row is [length 2 | +1 | -1] behind its shift of 30. */
  @Test
  void damagedRowsAreRefused() {
    FixedPointSums sums = new FixedPointSums(1, 0, 2);
    sums.add(new double[] {1}, 0, new long[] {2, 0});
    byte[] bytes = bytes(sums);
    int row = bytes.length - 3;
    assertThat(Arrays.copyOfRange(bytes, row - 1, bytes.length)).containsExactly(30, 2, 2, 1);

    refuse(bytes, row - 1, 65, "shift 65 of statistic 0 is outside 0..64");
    refuse(bytes, row, 21, "the length of a row is 21, expected 0..20");
    refuse(bytes, row, 3, null); // beyond the end of the stream
    refuse(bytes, row, 1, "number 1 of a row of 2 is cut off");
    refuse(bytes, row + 2, 0x81, "number 1 of a row of 2 is cut off");
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    refuse(longer, row, 3, "a row of 2 numbers has 3 bytes, but they end at 2");
    byte[] endless = Arrays.copyOf(bytes, bytes.length + 18);
    Arrays.fill(endless, row + 1, endless.length, (byte) 0x80);
    refuse(endless, row, 20, "number 0 of a row of 2 has more than ten bytes");
  }

  private static void refuse(byte[] bytes, int at, int value, String message) {
    byte[] damaged = bytes.clone();
    damaged[at] = (byte) value;
    var refusal = assertThatThrownBy(() -> read(damaged)).isInstanceOf(IOException.class);
    if (message == null) {
      refusal.isInstanceOf(EOFException.class);
    } else {
      refusal.hasMessageContaining(message);
    }
  }

  /**
   * Every replicate may be zero while the plain sum is not, and the other way round; both, and
   * numbers of the full range, come back.
   */
  @Test
  void zerosBesideSumsComeBackFromBytes() {
    FixedPointSums sums = new FixedPointSums(3, 1, 2);
    sums.add(new double[] {-3, 0.1, 0, 7}, 0, new long[] {0, 0});
    sums.add(new double[] {0, -0.1, 5, 0}, 0, new long[] {1, 3});
    sums.add(new double[] {0, 0, -5, 0}, 0, new long[] {0, 1});
    FixedPointSums back = copy(copy(sums));
    assertThat(bytes(back)).isEqualTo(bytes(sums));
    for (int s = 0; s < 3; s++) {
      assertThat(back.sum(s)).isEqualTo(sums.sum(s));
      for (int r = 0; r < 2; r++) {
        assertThat(back.sum(s, r)).as("statistic %d, replicate %d", s, r).isEqualTo(sums.sum(s, r));
      }
    }
    assertThat(back.sum(0)).isEqualTo(-3);
    assertThat(back.sum(2)).isZero();
    assertThat(back.sum(2, 1)).isEqualTo(10);
    assertThat(back.count(0)).isEqualTo(7);
  }

  /** Sums that went up and came back to zero must not differ from sums that never moved. */
  @Test
  void equalSumsGiveEqualBytes() {
    FixedPointSums moved = new FixedPointSums(1, 0, 2);
    moved.add(new double[] {1}, 0, new long[] {1, 2});
    moved.add(new double[] {-1}, 0, new long[] {1, 2});
    assertThat(bytes(moved)).isEqualTo(bytes(new FixedPointSums(1, 0, 2)));
  }

  /**
   * Differences between a replicate and the plain sum may exceed what a long holds; the bytes must
   * survive that.
   */
  @Test
  void extremeSumsComeBackFromBytes() {
    double large = FixedPointSums.LARGEST_SUM * .75;
    FixedPointSums sums = new FixedPointSums(2, 0, 2);
    for (int part = 0; part < 3; part++) {
      FixedPointSums one = new FixedPointSums(2, 0, 2);
      double[] user = {part == 0 ? large : -large, part == 0 ? large / 3 : 0};
      one.add(user, 0, new long[] {part == 0 ? 1 : 0, part == 1 ? 1 : 0});
      sums.merge(one);
    }
    FixedPointSums back = copy(sums);
    assertThat(new double[] {back.sum(0), back.sum(0, 0), back.sum(0, 1), back.sum(1)})
        .containsExactly(-large, large, -large, large / 3);
  }

  private static void refuse(FixedPointSums sums, double[] values, long[] weights, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> sums.add(values, 0, weights))
        .withMessageContaining(message);
  }

  private static byte[] bytes(FixedPointSums sums) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    assertThatCode(() -> sums.write(new DataOutputStream(bytes))).doesNotThrowAnyException();
    return bytes.toByteArray();
  }

  private static FixedPointSums copy(FixedPointSums sums) {
    try {
      return read(bytes(sums));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static FixedPointSums read(byte[] bytes) throws IOException {
    return FixedPointSums.read(new DataInputStream(new ByteArrayInputStream(bytes)));
  }
}
