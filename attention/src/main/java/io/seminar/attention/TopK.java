package io.seminar.attention;

/**
 * Chooses the K largest of many scores, best first; of equal ones the more recent (the larger
 * index) goes first. So the choice is one total order and never depends on how it was found. {@code
 * -0} equals {@code 0}; {@code -∞} is a score like another, below all others.
 *
 * <p>Scores may come in parts, in the order of their indices: {@link #begin}, {@link #offer} for
 * each part, {@link #finish}. So a caller that scores a long history block by block never holds all
 * scores of it.
 *
 * <p>How: the first part is dealt into {@code G >= 2K} groups and the K-th largest of the group
 * maxima is taken as a threshold, which at least K scores reach and few more than K do. One more
 * pass collects what reaches it into a bounded buffer; when that is full it is cut down to the best
 * K and the threshold rises. All passes run over vectors and hardly branch: the K-th largest of a
 * few hundred scores is found by halving the interval that it lies in, counting what lies above;
 * the order of the best by counting for each how many are better. A cut costs O(K) and comes after
 * at least K more candidates, also when all scores are equal.
 *
 * <p>An instance is reusable, not safe for several threads, and allocates nothing once made.
 */
public final class TopK {

  /** Scores looked at between two checks of the room that is left. */
  private static final int CHUNK = 512;

  /** Up to so many are ordered by counting, which costs their square but never mispredicts. */
  private static final int COUNTED = 512;

  private final int maxK;
  private final float[] maxima;
  private final short[] sumMaxima;
  private final int[] candidates; // rising
  private final float[] values; // of the candidates
  private final int[] ranks;
  private final long[] keys;
  private int wanted;
  private int count;
  private boolean open; // no threshold yet: everything is a candidate
  private float threshold;

  /**
   * @param maxK largest K that will be asked for, at least 1
   */
  public TopK(int maxK) {
    if (maxK < 1 || maxK > 1 << 24) {
      throw new IllegalArgumentException("maxK is " + maxK + ": expected 1 to " + (1 << 24));
    }
    this.maxK = maxK;
    this.maxima = new float[groups(maxK)];
    this.sumMaxima = new short[maxima.length];
    // As many as a cut is put off for, a chunk that is all taken, and the one slot that the kernel
    // writes ahead.
    this.candidates = new int[mostBeforeCut(maxK) + CHUNK + 1];
    this.values = new float[candidates.length];
    this.ranks = new int[COUNTED];
    this.keys = new long[maxK];
  }

  /**
   * A candidate too many costs about as much as a hundredth of a cut, which raises the threshold.
   */
  private static int mostBeforeCut(int k) {
    return 2 * k + 64;
  }

  private static int groups(int k) {
    return Math.max(64, (2 * k + 63) & -64);
  }

  /** The largest K that this instance can be asked for. */
  public int maxK() {
    return maxK;
  }

  /**
   * Writes the indices, relative to {@code offset}, of the {@code min(k, length)} best scores to
   * {@code out}, best first, and returns how many they are. Fewer scores than {@code k}: all of
   * them.
   *
   * @throws IllegalArgumentException if the arrays are too short, {@code k} is not in 0..maxK or a
   *     score is NaN
   */
  public int select(float[] scores, int offset, int length, int k, int[] out, int outOffset) {
    begin(k);
    offer(scores, offset, length, 0);
    return finish(out, outOffset);
  }

  /**
   * Forgets everything, and looks for the best {@code k} from here on.
   *
   * @throws IllegalArgumentException if {@code k} is not in 0..maxK
   */
  public void begin(int k) {
    if (k < 0 || k > maxK) {
      throw new IllegalArgumentException("k is " + k + ": expected 0 to " + maxK);
    }
    wanted = k;
    count = 0;
    open = true;
  }

  /**
   * Takes the next scores.
   *
   * @param first index of the first of them, above all indices before
   * @throws IllegalArgumentException if the array is too short or a score is NaN; some are found by
   *     {@link #finish} only
   */
  public void offer(float[] scores, int offset, int length, int first) {
    AttentionKernels.checkRange("scores", scores.length, offset, length);
    if (open && count == 0 && wanted > 0 && length >= 2 * groups(wanted)) {
      int groups = groups(wanted);
      AttentionKernels.KERNELS.groupMaxima(scores, offset, length, maxima, groups);
      if (Float.isNaN(AttentionKernels.KERNELS.max(maxima, 0, groups))) {
        throw notANumber(scores, offset, length, first);
      }
      threshold = kthLargest(maxima, groups, wanted);
      open = false;
    }
    int most = mostBeforeCut(wanted);
    for (int start = 0; start < length; start += CHUNK) {
      int end = Math.min(length, start + CHUNK);
      if (open || wanted == 0) {
        for (int i = start; i < end; i++) {
          candidates[count] = first + i;
          values[count++] = scores[offset + i];
        }
      } else {
        count =
            AttentionKernels.KERNELS.appendNotBelow(
                scores, offset, start, end, threshold, first, candidates, values, count);
      }
      if (count > most) {
        cut();
      }
    }
  }

