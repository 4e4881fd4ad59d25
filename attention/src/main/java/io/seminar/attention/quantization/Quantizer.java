package io.seminar.attention.quantization;

import java.util.Locale;

/**
 * Replaces a vector by C small numbers, its sub-codes, so that an inner product with it is a sum of
 * C table look-ups: {@code <target, decode(code)> = Σ_c T[c][code_c]} with the {@link #tables} of
 * the target, up to the rounding of float sums. The target stays exact (asymmetric distance
 * computation, Jégou, Douze and Schmid, TPAMI 2011).
 *
 * <p>A code is handled as C unsigned bytes, one a sub-code, whatever its bits; files pack two
 * sub-codes of 4 bits into a byte ({@link #bits()}).
 *
 * <p>Implementations are immutable and safe for threads. {@link #encode}, {@link #decode} and
 * {@link #tables} do not allocate once a thread has seen its largest sizes (work space is kept by
 * thread). Vectors must be finite; large ones, whose squares overflow, get some code rather than
 * the best one.
 */
public sealed interface Quantizer permits ProductQuantizer, RotatedQuantizer, ResidualQuantizer {

  /** The ways to quantise. */
  enum Method {
    /** {@link ProductQuantizer}. */
    PQ,
    /** {@link RotatedQuantizer}. */
    OPQ,
    /** {@link ResidualQuantizer}. */
    RQ;

    /** The name in files and commands. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How it quantises. */
  Method method();

  /** D, floats of a vector. */
  int dimension();

  /** C, sub-codes of a vector. */
  int subcodes();

  /** Slots of a sub-code's table: 16 (4 bits a sub-code) or 256 (8 bits). */
  int slots();

  /** Slots that a sub-code may name, at most {@link #slots()}. */
  int centroids();

  /** Whether the code 0, 0, … stands for the zero vector exactly, and so for "absent". */
  boolean reservesZero();

  /**
   * Encodes a vector.
   *
   * @param vector D finite floats from {@code offset}
   * @param codes C bytes from {@code codesOffset}, overwritten, each below {@link #slots()}
   */
  void encode(float[] vector, int offset, byte[] codes, int codesOffset);

  /**
   * Gives back the vector that a code stands for.
   *
   * @param codes C bytes from {@code codesOffset}
   * @param vector D floats from {@code offset}, overwritten
   */
  void decode(byte[] codes, int codesOffset, float[] vector, int offset);

  /**
   * Writes the tables of a target: {@code T[c][k]} is what sub-code c, if it is k, adds to {@code
   * weight <target, decode(code)>}.
   *
   * @param target D floats from {@code offset}
   * @param tables {@code C * slots()} floats from {@code tablesOffset}, overwritten
   */
  // (D) -> (C, slots)
  void tables(float[] target, int offset, float weight, float[] tables, int tablesOffset);

  /** Bits of a sub-code, 4 or 8. */
  default int bits() {
    return slots() == 16 ? 4 : 8;
  }

  /** Encodes {@code n} vectors. // (N, D) -> (N, C) */
  default void encodeAll(float[] vectors, int n, byte[] codes) {
    if (n < 0 || (long) n * dimension() > vectors.length || (long) n * subcodes() > codes.length) {
      throw new IllegalArgumentException(
          n
              + " vectors of "
              + dimension()
              + " floats and codes of "
              + subcodes()
              + " bytes do not fit "
              + vectors.length
              + " floats and "
              + codes.length
              + " bytes");
    }
    for (int i = 0; i < n; i++) {
      encode(vectors, i * dimension(), codes, i * subcodes());
    }
  }

  /** Mean over vectors of the squared distance between a vector and its decoded code. */
  default double meanSquaredError(float[] vectors, int n) {
    byte[] code = new byte[subcodes()];
    float[] decoded = new float[dimension()];
    double sum = 0;
    for (int i = 0; i < n; i++) {
      encode(vectors, i * dimension(), code, 0);
      decode(code, 0, decoded, 0);
      for (int d = 0; d < decoded.length; d++) {
        double x = (double) vectors[i * dimension() + d] - decoded[d];
        sum += x * x;
      }
    }
    return sum / n;
  }
}
