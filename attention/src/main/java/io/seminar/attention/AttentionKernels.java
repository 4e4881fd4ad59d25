package io.seminar.attention;

import java.lang.reflect.InvocationTargetException;

/**
 * Target attention on flat arrays: the checked door to the inner loops.
 *
 * <p>Legend: {@code B} targets, {@code L} behaviours (rows), {@code D} floats a vector, {@code K}
 * behaviours kept; matrices are row-major; {@code stride >= L} is the distance between the scores
 * of one target and of the next.
 *
 * <p>Two implementations stand behind it, chosen once when this class is loaded: on the Vector API
 * if the JVM was started with {@code --add-modules=jdk.incubator.vector}, else in plain Java.
 * {@link #implementation()} says which. {@code -Dseminar.kernels=scalar} forces plain Java, {@code
 * vector} insists on the Vector API, any other value than these and {@code auto} is refused.
 *
 * <p>Both give the same bits, and a result is a function of its own operands alone: the score of a
 * target and a row does not depend on the other targets and rows of the call, so equal rows tie
 * exactly.
 *
 * <p>No method allocates once a thread has seen its largest sizes (work space is kept by thread).
 * All are safe to call from many threads on different output arrays. A caller that breaks a
 * precondition gets an {@link IllegalArgumentException} with the values in it.
 */
public final class AttentionKernels {

  /** Names what runs on this JVM: {@code vector-512}, {@code vector-256}, … or {@code scalar}. */
  public static String implementation() {
    return KERNELS.name();
  }

  /**
   * System property that forces an implementation: {@code auto}, {@code vector}, {@code scalar}.
   */
  public static final String PROPERTY = "seminar.kernels";

  /**
   * Largest relative error of a softmax weight before normalisation against the true exponential of
   * the same float argument, for arguments down to -87 (weights down to 1e-38; smaller ones are
   * zero).
   */
  public static final double EXPONENTIAL_ERROR = 2.0e-7;

  private static final String MODULE = "jdk.incubator.vector";

  static final Kernels KERNELS = choose(System.getProperty(PROPERTY, "auto"));

  /** Bytes of rows that one pass of the weighted sum covers: they stay in the first-level cache. */
  private static final int PASS_BYTES = 32 * 1024;

  /** Softmax weights; an array a thread, grown as needed, never shared. */
  private static final ThreadLocal<float[]> WEIGHTS = ThreadLocal.withInitial(() -> new float[0]);

  private AttentionKernels() {}

  static Kernels choose(String wanted) {
    boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
    switch (wanted) {
      case "scalar":
        return new ScalarKernels();
      case "auto":
        return present ? vector() : new ScalarKernels();
      case "vector":
        if (present) {
          return vector();
        }
        throw new IllegalArgumentException(
            "system property "
                + PROPERTY
                + " is vector, but the JVM was started without --add-modules="
                + MODULE);
      default:
        throw new IllegalArgumentException(
            "system property " + PROPERTY + " is " + wanted + ": expected auto, vector or scalar");
    }
  }

