package io.seminar.attention.retrieval;

import io.seminar.attention.FastScan;
import io.seminar.attention.FastTopK;
import io.seminar.attention.TopK;
import io.seminar.attention.quantization.CodebookFolder;

/**
 * The K best of each head by 4-bit codes, the tables rounded to bytes and looked up in registers
 * ({@link FastScan}). Codes are read once a head for all targets of a page.
 *
 * <p>Where behaviours have no factors of their own, the best are chosen by the sums of the look-ups
 * as they come out of the registers ({@link FastTopK}); where they have, scores are written, in
 * parts that stay in the cache, and multiplied by the factors.
 */
public final class FastScanRetrieval implements Retrieval {
  /** Scores of a part, over all targets. */
  private static final int PART = 1 << 16;

  private final int keep;
  private final boolean ordered;
  private final CatalogueCodes catalogue;
  private final byte[][] codes; // (sets): blocks
  private final float[] tables; // of one target and head
  private final FastTopK[] searches; // (sets)
  private TopK[] topKs = new TopK[0]; // (B), once there are factors
  private float[] scores = new float[0]; // (B, part), once there are factors
  private Behaviours history;

  private FastScanRetrieval(CodebookFolder folder, int keep, boolean ordered) {
    if (folder.codebooks().bits() != 4) {
      throw new IllegalArgumentException(
          folder.folder()
              + ": sub-codes of "
              + folder.codebooks().bits()
              + " bits, expected 4 to scan in registers");
    }
    this.keep = keep;
    this.ordered = ordered;
    this.catalogue = new CatalogueCodes(folder, null);
    this.codes = new byte[catalogue.sets()][0];
    this.tables = new float[catalogue.tableLength()];
    this.searches = new FastTopK[catalogue.sets()];
    for (int s = 0; s < searches.length; s++) {
      searches[s] = new FastTopK(catalogue.of(s).subcodes(), Targets.MAXIMUM, keep);
    }
  }

  /**
   * Retrieves by codes of the catalogue.
   *
   * @param folder of 4-bit sub-codes, of {@value FastScan#MOST_SUBCODES} a head at most
   * @param keep K
   */
  public FastScanRetrieval(CodebookFolder folder, int keep) {
    this(folder, keep, true);
  }

  /**
   * The same with an exact last step. The candidates are at least the R·K best and all that is
   * better than one of them, at most {@link FastTopK#mostCandidates}: putting them in order and
   * cutting them off would cost more than scoring a few more exactly.
   *
   * @param heads H
   * @param candidates R·K
   * @param keep K
   */
  public static Retrieval refined(CodebookFolder folder, int heads, int candidates, int keep) {
    FastScanRetrieval coarse = new FastScanRetrieval(folder, candidates, false);
    return new RefinedRetrieval(coarse, heads, FastTopK.mostCandidates(candidates), keep);
  }

  /**
   * @throws IllegalArgumentException of codebooks a head that are not those of this model's heads
   */
  @Override
  public void open(Behaviours history) {
    this.history = history;
    catalogue.open(history);
    for (int s = 0; s < codes.length; s++) {
      gather(s);
    }
    if (history.scales() != null && topKs.length == 0) {
      topKs = new TopK[Targets.MAXIMUM];
      for (int b = 0; b < topKs.length; b++) {
        topKs[b] = new TopK(keep);
      }
      scores = new float[PART];
    }
  }

  private void gather(int set) {
    int length = history.length();
    int subcodes = catalogue.of(set).subcodes();
    byte[] code = new byte[subcodes];
    codes[set] = CatalogueCodes.cleared(codes[set], FastScan.bytes(length, subcodes));
    for (int l = 0; l < length; l++) {
      catalogue.copy(set, history.items()[l], history.queries()[l], code, 0);
      FastScan.put(code, 0, subcodes, codes[set], l);
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int count = targets.count();
    int heads = history.heads();
    long bytes = 0;
    cost.start();
    catalogue.prepare(targets);
    for (int h = 0; h < heads; h++) {
      FastTopK search = searches[catalogue.set(h)];
      for (int b = 0; b < count; b++) {
        catalogue.tables(targets, b, h, tables);
        search.tables().set(b, tables, 0);
      }
      cost.lap(Cost.Stage.PREPARE);
      if (history.scales() == null) {
        for (int b = 0; b < count; b += FastTopK.GROUP) {
          int group = Math.min(FastTopK.GROUP, count - b);
          search.search(codes[catalogue.set(h)], targets.length(), b, group, keep);
          cost.lap(Cost.Stage.SCAN);
          for (int i = 0; i < group; i++) {
            int[] rows = kept.rows(h, b + i);
            kept.setCount(h, b + i, ordered ? search.take(i, rows, 0) : search.candidates(i, rows));
          }
          cost.lap(Cost.Stage.SELECT);
        }
      } else {
        scan(search.tables(), codes[catalogue.set(h)], targets.length(), count, cost);
        for (int b = 0; b < count; b++) {
          kept.setCount(h, b, topKs[b].finish(kept.rows(h, b), 0));
        }
        bytes += (long) targets.length() * Float.BYTES;
      }
      cost.lap(Cost.Stage.SELECT);
      bytes += FastScan.bytes(targets.length(), search.tables().subcodes());
    }
    cost.scanned((long) targets.length() * count * heads, bytes);
  }

  private void scan(FastScan scan, byte[] blocks, int length, int count, Cost cost) {
    float[] scales = history.scales();
    int part = PART / Math.max(1, count) / FastScan.BLOCK * FastScan.BLOCK;
    for (int b = 0; b < count; b++) {
      topKs[b].begin(keep);
    }
    for (int from = 0; from < length; from += part) {
      int n = Math.min(part, length - from);
      scan.scores(blocks, from, from + n, 0, count, scores, 0, part);
      for (int b = 0; b < count; b++) {
        for (int i = 0; i < n; i++) {
          scores[b * part + i] *= scales[from + i];
        }
      }
      cost.lap(Cost.Stage.SCAN);
      for (int b = 0; b < count; b++) {
        topKs[b].offer(scores, b * part, n, from);
      }
      cost.lap(Cost.Stage.SELECT);
    }
  }

  /** Codes in whole blocks, and factors where behaviours have them. */
  @Override
  public long indexBytes() {
    long bytes = history.scales() == null ? 0 : (long) history.length() * Float.BYTES;
    for (int s = 0; s < codes.length; s++) {
      bytes += FastScan.bytes(history.length(), catalogue.of(s).subcodes());
    }
    return bytes;
  }
}