  /**
   * Takes the next scores as sums of whole blocks, see {@link Kernels#fastSums}: as {@link #offer}
   * takes floats. Sums are at least 0; a negative one stands for no behaviour.
   */
  void offerSums(short[] sums, int offset, int length, int first) {
    if (open && count == 0 && wanted > 0 && length >= 2 * groups(wanted)) {
      int groups = groups(wanted);
      AttentionKernels.KERNELS.groupMaxima(sums, offset, length, sumMaxima, groups);
      for (int g = 0; g < groups; g++) {
        maxima[g] = sumMaxima[g];
      }
      threshold = kthLargest(maxima, groups, wanted);
      open = false;
    }
    int most = mostBeforeCut(wanted);
    for (int start = 0; start < length; start += CHUNK) {
      int n = Math.min(CHUNK, length - start);
      short least = open || threshold < 0 ? 0 : (short) Math.ceil(threshold);
      count =
          AttentionKernels.KERNELS.appendNotBelow(
              sums, offset + start, n, least, first + start, candidates, values, count);
      if (count > most) {
        cut();
      }
    }
  }

  /** How many {@link #candidates} there may be at most. */
  static int mostCandidates(int maxK) {
    return 2 * maxK;
  }

  /**
   * Writes the indices of at least the best {@code min(k, L)} and of at most {@link
   * #mostCandidates}, rising, instead of a {@link #finish}: cheaper where all of them are looked at
   * again. What is above one of them is among them.
   */
  int candidates(int[] out) {
    if (count > mostCandidates(wanted)) {
      cut();
    }
    System.arraycopy(candidates, 0, out, 0, count);
    return count;
  }

  /**
   * Writes the indices of the best, best first, and returns how many they are.
   *
   * @throws IllegalArgumentException if there is no room for them, or a score was NaN
   */
  public int finish(int[] out, int outOffset) {
    return finish(out, outOffset, null, 0);
  }

  /** The same, with the scores of what was chosen. */
  public int finish(int[] out, int outOffset, float[] scores, int scoresOffset) {
    cut();
    AttentionKernels.checkRange("out", out.length, outOffset, count);
    if (scores != null) {
      AttentionKernels.checkRange("scores", scores.length, scoresOffset, count);
    }
    if (count <= COUNTED) {
      AttentionKernels.KERNELS.ranks(values, count, ranks);
      for (int i = 0; i < count; i++) {
        out[outOffset + ranks[i]] = candidates[i];
      }
      if (scores != null) {
        for (int i = 0; i < count; i++) {
          scores[scoresOffset + ranks[i]] = values[i];
        }
      }
    } else {
      for (int i = 0; i < count; i++) {
        keys[i] = key(values[i], i);
      }
      LongOrder.sort(keys, 0, count);
      for (int i = 0; i < count; i++) {
        int at = index(keys[i]);
        out[outOffset + i] = candidates[at];
        if (scores != null) {
          scores[scoresOffset + i] = values[at];
        }
      }
    }
    return count;
  }

  /** Leaves the best K candidates at most, in their order. */
  private void cut() {
    if (count > 0 && Float.isNaN(AttentionKernels.KERNELS.max(values, 0, count))) {
      int i = 0;
      while (!Float.isNaN(values[i])) {
        i++;
      }
      throw notANumber(values, i, 1, candidates[i]);
    }
    if (count <= wanted) {
      return;
    }
    if (wanted == 0) {
      count = 0;
      return;
    }
    float least = kthLargest(values, count, wanted);
    int better = 0;
    int equal = 0;
    for (int i = 0; i < count; i++) {
      better += values[i] > least ? 1 : 0;
      equal += values[i] == least ? 1 : 0;
    }
    // Of those equal to the K-th the older ones, which stand in front, have to go.
    int surplus = better + equal - wanted;
    int left = 0;
    for (int i = 0; i < count; i++) {
      float value = values[i];
      candidates[left] = candidates[i];
      values[left] = value;
      boolean goes = value < least || (value == least && surplus-- > 0);
      left += goes ? 0 : 1;
    }
    count = left;
    threshold = least;
    open = false;
  }

  /**
   * The k-th largest of n numbers, or a number above the next smaller one: k of them are not below
   * it. Numbers are searched as integers in the order of the numbers.
   */
  private static float kthLargest(float[] values, int n, int k) {
    int low = ordered(Float.NEGATIVE_INFINITY);
    int high = ordered(AttentionKernels.KERNELS.max(values, 0, n));
    // At least k reach low, fewer than k reach what is above high.
    while (low < high) {
      int middle = (int) (((long) low + high + 1) >> 1);
      int above = AttentionKernels.KERNELS.countNotBelow(values, n, number(middle));
      if (above == k) {
        return number(middle);
      }
      if (above > k) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return number(low);
  }

  /** Integers in the order of the numbers, {@code -0} as {@code 0}. */
  static int ordered(float number) {
    int bits = Float.floatToRawIntBits(number + 0f);
    return bits ^ ((bits >> 31) & Integer.MAX_VALUE);
  }

  static float number(int ordered) {
    return Float.intBitsToFloat(ordered ^ ((ordered >> 31) & Integer.MAX_VALUE));
  }

  /** Sorts upwards as scores sort downwards and, among equal scores, indices downwards. */
  static long key(float score, int index) {
    return ~((long) ordered(score) << Integer.SIZE | index);
  }

  static int index(long key) {
    return (int) ~key;
  }

  private static IllegalArgumentException notANumber(
      float[] scores, int offset, int length, int first) {
    int i = 0;
    while (i < length && !Float.isNaN(scores[offset + i])) {
      i++;
    }
    return new IllegalArgumentException(
        "score " + (first + i) + " is NaN: expected numbers, or infinity");
  }
}