  /** Not named in code: the class cannot even be linked where its module is missing. */
  private static Kernels vector() {
    try {
      return (Kernels)
          Class.forName("io.seminar.attention.VectorKernels")
              .getDeclaredConstructor()
              .newInstance();
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("the Vector API kernels failed to start", e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the Vector API kernels are missing from the build", e);
    }
  }

  /**
   * Inner products of every target with every row: {@code scores[i * stride + l] = <target_i,
   * row_l>} for {@code l < length}; what lies between {@code length} and {@code stride} is left
   * alone. A score's error is at most {@code (D/4 + 4) 2^-24 Σ|t_d r_d|}. Values that are not
   * finite go through as arithmetic has them.
   *
   * @param targets (B, D)
   * @param rows (L, D)
   * @param scores (B, stride)
   */
  // (B, D) x (L, D) -> (B, stride)
  public static void scores(
      float[] targets, int b, float[] rows, int length, int dimension, float[] scores, int stride) {
    checkSizes(b, length, dimension);
    checkMatrix("targets", targets, b, dimension);
    checkMatrix("rows", rows, length, dimension);
    checkScores(scores, b, length, stride);
    KERNELS.scores(targets, b, rows, 0, length, dimension, scores, stride);
  }

  /**
   * Inner products of one target with rows chosen: {@code scores[at + i] = <target,
   * row_{chosen_i}>}, to the bit what {@link #scores} gives for the same pairs.
   *
   * @param targets holds the target's D floats from {@code target}
   * @param rows (L, D)
   * @param chosen {@code n} row indices, in any order, repeats allowed
   */
  // (D) x (n of L, D) -> (n)
  public static void scoresOf(
      float[] targets,
      int target,
      float[] rows,
      int[] chosen,
      int n,
      int dimension,
      float[] scores,
      int at) {
    checkSizes(1, n, dimension);
    checkRange("targets", targets.length, target, dimension);
    checkKept(chosen, n, rows.length / dimension);
    checkRange("scores", scores.length, at, n);
    KERNELS.scoresOf(targets, target, rows, chosen, n, dimension, scores, at);
  }

  /**
   * Inner products of whole numbers, exact: {@code sums[i] = Σ_d weight_d code_{chosen_i, d}}.
   *
   * @param weights of the even dimensions and, from the middle of the array on, of the odd ones:
   *     {@code 2 ⌈D / 2⌉} numbers of -127 to 127
   * @param codes (L, D), -127 to 127
   * @param chosen {@code n} row indices
   */
  // (D) x (n of L, D) -> (n)
  public static void byteSums(
      short[] weights, byte[] codes, int dimension, int[] chosen, int n, int[] sums) {
    checkSizes(1, n, dimension);
    if (weights.length != 2 * ((dimension + 1) / 2)) {
      throw new IllegalArgumentException(
          "weights has "
              + weights.length
              + " numbers: expected two halves of "
              + (dimension + 1) / 2);
    }
    checkKept(chosen, n, codes.length / dimension);
    checkRange("sums", sums.length, 0, n);
    KERNELS.byteSums(weights, codes, dimension, chosen, n, sums);
  }

  /**
   * Writes the rows {@code 0 <= l < length} whose score at {@code offset + l} is not below a
   * threshold to {@code rows}, rising, and returns how many they are. No score is NaN.
   *
   * @param marks work space of {@code ⌈length / 32⌉}: the scores are compared without a branch
   *     first, since which of them reach is hard to predict
   * @param rows room for all that may reach
   */
  public static int rowsReaching(
      float[] scores, int offset, int length, float threshold, int[] marks, int[] rows) {
    checkRange("scores", scores.length, offset, length);
    int words = (length + Integer.SIZE - 1) / Integer.SIZE;
    checkRange("marks", marks.length, 0, words);
    KERNELS.mark(scores, offset, length, threshold, marks);
    int n = 0;
    for (int w = 0; w < words; w++) {
      for (int left = marks[w]; left != 0; left &= left - 1) {
        rows[n++] = w * Integer.SIZE + Integer.numberOfTrailingZeros(left);
      }
    }
    return n;
  }

  /** {@code sums[at + i] += more[from + i]} for {@code n} numbers of another array. */
  public static void add(float[] more, int from, int n, float[] sums, int at) {
    checkRange("more", more.length, from, n);
    checkRange("sums", sums.length, at, n);
    KERNELS.add(more, from, n, sums, at);
  }

  /**
   * Fits scores to rows: {@code scores[at + l] = factors[from + l] (scores[at + l] + shift) +
   * centre + spread radii[from + l]} for {@code n} rows, in two fused operations.
   *
   * @param radii null: nothing is spread
   */
  // (n), (n), (n) -> (n)
  public static void fit(
      float[] scores,
      int at,
      int n,
      float[] factors,
      float[] radii,
      int from,
      float shift,
      float centre,
      float spread) {
    checkRange("scores", scores.length, at, n);
    checkRange("factors", factors.length, from, n);
    if (radii != null) {
      checkRange("radii", radii.length, from, n);
    }
    KERNELS.fit(scores, at, n, factors, radii, from, shift, centre, spread);
  }

  /** Inner product of {@code n} floats, to the bit what {@link #scores} gives for the same pair. */
  public static float dot(float[] a, int aOffset, float[] b, int bOffset, int n) {
    checkRange("a", a.length, aOffset, n);
    checkRange("b", b.length, bOffset, n);
    return KERNELS.dot(a, aOffset, b, bOffset, n);
  }

  /**
   * Full attention of every target: {@code out_i = Σ_l softmax_l(scores_il / τ) row_l}. The largest
   * score is taken off first, so any temperature is safe; sums of weights are doubles. With {@code
   * length} 0, {@code out} is zero and the log-sum-exp is {@code -∞}. A score of {@code -∞} (a
   * masked behaviour) has weight zero.
   *
   * @param scores (B, stride)
   * @param temperature τ > 0
   * @param rows (L, D)
   * @param out (B, D), overwritten
   * @param logSumExp (B), overwritten with {@code ln Σ_l exp(scores_il / τ)}
   * @throws IllegalArgumentException also if a target's scores hold NaN or {@code +∞}, or nothing
   *     but {@code -∞}
   */
  // (B, L), (L, D) -> (B, D), (B)
  public static void attendAll(
      float[] scores,
      int b,
      int length,
      int stride,
      float temperature,
      float[] rows,
      int dimension,
      float[] out,
      double[] logSumExp) {
    checkSizes(b, length, dimension);
    checkScores(scores, b, length, stride);
    checkMatrix("rows", rows, length, dimension);
    checkMatrix("out", out, b, dimension);
    checkRange("logSumExp", logSumExp.length, 0, b);
    float inverse = inverse(temperature);
    int cells = b * dimension;
    for (int i = 0; i < cells; i++) {
      out[i] = 0;
    }
    if (length == 0) {
      for (int i = 0; i < b; i++) {
        logSumExp[i] = Double.NEGATIVE_INFINITY;
      }
      return;
    }
    int pass = Math.max(32, Math.min(512, PASS_BYTES / (Float.BYTES * dimension)));
    float[] work = weights(b * (pass + 1));
    int maxima = b * pass;
    for (int i = 0; i < b; i++) {
      work[maxima + i] = largest(scores, i * stride, length, i);
      logSumExp[i] = 0;
    }
    for (int start = 0; start < length; start += pass) {
      int n = Math.min(pass, length - start);
      for (int i = 0; i < b; i++) {
        KERNELS.exponentials(
            scores, i * stride + start, n, work[maxima + i], inverse, work, i * pass);
        logSumExp[i] += sum(work, i * pass, n);
      }
      KERNELS.accumulate(work, pass, b, rows, start * dimension, n, dimension, out);
    }
    for (int i = 0; i < b; i++) {
      double total = logSumExp[i];
      for (int d = i * dimension; d < (i + 1) * dimension; d++) {
        out[d] = (float) (out[d] / total);
      }
      logSumExp[i] = (double) work[maxima + i] * inverse + Math.log(total);
    }
  }

  /**
   * Attention of one target over the behaviours kept: {@code out = Σ_j softmax_j(scores[kept_j] /
   * τ) row_{kept_j}}, the softmax over the {@code k} kept alone. With {@code k} 0, {@code out} is
   * zero.
   *
   * @param scores the target's scores from {@code scoresOffset}, one a behaviour
   * @param kept ordinals of the behaviours kept, {@code k} of them
   * @param rows (L, D)
   * @param out D floats from {@code outOffset}, overwritten
   * @return {@code ln Σ_j exp(scores[kept_j] / τ)}; {@code -∞} if {@code k} is 0
   * @throws IllegalArgumentException also if a kept score is NaN or {@code +∞}, or all are {@code
   *     -∞}
   */
  // (L), (K), (L, D) -> (D)
  public static double attendKept(
      float[] scores,
      int scoresOffset,
      int[] kept,
      int k,
      float temperature,
      float[] rows,
      int dimension,
      float[] out,
      int outOffset) {
    checkSizes(1, k, dimension);
    checkRange("out", out.length, outOffset, dimension);
    checkKept(kept, k, Math.min(rows.length / dimension, scores.length - scoresOffset));
    checkRange("scores", scores.length, scoresOffset, 0);
    float[] work = weights(k);
    for (int j = 0; j < k; j++) {
      work[j] = scores[scoresOffset + kept[j]];
    }
    return attend(work, kept, k, inverse(temperature), rows, dimension, out, outOffset);
  }

  /**
   * The same where only the scores of the behaviours kept are known: {@code scores[scoresOffset +
   * j]} is that of row {@code kept[j]}. To the bit what {@link #attendKept} gives for the same
   * scores.
   *
   * @param scores {@code k} from {@code scoresOffset}, in the order of {@code kept}
   */
  // (K), (K), (L, D) -> (D)
  public static double attendScored(
      float[] scores,
      int scoresOffset,
      int[] kept,
      int k,
      float temperature,
      float[] rows,
      int dimension,
      float[] out,
      int outOffset) {
    checkSizes(1, k, dimension);
    checkRange("out", out.length, outOffset, dimension);
    checkKept(kept, k, rows.length / dimension);
    checkRange("scores", scores.length, scoresOffset, k);
    float[] work = weights(k);
    System.arraycopy(scores, scoresOffset, work, 0, k);
    return attend(work, kept, k, inverse(temperature), rows, dimension, out, outOffset);
  }

  /**
   * @param work k scores; overwritten
   */
  private static double attend(
      float[] work,
      int[] kept,
      int k,
      float inverse,
      float[] rows,
      int dimension,
      float[] out,
      int outOffset) {
    if (k == 0) {
      for (int d = 0; d < dimension; d++) {
        out[outOffset + d] = 0;
      }
      return Double.NEGATIVE_INFINITY;
    }
    float max = largest(work, 0, k, 0);
    KERNELS.exponentials(work, 0, k, max, inverse, work, 0);
    double total = sum(work, 0, k);
    for (int j = 0; j < k; j++) {
      work[j] = (float) (work[j] / total);
    }
    KERNELS.accumulateKept(work, kept, k, rows, dimension, out, outOffset);
    return (double) max * inverse + Math.log(total);
  }

  /**
   * Share of the full softmax that the kept behaviours hold, {@code Σ_j exp(scores[kept_j] / τ -
   * logSumExp)}, in [0, 1]; the last rounding error above 1 is cut. No behaviours kept: 0.
   *
   * @param logSumExp what {@link #attendAll} gave for the same scores and temperature
   */
  public static double massKept(
      float[] scores, int scoresOffset, int[] kept, int k, float temperature, double logSumExp) {
    if (k < 0) {
      throw new IllegalArgumentException("k is " + k + ": expected 0 or more");
    }
    checkRange("scores", scores.length, scoresOffset, 0);
    checkKept(kept, k, scores.length - scoresOffset);
    float inverse = inverse(temperature);
    if (Double.isNaN(logSumExp)) {
      throw new IllegalArgumentException("logSumExp is NaN");
    }
    double mass = 0;
    for (int j = 0; j < k; j++) {
      mass += Math.exp((double) scores[scoresOffset + kept[j]] * inverse - logSumExp);
    }
    return Math.min(1, mass);
  }

  /** Sum as doubles, in four partial sums by index modulo 4. */
  private static double sum(float[] values, int offset, int n) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int i = 0;
    for (; i + 3 < n; i += 4) {
      s0 += values[offset + i];
      s1 += values[offset + i + 1];
      s2 += values[offset + i + 2];
      s3 += values[offset + i + 3];
    }
    for (; i < n; i++) {
      s0 += values[offset + i];
    }
    return s0 + s1 + s2 + s3;
  }

