package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.BestRows;
import io.seminar.attention.FastScan;
import io.seminar.attention.TopK;
import io.seminar.attention.quantization.ByteCodes;
import io.seminar.attention.quantization.RaBitQCodes;
import io.seminar.attention.quantization.RaBitQScan;
import io.seminar.attention.quantization.RandomRotation;

/**
 * The exact top-K from bounds: the rows, their order and their scores are those of {@link
 * AttentionKernels#scores} and {@link TopK}, ties by recency included, although few rows are scored
 * exactly.
 *
 * <p>For each head and target:
 *
 * <ol>
 *   <li>Codes of a few bits a dimension give every row an upper bound of its score ({@link
 *       RaBitQScan#upperBounds}).
 *   <li>The K rows with the highest bounds are scored exactly. The least of these scores is a
 *       threshold that the K-th best score of all cannot be below.
 *   <li>Rows whose bound is below the threshold are out. The others are open.
 *   <li>Open rows get a tighter bound from a byte a dimension ({@link ByteCodes}), and those that
 *       are still not below the threshold their exact score.
 * </ol>
 *
 * <p>A row of the top-K has a score of at least the threshold, hence a bound of at least it, and is
 * scored exactly: the result is the top-K. That is a proof for every request where bounds always
 * hold ({@link CertifiedOptions#confidence} 1). Below, each bound of the first level holds with a
 * probability such that those of all K rows of the top-K hold together with the stated one
 * (Bonferroni): that is all the proof needs.
 *
 * <p>Where bounds cannot decide, more rows are scored exactly, all of them in the worst case: equal
 * scores, rows dwarfed by others. Keys or queries that are not finite, or so large that scores may
 * leave the range of floats, and histories too short to gain anything, are scored exactly from the
 * start; scores that are no numbers are refused as {@link TopK} refuses them.
 *
 * <p><b>What is read</b>, a behaviour: half a byte a dimension and 8 bytes a pass of the first
 * level, which serves a group of targets; a byte a dimension and 12 bytes for each target of those
 * left open; 4 bytes a dimension for each target of those scored exactly. Exact attention reads 4
 * bytes a dimension once for all targets of a page. So for one target a sixth is read at 64
 * dimensions and from there on, a quarter at 16, and it takes a third of the time and less. For 32
 * targets together the first level is still read once for several, but their open rows are 32
 * different sets, here and there: then it reads up to twice what exact attention does, and is no
 * faster before histories of some tens of thousands of behaviours.
 */
public final class CertifiedRetrieval implements Retrieval {

  /** Below so many behaviours everything is scored exactly. */
  private static final int SHORT = 512;

  /** From so many dimensions on a row of bytes is enough cheaper than one of floats. */
  private static final int BYTES_FROM = 48;

  private final CertifiedOptions options;
  private final int keep;
  private final TopK topK;
  private final BestRows best;
  private final int[] chosen;
  private RandomRotation rotation;
  private RaBitQScan scan;
  private RaBitQCodes[] codes = new RaBitQCodes[0]; // a head
  private ByteCodes[] bytes = new ByteCodes[0]; // a head, or none
  private float[] bounds = new float[0]; // (group, stride)
  private float[] queries = new float[0]; // (B, d_k) of a group
  private float[] scores = new float[0]; // of chosen rows
  private int[] open = new int[0];
  private int[] marks = new int[0];
  private Behaviours history;

