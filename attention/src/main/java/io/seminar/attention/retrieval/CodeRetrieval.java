package io.seminar.attention.retrieval;

import io.seminar.attention.TopK;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;

/**
 * The K best of each head by scores from 8-bit codes. Items and queries were encoded once for the
 * catalogue; a user's history gathers their codes once, C bytes a behaviour, whatever the number of
 * heads.
 *
 * <p>Asymmetric (ADC): the target stays exact. Symmetric (SDC): the target is replaced by what its
 * own codes stand for (Jégou, Douze and Schmid, TPAMI 2011).
 */
public final class CodeRetrieval implements Retrieval {
  private final CodebookFolder folder;
  private final MultiModalCodebook codebook;
  private final FieldFolding symmetric; // null: asymmetric
  private final TopK topK;
  private final float[] tables; // of one target and head
  private final byte[] targetCodes;
  private final float[] decoded; // (D)
  private float[] blocks = new float[0]; // (H, D)
  private Behaviours history;
  private byte[] codes = new byte[0]; // (L, C)
  private float[] scores = new float[0]; // (L)

  /**
   * Retrieves by codes of the catalogue.
   *
   * @param symmetric what folds a target that is known by its codes; null: the target stays exact
   * @param keep K
   */
  public CodeRetrieval(CodebookFolder folder, FieldFolding symmetric, int keep) {
    this.folder = folder;
    this.codebook = folder.codebooks().of(0);
    this.symmetric = symmetric;
    this.topK = new TopK(keep);
    this.tables = new float[codebook.tableLength()];
    this.targetCodes = new byte[codebook.subcodes()];
    this.decoded = new float[codebook.dimension()];
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    int length = history.length();
    int width = codebook.subcodes();
    if (blocks.length < history.heads() * codebook.dimension()) {
      blocks = new float[history.heads() * codebook.dimension()];
    }
    codes = Capacity.fit(codes, Capacity.of(length, width));
    scores = Capacity.fit(scores, length);
    for (int l = 0; l < length; l++) {
      copyCodes(history.items()[l], history.queries()[l], codes, l * width);
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int heads = history.heads();
    int width = codebook.subcodes();
    float[] scales = history.scales();
    cost.start();
    for (int b = 0; b < targets.count(); b++) {
      if (symmetric != null) {
        copyCodes(targets.items()[b], targets.query(), targetCodes, 0);
        codebook.decode(targetCodes, 0, decoded, 0);
        symmetric.fold(decoded, blocks);
      } else {
        targets.blocks(b, blocks);
      }
      for (int h = 0; h < heads; h++) {
        codebook.asymmetricTables(blocks, h * codebook.dimension(), tables, 0);
        cost.lap(Cost.Stage.PREPARE);
        codebook.scores(tables, 0, codes, length, scales, scores, 0);
        cost.lap(Cost.Stage.SCAN);
        int n = topK.select(scores, 0, length, kept.keep(), kept.rows(h, b), 0);
        kept.setCount(h, b, n);
        cost.lap(Cost.Stage.SELECT);
      }
    }
    long passes = (long) targets.count() * heads;
    cost.scanned(length * passes, length * passes * (width + (scales == null ? 0 : Float.BYTES)));
  }

  private void copyCodes(int item, int query, byte[] out, int offset) {
    int at = offset;
    if (codebook.querySubcodes() > 0) {
      folder.copyQueryCodes(0, query, out, at);
      at += codebook.querySubcodes();
    }
    folder.copyItemCodes(0, item, out, at);
  }

  /** Codes, and factors where behaviours have them. */
  @Override
  public long indexBytes() {
    long scales = history.scales() == null ? 0 : Float.BYTES;
    return history.length() * (codebook.subcodes() + scales);
  }
}
