package io.seminar.attention.retrieval;

import io.seminar.attention.TopK;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;

/**
 * The K best of each head by look-ups in tables of 8-bit sub-codes, whatever the quantiser behind
 * them. Items and queries were encoded once for the catalogue; a user's history gathers their codes
 * once: C bytes a behaviour for all heads, or C bytes a head where each has a codebook of its own.
 *
 * <p>Asymmetric (ADC): the target stays exact. Symmetric (SDC): the target is replaced by what its
 * own codes stand for (Jégou, Douze and Schmid, TPAMI 2011).
 */
public final class CodeRetrieval implements Retrieval {
  private final CatalogueCodes catalogue;
  private final TopK topK;
  private final float[] tables; // of one target and head
  private final byte[][] codes; // (sets) of (L, C)
  private Behaviours history;
  private float[] scores = new float[0]; // (L)

  /**
   * Retrieves by codes of the catalogue.
   *
   * @param folder of 8-bit sub-codes, or of 4-bit ones, which then take a byte each
   * @param symmetric what folds a target that is known by its codes; null: the target stays exact
   * @param keep K
   * @throws IllegalArgumentException of codebooks a head where targets are to be quantised
   */
  public CodeRetrieval(CodebookFolder folder, FieldFolding symmetric, int keep) {
    this.catalogue = new CatalogueCodes(folder, symmetric);
    this.topK = new TopK(keep);
    this.tables = new float[catalogue.tableLength()];
    this.codes = new byte[catalogue.sets()][0];
  }

  /**
   * @throws IllegalArgumentException of codebooks a head that are not those of this model's heads
   */
  @Override
  public void open(Behaviours history) {
    this.history = history;
    catalogue.open(history);
    int length = history.length();
    scores = Capacity.fit(scores, length);
    for (int s = 0; s < codes.length; s++) {
      int width = catalogue.of(s).subcodes();
      codes[s] = Capacity.fit(codes[s], Capacity.of(length, width));
      for (int l = 0; l < length; l++) {
        catalogue.copy(s, history.items()[l], history.queries()[l], codes[s], l * width);
      }
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    float[] scales = history.scales();
    long bytes = 0;
    cost.start();
    catalogue.prepare(targets);
    for (int b = 0; b < targets.count(); b++) {
      for (int h = 0; h < history.heads(); h++) {
        MultiModalCodebook codebook = catalogue.of(h);
        catalogue.tables(targets, b, h, tables);
        cost.lap(Cost.Stage.PREPARE);
        codebook.scores(tables, 0, codes[catalogue.set(h)], length, scales, scores, 0);
        cost.lap(Cost.Stage.SCAN);
        kept.setCount(h, b, topK.select(scores, 0, length, kept.keep(), kept.rows(h, b), 0));
        cost.lap(Cost.Stage.SELECT);
        bytes += length * (codebook.subcodes() + (scales == null ? 0L : Float.BYTES));
      }
    }
    cost.scanned((long) length * targets.count() * history.heads(), bytes);
  }

  /** Codes, and factors where behaviours have them. */
  @Override
  public long indexBytes() {
    long bytes = history.scales() == null ? 0 : Float.BYTES;
    for (int s = 0; s < codes.length; s++) {
      bytes += catalogue.of(s).subcodes();
    }
    return history.length() * bytes;
  }
}