  private static float largest(float[] scores, int offset, int n, int target) {
    float max = KERNELS.max(scores, offset, n);
    if (!(Math.abs(max) <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "largest of the "
              + n
              + " scores of target "
              + target
              + " is "
              + max
              + ": expected a finite number and no NaN among them");
    }
    return max;
  }

  private static float inverse(float temperature) {
    float inverse = 1 / temperature;
    if (!(temperature > 0) || !(inverse > 0 && inverse <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + ": expected a positive number with a finite inverse");
    }
    return inverse;
  }

  private static float[] weights(int length) {
    float[] weights = WEIGHTS.get();
    if (weights.length < length) {
      weights = new float[length];
      WEIGHTS.set(weights);
    }
    return weights;
  }

  static void checkSizes(int b, int length, int dimension) {
    if (b < 0 || length < 0 || dimension < 1) {
      throw new IllegalArgumentException(
          "targets "
              + b
              + ", length "
              + length
              + ", dimension "
              + dimension
              + ": expected at least 0, 0 and 1");
    }
  }

  static void checkMatrix(String name, float[] values, int rows, int dimension) {
    if ((long) rows * dimension > values.length) {
      throw new IllegalArgumentException(
          name
              + " has "
              + values.length
              + " floats: expected at least "
              + (long) rows * dimension
              + " ("
              + rows
              + " x "
              + dimension
              + ")");
    }
  }

  private static void checkScores(float[] scores, int b, int length, int stride) {
    if (stride < length) {
      throw new IllegalArgumentException(
          "stride is " + stride + ": expected at least the length, " + length);
    }
    if (b > 0 && (b - 1L) * stride + length > scores.length) {
      throw new IllegalArgumentException(
          "scores has "
              + scores.length
              + " floats: expected at least "
              + ((b - 1L) * stride + length)
              + " ("
              + b
              + " targets, stride "
              + stride
              + ", length "
              + length
              + ")");
    }
  }

  static void checkRange(String name, int size, int offset, int n) {
    if (offset < 0 || n < 0 || (long) offset + n > size) {
      throw new IllegalArgumentException(
          name + " has " + size + " elements: " + n + " from " + offset + " do not fit");
    }
  }

  private static void checkKept(int[] kept, int k, int length) {
    checkRange("kept", kept.length, 0, k);
    for (int j = 0; j < k; j++) {
      if (kept[j] < 0 || kept[j] >= length) {
        throw new IllegalArgumentException(
            "kept[" + j + "] is " + kept[j] + ": expected 0 to " + (length - 1));
      }
    }
  }
}
