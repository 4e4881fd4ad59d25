package io.seminar.pipelines.replay;

import io.seminar.attention.TopK;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.pipelines.embedding.FieldLayout;

/**
 * The K best by product-quantised scores. Items and queries were encoded once for the catalogue; a
 * user's history gathers their codes once, C bytes a behaviour. Equal approximate scores, which
 * distinct behaviours with equal codes have, are ordered by their exact score, then by recency.
 *
 * <p>Asymmetric (ADC): the target stays exact. Symmetric (SDC): the target is quantised as well
 * (Jégou, Douze and Schmid 2011).
 */
final class QuantizedRetrieval implements Retrieval {
  private final CodebookFolder folder;
  private final MultiModalCodebook codebook;
  private final boolean symmetric;
  private final boolean hasQuery;
  private final int dimension;
  private final TopK topK;
  private final float[] tables;
  private final byte[] targetCodes;
  private final float[] decoded;
  private byte[] codes = new byte[0];
  private float[] scores = new float[0];
  private EmbeddedHistory history;

  QuantizedRetrieval(CodebookFolder folder, FieldLayout layout, boolean symmetric, int keep) {
    this.folder = folder;
    this.codebook = folder.codebook();
    this.symmetric = symmetric;
    this.hasQuery = layout.hasQuery();
    this.dimension = layout.dimension();
    this.topK = new TopK(keep);
    this.tables = new float[codebook.tableLength()];
    this.targetCodes = new byte[codebook.codeBytes()];
    this.decoded = new float[dimension];
  }

  @Override
  public void open(EmbeddedHistory history) {
    this.history = history;
    int width = codebook.codeBytes();
    long bytes = (long) history.length() * width;
    if (codes.length < bytes || codes.length / 4 > bytes + (1 << 20)) {
      codes = new byte[Math.toIntExact(bytes)];
    }
    for (int l = 0; l < history.length(); l++) {
      copyCodes(history.items()[l], history.queries()[l], codes, l * width);
    }
  }

  @Override
  public void retrieve(Targets targets, int keep, int[][] kept, int[] counts) {
    int length = targets.length();
    if (scores.length < length || scores.length / 4 > length + (1 << 16)) {
      scores = new float[length];
    }
    for (int b = 0; b < targets.count(); b++) {
      if (symmetric) {
        copyCodes(targets.items()[b], targets.query(), targetCodes, 0);
        codebook.symmetricTables(targetCodes, 0, decoded, tables, 0);
      } else {
        codebook.asymmetricTables(targets.vectors(), b * dimension, tables, 0);
      }
      MultiModalCodebook.scores(
          tables, 0, codes, length, codebook.codeBytes(), history.scales(), scores, 0);
      counts[b] = topK.select(scores, 0, length, keep, targets.scores(), b * length, kept[b], 0);
    }
  }

  private void copyCodes(int item, int query, byte[] out, int offset) {
    int at = offset;
    if (hasQuery) {
      folder.copyQueryCodes(query, out, at);
      at += codebook.queryCodeBytes();
    }
    folder.copyItemCodes(item, out, at);
  }
}
