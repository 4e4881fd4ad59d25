package io.seminar.pipelines.arms;

import io.seminar.attention.quantization.CodebookSet;
import java.io.Serializable;

/**
 * A codebook that arms may use.
 *
 * @param folder of the codebook
 * @param method how vectors are quantised: the key of its {@link
 *     io.seminar.attention.quantization.Quantizer.Method}
 * @param bits of a sub-code, 4 or 8
 * @param perHead whether each head of its network has codes of its own
 * @param bytes of a behaviour, over all heads
 * @param network digest of the parameters of the network whose fields it quantises; null: the data
 *     set's own vectors
 */
public record CodebookSpec(
    String folder, String method, int bits, boolean perHead, int bytes, String network)
    implements Serializable {
  private static final String PRODUCT = "pq";

  /** A product quantiser of 8 bits that all heads share. */
  public CodebookSpec(String folder, int bytes, String network) {
    this(folder, PRODUCT, 8, false, bytes, network);
  }

  /** What these codebooks are. */
  public static CodebookSpec of(String folder, CodebookSet codebooks, String network) {
    return new CodebookSpec(
        folder,
        codebooks.method().key(),
        codebooks.bits(),
        codebooks.perHead(),
        codebooks.codeBytes(),
        network);
  }

  /** What it holds, in a few words. */
  String title() {
    return bytes
        + " bytes ("
        + method
        + ", "
        + bits
        + " bits"
        + (perHead ? ", a head its own" : "")
        + ")";
  }
}
