package io.seminar.pipelines.nightly.faults;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.CodebookSet;
import io.seminar.pipelines.nightly.EvaluatedSystem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes codebooks anew with something changed. */
final class CodebookCopy {
  private CodebookCopy() {}

  /** Changes the code of an item: its sub-codes by codebook, a byte each. */
  @FunctionalInterface
  interface ItemCodes {
    void change(int item, byte[] code);
  }

  /**
   * Writes a codebook with other centroids or other item codes.
   *
   * @param codebooks of the shape of the original's
   */
  static void write(CodebookFolder original, CodebookSet codebooks, ItemCodes codes, Path out) {
    try {
      CodebookFolder.write(
          out,
          true, // a killed self-test may have left one, and it is the same
          codebooks,
          original.catalogueDigest(),
          original.facts(),
          original.items(),
          (item, code) -> {
            int at = 0;
            for (int h = 0; h < codebooks.size(); h++) {
              original.copyItemCodes(h, item, code, at);
              at += codebooks.codebooks().get(h).itemSubcodes();
            }
            codes.change(item, code);
          },
          original.queries(),
          (query, code) -> {
            int at = 0;
            for (int h = 0; h < codebooks.size(); h++) {
              original.copyQueryCodes(h, query, code, at);
              at += codebooks.codebooks().get(h).querySubcodes();
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + out, e);
    }
  }

  /** The system with another codebook in the place of one. */
  static EvaluatedSystem replaced(EvaluatedSystem system, int at, Path codebook) {
    List<Path> codebooks = new ArrayList<>(system.codebooks());
    codebooks.set(at, codebook);
    return new EvaluatedSystem(system.models(), codebooks, system.arms(), system.reference());
  }
}
