package io.seminar.pipelines.replay;

import io.seminar.attention.TopK;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;

/**
 * The K best of each head by product-quantised scores. Items and queries were encoded once for the
 * catalogue; a user's history gathers their codes once, C bytes a behaviour, whatever the number of
 * heads. Equal approximate scores, which distinct behaviours with equal codes have, are ordered by
 * recency.
 *
 * <p>Asymmetric (ADC): the target stays exact. Symmetric (SDC): the target is quantised as well
 * (Jégou, Douze and Schmid 2011).
 */
final class QuantizedRetrieval implements Retrieval {
  private final CodebookFolder folder;
  private final MultiModalCodebook codebook;
  private final Coding coding;
  private final boolean symmetric;
  private final TopK topK;
  private final float[] blocks; // (H, D)
  private final float[] tables; // of one target and head
  private final byte[] targetCodes;
  private final float[] decoded; // (D)
  private byte[] codes = new byte[0]; // (L, C)
  private float[] scales; // (L), null: all one
  private float[] scores = new float[0]; // (L)

  QuantizedRetrieval(CodebookFolder folder, Coding coding, boolean symmetric, int keep) {
    this.folder = folder;
    this.codebook = folder.codebooks().of(0);
    this.coding = coding;
    this.symmetric = symmetric;
    this.topK = new TopK(keep);
    this.blocks = new float[coding.heads() * codebook.dimension()];
    this.tables = new float[codebook.tableLength()];
    this.targetCodes = new byte[codebook.subcodes()];
    this.decoded = new float[codebook.dimension()];
    this.scales = coding.scaled() ? new float[0] : null;
  }

  @Override
  public void open(EmbeddedHistory history) {
    int length = history.length();
    int width = codebook.subcodes();
    long bytes = (long) length * width;
    if (codes.length < bytes || codes.length / 4 > bytes + (1 << 20)) {
      codes = new byte[Math.toIntExact(bytes)];
    }
    for (int l = 0; l < length; l++) {
      copyCodes(history.items()[l], history.queries()[l], codes, l * width);
    }
    if (scales != null) {
      if (scales.length < length || scales.length / 4 > length + (1 << 16)) {
        scales = new float[length];
      }
      for (int l = 0; l < length; l++) {
        scales[l] = coding.scale(history.items()[l], history.queries()[l]);
      }
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept) {
    int length = targets.length();
    if (scores.length < length || scores.length / 4 > length + (1 << 16)) {
      scores = new float[length];
    }
    for (int b = 0; b < targets.count(); b++) {
      if (symmetric) {
        copyCodes(targets.items()[b], targets.query(), targetCodes, 0);
        codebook.decode(targetCodes, 0, decoded, 0);
        coding.decoded(decoded, blocks);
      } else {
        coding.exact(targets, b, blocks);
      }
      for (int h = 0; h < coding.heads(); h++) {
        codebook.asymmetricTables(blocks, h * codebook.dimension(), tables, 0);
        codebook.scores(tables, 0, codes, length, scales, scores, 0);
        int n = topK.select(scores, 0, length, kept.keep(), kept.rows(h, b), 0);
        kept.setCount(h, b, n);
      }
    }
  }

  private void copyCodes(int item, int query, byte[] out, int offset) {
    int at = offset;
    if (coding.hasQuery()) {
      folder.copyQueryCodes(0, query, out, at);
      at += codebook.querySubcodes();
    }
    folder.copyItemCodes(0, item, out, at);
  }
}
