package io.seminar.pipelines.nightly.faults;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.CodebookSet;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.pipelines.nightly.EvaluatedSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Some items have lost their vector of a modality: in the first codebook folder that has such a
 * field and a code for "absent", their codes of it are that.
 *
 * @param modality name of the field, e.g. {@code image}
 * @param share of the items, above 0 and at most 1
 * @param seed by which they are drawn
 */
public record LostVectors(String modality, double share, long seed) implements SystemFault {
  public LostVectors {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share is " + share + ", expected above 0, at most 1");
    }
  }

  @Override
  public String key() {
    return "lost-vectors";
  }

  @Override
  public String description() {
    return "the " + modality + " vectors of " + 100 * share + " % of the items lost";
  }

  @Override
  public String obstacle(EvaluatedSystem system) {
    if (system.codebooks().isEmpty()) {
      return "the candidate has no codebook";
    }
    List<String> names = new ArrayList<>();
    for (Path folder : system.codebooks()) {
      CodebookSet codebooks = CodebookFolder.open(folder, null).codebooks();
      if (usable(codebooks)) {
        return null;
      }
      codebooks.codebooks().get(0).fields().forEach(field -> names.add(field.name()));
    }
    return names.contains(modality)
        ? "no codebook has a code for an absent " + modality + " vector"
        : "no codebook has a field " + modality + "; there are " + names;
  }

  @Override
  public EvaluatedSystem plant(EvaluatedSystem system, Path folder) {
    for (int c = 0; c < system.codebooks().size(); c++) {
      CodebookFolder original = CodebookFolder.open(system.codebooks().get(c), null);
      if (usable(original.codebooks())) {
        Path out = folder.resolve("codebook");
        CodebookSet codebooks = original.codebooks();
        CodebookCopy.write(original, codebooks, (item, code) -> lose(codebooks, item, code), out);
        return CodebookCopy.replaced(system, c, out);
      }
    }
    throw new IllegalArgumentException(obstacle(system));
  }

  private boolean usable(CodebookSet codebooks) {
    for (MultiModalCodebook codebook : codebooks.codebooks()) {
      int field = codebook.indexOf(modality);
      if (field < 0
          || codebook.fields().get(field).source() != MultiModalCodebook.Source.ITEM
          || !codebook.fields().get(field).quantizer().reservesZero()) {
        return false;
      }
    }
    return true;
  }

  /** Whether an item is among those that have lost their vector. */
  boolean loses(int item) {
    return FaultHash.uniform(FaultHash.of(seed, FaultHash.Purpose.LOST, item, 0)) < share;
  }

  private void lose(CodebookSet codebooks, int item, byte[] code) {
    if (!loses(item)) {
      return;
    }
    int start = 0;
    for (MultiModalCodebook codebook : codebooks.codebooks()) {
      int field = codebook.indexOf(modality);
      int from = start + codebook.codeStart(field) - codebook.querySubcodes();
      // What MultiModalCodebook.encodeAbsent writes.
      Arrays.fill(code, from, from + codebook.fields().get(field).quantizer().subcodes(), (byte) 0);
      start += codebook.itemSubcodes();
    }
  }
}
