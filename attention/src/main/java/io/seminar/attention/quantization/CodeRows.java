package io.seminar.attention.quantization;

/**
 * How the sub-codes of an item or query lie in a row of a file: by codebook, each from a whole byte
 * on; a byte a sub-code of 8 bits, two sub-codes of 4 bits a byte, the first in the low half.
 */
final class CodeRows {

  private final int bits;
  private final int[] subcodes; // (H)
  private final int[] starts; // (H + 1), bytes

  private CodeRows(int bits, int[] subcodes) {
    this.bits = bits;
    this.subcodes = subcodes;
    this.starts = new int[subcodes.length + 1];
    for (int h = 0; h < subcodes.length; h++) {
      starts[h + 1] = starts[h] + (bits == 8 ? subcodes[h] : (subcodes[h] + 1) / 2);
    }
  }

  /** The rows of a kind of {@link FlatFile}. */
  static CodeRows of(CodebookSet codebooks, int kind) {
    int[] subcodes = new int[codebooks.size()];
    for (int h = 0; h < subcodes.length; h++) {
      MultiModalCodebook codebook = codebooks.of(h);
      subcodes[h] =
          kind == FlatFile.ITEM_CODES ? codebook.itemSubcodes() : codebook.querySubcodes();
    }
    return new CodeRows(codebooks.bits(), subcodes);
  }

  /** Sub-codes of a row. */
  int subcodes() {
    int n = 0;
    for (int c : subcodes) {
      n += c;
    }
    return n;
  }

  /** Bytes of a row. */
  int bytes() {
    return starts[subcodes.length];
  }

  /**
   * Makes a row of its sub-codes, a byte each.
   *
   * @throws IllegalArgumentException if one does not fit its bits
   */
  void pack(byte[] codes, byte[] row) {
    if (bits == 8) {
      System.arraycopy(codes, 0, row, 0, codes.length);
      return;
    }
    int from = 0;
    for (int h = 0; h < subcodes.length; h++) {
      for (int c = 0; c < subcodes[h]; c += 2) {
        int low = half(codes, from + c);
        int high = c + 1 < subcodes[h] ? half(codes, from + c + 1) : 0;
        row[starts[h] + c / 2] = (byte) (low | high << 4);
      }
      from += subcodes[h];
    }
  }

  private static int half(byte[] codes, int at) {
    int code = codes[at] & 0xFF;
    if (code > 15) {
      throw new IllegalArgumentException(
          "sub-code " + at + " is " + code + ": expected 0 to 15, 4 bits");
    }
    return code;
  }

  /** Copies the sub-codes of a codebook out of a file of such rows, a byte each. */
  void copy(FlatFile file, String what, int row, int codebook, byte[] out, int offset) {
    if (bits == 8) {
      file.copy(what, row, starts[codebook], subcodes[codebook], out, offset);
    } else {
      file.copyHalves(what, row, starts[codebook], subcodes[codebook], out, offset);
    }
  }
}