  /**
   * Retrieves by bounds.
   *
   * @param keep K
   */
  public CertifiedRetrieval(CertifiedOptions options, int keep) {
    this.options = options;
    this.keep = keep;
    this.topK = new TopK(keep);
    this.best = new BestRows(keep);
    this.chosen = new int[keep];
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    int length = history.length();
    int size = history.keySize();
    if (rotation == null || rotation.dimension() != size) {
      rotation = new RandomRotation(size, options.seed());
      scan = new RaBitQScan(rotation, options.bits());
      queries = new float[Targets.MAXIMUM * size];
      codes = new RaBitQCodes[0];
      bytes = new ByteCodes[0];
    }
    if (codes.length != history.heads()) {
      codes = new RaBitQCodes[history.heads()];
      bytes = new ByteCodes[size >= BYTES_FROM ? codes.length : 0];
      // Of K rows one may fail with this probability: none does with the confidence at least.
      double tail = (1 - options.confidence()) / keep;
      for (int h = 0; h < codes.length; h++) {
        codes[h] = new RaBitQCodes(rotation, options.bits(), tail);
        if (bytes.length > 0) {
          bytes[h] = new ByteCodes(rotation);
        }
      }
    }
    if (open.length < length) {
      open = new int[length];
      marks = new int[length / Integer.SIZE + 1];
      scores = new float[Math.max(length, keep)];
    }
    bounds = Pages.room(bounds, length);
    for (int h = 0; h < codes.length; h++) {
      int indexed = length < SHORT ? 0 : length;
      codes[h].index(history.keys(h), indexed);
      if (bytes.length > 0 && codes[h].usable()) {
        bytes[h].index(history.keys(h), indexed);
      }
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int stride = FastScan.padded(length);
    int group = Pages.group(length);
    for (int h = 0; h < codes.length; h++) {
      cost.start();
      boolean bounded = length >= SHORT && codes[h].usable();
      if (bounded) {
        scan.prepare(codes[h], targets.queries(h), targets.count());
        cost.lap(Cost.Stage.PREPARE);
      }
      for (int first = 0; first < targets.count(); first += group) {
        int count = Math.min(group, targets.count() - first);
        if (bounded) {
          scan.upperBounds(0, length, first, count, bounds, 0, stride);
          cost.scanned((long) length * count, (long) length * codes[h].bytesARow());
          cost.lap(Cost.Stage.SCAN);
          for (int i = 0; i < count; i++) {
            if (scan.slack(first + i) < Double.POSITIVE_INFINITY) {
              select(h, first + i, i * stride, targets, kept, cost);
            }
          }
          // Last, because exact scores take the place of bounds.
          for (int i = 0; i < count; i++) {
            if (scan.slack(first + i) == Double.POSITIVE_INFINITY) {
              scoreAll(h, first + i, 1, targets, kept, cost);
            }
          }
        } else {
          scoreAll(h, first, count, targets, kept, cost);
        }
      }
    }
  }

  /** Keeps the best of a target whose bounds stand at {@code at}. */
  private void select(int h, int target, int at, Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int k = Math.min(kept.keep(), length);
    best.start(k);
    topK.select(bounds, at, length, k, chosen, 0);
    cost.lap(Cost.Stage.SELECT);
    score(h, target, chosen, k, targets, cost);
    for (int i = 0; i < k; i++) {
      bounds[at + chosen[i]] = Float.NEGATIVE_INFINITY;
    }
    cost.lap(Cost.Stage.RERANK);
    double threshold = best.threshold() - scan.slack(target);
    // Rounded to a float and one step down it is below the threshold, whichever way it rounded.
    float reach = Math.nextDown((float) threshold);
    int n = AttentionKernels.rowsReaching(bounds, at, length, reach, marks, open);
    cost.lap(Cost.Stage.SELECT);
    if (bytes.length > 0) {
      cost.scanned(0, (long) n * bytes[h].bytesARow());
      bytes[h].prepare(scan, target);
      n = bytes[h].reaching(threshold, open, n);
    }
    score(h, target, open, n, targets, cost);
    int count = best.take(kept.rows(h, target), 0, kept.scores(h, target), 0);
    kept.setScored(h, target, count);
    cost.lap(Cost.Stage.RERANK);
  }

  /** Scores rows exactly and offers them. */
  private void score(int h, int target, int[] rows, int n, Targets targets, Cost cost) {
    int size = history.keySize();
    AttentionKernels.scoresOf(
        targets.queries(h), target * size, history.keys(h), rows, n, size, scores, 0);
    for (int i = 0; i < n; i++) {
      best.offer(scores[i], rows[i]);
    }
    cost.reranked(n, (long) n * size * Float.BYTES);
  }

  /** Exact scores of all rows; bounds of targets from {@code first} on are overwritten. */
  private void scoreAll(int h, int first, int count, Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int size = history.keySize();
    System.arraycopy(targets.queries(h), first * size, queries, 0, count * size);
    AttentionKernels.scores(queries, count, history.keys(h), length, size, bounds, length);
    cost.scanned((long) length * count, (long) length * size * Float.BYTES);
    cost.lap(Cost.Stage.SCAN);
    for (int i = 0; i < count; i++) {
      int[] rows = kept.rows(h, first + i);
      int n = topK.select(bounds, i * length, length, kept.keep(), rows, 0);
      float[] exact = kept.scores(h, first + i);
      for (int j = 0; j < n; j++) {
        exact[j] = bounds[i * length + rows[j]];
      }
      kept.setScored(h, first + i, n);
    }
    cost.lap(Cost.Stage.SELECT);
  }

  @Override
  public long indexBytes() {
    long all = 0;
    for (RaBitQCodes head : codes) {
      all += head.bytes();
    }
    for (ByteCodes head : bytes) {
      all += head.bytes();
    }
    return all;
  }
}
