package io.seminar.attention.quantization;

/**
 * The look-up loop over codes, unchecked. Every width gives the sum that {@link MultiModalCodebook}
 * documents; the usual ones of 8-bit codes are spelled out, so that the compiler unrolls them
 * whole.
 */
final class CodeScan {

  private static final int FEW = 16;
  private static final int MANY = 256;

  private CodeScan() {}

  static void scan(
      float[] tables,
      int at,
      int slots,
      byte[] codes,
      int length,
      int width,
      float[] scores,
      int offset) {
    if (slots == FEW) {
      for (int l = 0; l < length; l++) {
        scores[offset + l] = sum(tables, at, FEW, codes, l * width, width);
      }
      return;
    }
    switch (width) {
      case 8:
        for (int l = 0; l < length; l++) {
          scores[offset + l] = sum(tables, at, MANY, codes, l * 8, 8);
        }
        break;
      case 16:
        for (int l = 0; l < length; l++) {
          scores[offset + l] = sum(tables, at, MANY, codes, l * 16, 16);
        }
        break;
      case 32:
        for (int l = 0; l < length; l++) {
          scores[offset + l] = sum(tables, at, MANY, codes, l * 32, 32);
        }
        break;
      case 64:
        for (int l = 0; l < length; l++) {
          scores[offset + l] = sum(tables, at, MANY, codes, l * 64, 64);
        }
        break;
      default:
        for (int l = 0; l < length; l++) {
          scores[offset + l] = sum(tables, at, MANY, codes, l * width, width);
        }
    }
  }

  private static float sum(
      float[] tables, int tablesAt, int slots, byte[] codes, int codesAt, int width) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    int table = tablesAt;
    int c = codesAt;
    int end = codesAt + (width & -4);
    for (; c < end; c += 4, table += 4 * slots) {
      s0 += tables[table + (codes[c] & 0xFF)];
      s1 += tables[table + slots + (codes[c + 1] & 0xFF)];
      s2 += tables[table + 2 * slots + (codes[c + 2] & 0xFF)];
      s3 += tables[table + 3 * slots + (codes[c + 3] & 0xFF)];
    }
    int rest = width & 3;
    if (rest > 0) {
      s0 += tables[table + (codes[c] & 0xFF)];
    }
    if (rest > 1) {
      s1 += tables[table + slots + (codes[c + 1] & 0xFF)];
    }
    if (rest > 2) {
      s2 += tables[table + 2 * slots + (codes[c + 2] & 0xFF)];
    }
    return s0 + s1 + s2 + s3;
  }
}
