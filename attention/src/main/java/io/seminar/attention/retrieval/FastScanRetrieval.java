package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.FastScan;
import io.seminar.attention.FastTopK;
import io.seminar.attention.quantization.CodebookFolder;

/**
 * The K best of each head by 4-bit codes, the tables rounded to bytes and looked up in registers
 * ({@link FastScan}). Codes are read once a head for all targets of a page.
 *
 * <p>Where behaviours have no factors of their own, the best are chosen by the sums of the look-ups
 * as they come out of the registers ({@link FastTopK}); where they have, scores are written,
 * multiplied by the factors, and chosen from part by part.
 */
public final class FastScanRetrieval implements Retrieval {
  private final int keep;
  private final boolean ordered;
  private final CatalogueCodes catalogue;
  private final byte[][] codes; // (sets): blocks
  private final float[] tables; // of one target and head
  private final FastTopK[] searches; // (sets)
  private final PagedTopK.Scorer scorer = this::score;
  private PagedTopK topK; // once there are factors
  private FastTopK scanned; // what the scorer scores by
  private byte[] blocks;
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
    if (history.scales() != null && topK == null) {
      topK = new PagedTopK(keep);
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
        search(h, targets, kept, cost);
      } else {
        scanned = search;
        blocks = codes[catalogue.set(h)];
        topK.search(scorer, targets.length(), h, count, kept, cost);
        bytes += (long) targets.length() * Float.BYTES;
      }
      bytes += FastScan.bytes(targets.length(), search.tables().subcodes());
    }
    cost.scanned((long) targets.length() * count * heads, bytes);
  }

  private void search(int head, Targets targets, Kept kept, Cost cost) {
    FastTopK search = searches[catalogue.set(head)];
    int count = targets.count();
    for (int b = 0; b < count; b += FastTopK.GROUP) {
      int group = Math.min(FastTopK.GROUP, count - b);
      search.search(codes[catalogue.set(head)], targets.length(), b, group, keep);
      cost.lap(Cost.Stage.SCAN);
      for (int i = 0; i < group; i++) {
        int[] rows = kept.rows(head, b + i);
        kept.setCount(head, b + i, ordered ? search.take(i, rows, 0) : search.candidates(i, rows));
      }
      cost.lap(Cost.Stage.SELECT);
    }
  }

  private void score(int from, int to, int first, int count, float[] out, int stride) {
    scanned.tables().scores(blocks, from, to, first, count, out, 0, stride);
    for (int i = 0; i < count; i++) {
      AttentionKernels.fit(out, i * stride, to - from, history.scales(), null, from, 0, 0, 0);
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
