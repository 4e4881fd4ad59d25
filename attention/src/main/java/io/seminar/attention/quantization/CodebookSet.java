package io.seminar.attention.quantization;

import java.util.List;

/**
 * The codebooks that the heads of an attention score with: one that all heads share, or one a head,
 * whose fields are the behaviour's fields projected into the head's key space.
 *
 * <p>A behaviour's codes stand by codebook; all sub-codes have as many bits and one method.
 *
 * @param perHead whether head h has a codebook of its own, {@code codebooks.get(h)}
 * @param codebooks exactly one where heads share it
 */
public record CodebookSet(boolean perHead, List<MultiModalCodebook> codebooks) {

  public CodebookSet {
    codebooks = List.copyOf(codebooks);
    if (codebooks.isEmpty() || (!perHead && codebooks.size() > 1)) {
      throw new IllegalArgumentException(
          codebooks.size()
              + " codebooks: expected "
              + (perHead ? "one a head" : "one that all heads share"));
    }
    Quantizer first = codebooks.get(0).fields().get(0).quantizer();
    for (MultiModalCodebook codebook : codebooks) {
      for (MultiModalCodebook.Field field : codebook.fields()) {
        Quantizer quantizer = field.quantizer();
        if (quantizer.method() != first.method() || quantizer.bits() != first.bits()) {
          throw new IllegalArgumentException(
              "field "
                  + field.name()
                  + " is quantised by "
                  + quantizer.method().key()
                  + " of "
                  + quantizer.bits()
                  + " bits: expected "
                  + first.method().key()
                  + " of "
                  + first.bits()
                  + " bits as in the first field");
        }
      }
    }
  }

  /** One codebook for all heads. */
  public static CodebookSet shared(MultiModalCodebook codebook) {
    return new CodebookSet(false, List.of(codebook));
  }

  /** How many codebooks there are: 1, or one a head. */
  public int size() {
    return codebooks.size();
  }

  /** The codebook of a head. */
  public MultiModalCodebook of(int head) {
    return codebooks.get(perHead ? head : 0);
  }

  /** How vectors are quantised. */
  public Quantizer.Method method() {
    return codebooks.get(0).fields().get(0).quantizer().method();
  }

  /** Bits of a sub-code, 4 or 8. */
  public int bits() {
    return codebooks.get(0).bits();
  }

  /** Bytes that a behaviour's codes take at least, over all codebooks. */
  public int codeBytes() {
    return codebooks.stream().mapToInt(MultiModalCodebook::codeBytes).sum();
  }
}
