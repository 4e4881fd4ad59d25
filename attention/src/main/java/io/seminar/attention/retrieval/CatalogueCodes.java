package io.seminar.attention.retrieval;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.CodebookSet;
import io.seminar.attention.quantization.MultiModalCodebook;
import java.util.Arrays;

/**
 * The codes of a catalogue, as retrieval reads them: a behaviour's, its query's and then its
 * item's, and what stands for a target in the tables of a head. Not thread-safe: one a thread; the
 * folder is shared.
 */
public final class CatalogueCodes {
  private final CodebookFolder folder;
  private final CodebookSet codebooks;
  private final FieldFolding symmetric; // null: asymmetric
  private final byte[] targetCodes;
  private final float[] decoded; // (D)
  private float[] blocks = new float[0]; // (H, D), or (D) of one head
  private float[] prepared = new float[0]; // (B, H, D)
  private int heads;
  private int keySize;

  /**
   * @param symmetric null: the target stays exact
   */
  public CatalogueCodes(CodebookFolder folder, FieldFolding symmetric) {
    this.folder = folder;
    this.codebooks = folder.codebooks();
    this.symmetric = symmetric;
    if (symmetric != null && codebooks.perHead()) {
      throw new IllegalArgumentException(
          folder.folder()
              + ": codebooks of "
              + codebooks.size()
              + " heads, expected one for all where targets are quantised too");
    }
    this.targetCodes = new byte[codebooks.of(0).subcodes()];
    this.decoded = new float[codebooks.of(0).dimension()];
  }

  /** Turns to a user's model. */
  public void open(Behaviours history) {
    heads = history.heads();
    keySize = history.keySize();
    int size = 0;
    for (int s = 0; s < codebooks.size(); s++) {
      size = Math.max(size, codebooks.of(s).dimension());
    }
    if (codebooks.perHead()) {
      check(history);
    } else {
      size *= heads;
    }
    if (blocks.length < size) {
      blocks = new float[size];
      prepared = new float[codebooks.perHead() ? 0 : Targets.MAXIMUM * size];
    }
  }

  private void check(Behaviours history) {
    if (codebooks.size() != heads) {
      throw new IllegalArgumentException(
          folder.folder() + ": codebooks of " + codebooks.size() + " heads, expected " + heads);
    }
    for (int h = 0; h < heads; h++) {
      for (MultiModalCodebook.Field field : codebooks.of(h).fields()) {
        if (field.quantizer().dimension() != keySize) {
          throw new IllegalArgumentException(
              folder.folder()
                  + ": field "
                  + field.name()
                  + " of head "
                  + h
                  + " has "
                  + field.quantizer().dimension()
                  + " floats, expected those of a key, "
                  + history.keySize());
        }
      }
    }
  }

  /** Codebooks that a behaviour has a code of: one, or one a head. */
  public int sets() {
    return codebooks.size();
  }

  /** The codebook of a head. */
  public MultiModalCodebook of(int head) {
    return codebooks.of(head);
  }

  /** Which of the behaviour's codes a head scores by. */
  public int set(int head) {
    return codebooks.perHead() ? head : 0;
  }

  /** Writes a behaviour's sub-codes, a byte each. */
  public void copy(int set, int item, int query, byte[] out, int offset) {
    int ofQuery = codebooks.of(set).querySubcodes();
    if (ofQuery > 0) {
      folder.copyQueryCodes(set, query, out, offset);
    }
    folder.copyItemCodes(set, item, out, offset + ofQuery);
  }

  /** Turns to targets: {@link #tables} are of them from here on. */
  public void prepare(Targets targets) {
    if (codebooks.perHead()) {
      return; // a query stands for its target, head by head
    }
    int size = heads * codebooks.of(0).dimension();
    for (int b = 0; b < targets.count(); b++) {
      if (symmetric == null) {
        targets.blocks(b, blocks);
      } else {
        copy(0, targets.items()[b], targets.query(), targetCodes, 0);
        codebooks.of(0).decode(targetCodes, 0, decoded, 0);
        symmetric.fold(decoded, blocks);
      }
      System.arraycopy(blocks, 0, prepared, b * size, size);
    }
  }

  /**
   * Writes the tables of a target and head.
   *
   * @param targets the ones prepared
   */
  public void tables(Targets targets, int target, int head, float[] tables) {
    MultiModalCodebook codebook = codebooks.of(head);
    if (!codebooks.perHead()) {
      int at = (target * heads + head) * codebook.dimension();
      codebook.asymmetricTables(prepared, at, tables, 0);
      return;
    }
    // A key is the weighted sum of the projected fields: the query stands for each of them.
    for (int f = 0; f < codebook.fields().size(); f++) {
      System.arraycopy(
          targets.queries(head), target * keySize, blocks, codebook.vectorStart(f), keySize);
    }
    codebook.asymmetricTables(blocks, 0, tables, 0);
  }

  /** Floats of the largest tables of a head. */
  public int tableLength() {
    int most = 0;
    for (int s = 0; s < codebooks.size(); s++) {
      most = Math.max(most, codebooks.of(s).tableLength());
    }
    return most;
  }

  /** Room for a byte array of zeros. */
  static byte[] cleared(byte[] buffer, int needed) {
    byte[] fitting = Capacity.fit(buffer, needed);
    if (fitting == buffer) {
      Arrays.fill(fitting, 0, needed, (byte) 0);
    }
    return fitting;
  }
}
