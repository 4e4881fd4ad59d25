package io.seminar.pipelines.quantization;

import io.seminar.attention.quantization.ProductQuantizer;
import io.seminar.attention.quantization.Quantizer;
import io.seminar.attention.quantization.ResidualQuantizer;
import io.seminar.attention.quantization.RotatedQuantizer;
import io.seminar.attention.quantization.TrainingOptions;

/**
 * The form of a catalogue's codes.
 *
 * @param method how vectors are quantised
 * @param bits of a sub-code, 4 or 8
 * @param threshold T of anisotropic product quantisation, plain or rotated, below 1; 0: none
 * @param perHead whether every head of a network has codes of its own, of the fields as it sees
 *     them
 */
public record CodeForm(Quantizer.Method method, int bits, float threshold, boolean perHead) {

  /** Product quantisation of 8 bits, one codebook for all heads. */
  public static final CodeForm PLAIN = new CodeForm(Quantizer.Method.PQ, 8, 0, false);

  private static final int MOST_STAGES = 128;

  public CodeForm {
    if (bits != 4 && bits != 8) {
      throw new IllegalArgumentException(
          bits + " bits a sub-code, expected 4 or 8, the widths of the look-up tables");
    }
    if (!(threshold >= 0 && threshold < 1)) {
      throw new IllegalArgumentException(
          "anisotropic threshold " + threshold + ", expected 0 (none) to below 1");
    }
    if (threshold > 0 && method == Quantizer.Method.RQ) {
      throw new IllegalArgumentException(
          "anisotropic threshold " + threshold + " with rq, expected pq or opq");
    }
  }

  /** Centroids that a sub-code can name. */
  int centroids() {
    return 1 << bits;
  }

  /** Sub-codes that so many bytes hold. */
  int subcodes(int bytes) {
    return Math.multiplyExact(bytes, 8 / bits);
  }

  /** Sub-codes that a vector can have at most: parts of a cut, or stages. */
  int mostSubcodes(int dimension) {
    return method == Quantizer.Method.RQ ? MOST_STAGES : dimension;
  }

  /** Trains a quantiser of this form. */
  Quantizer train(float[] vectors, int n, int dimension, TrainingOptions options) {
    TrainingOptions own = options.withCentroids(centroids()).withThreshold(threshold);
    return switch (method) {
      case PQ -> ProductQuantizer.train(vectors, n, dimension, own);
      case OPQ -> RotatedQuantizer.train(vectors, n, dimension, own);
      case RQ -> ResidualQuantizer.train(vectors, n, dimension, own);
    };
  }
}
