package io.seminar.pipelines.nightly.faults;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.CodebookSet;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.attention.quantization.MultiModalCodebook.Field;
import io.seminar.attention.quantization.Quantizer;
import io.seminar.pipelines.nightly.EvaluatedSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The codebooks of two fields are swapped, two of the query's or two of the item's, in the first
 * codebook folder that has such of one shape: codes are decoded with the other field's centroids.
 */
public record SwappedCodebooks() implements SystemFault {
  /** Two fields of a codebook. */
  private record Pair(int folder, int first, int second) {}

  @Override
  public String key() {
    return "swapped-codebooks";
  }

  @Override
  public String description() {
    return "the codebooks of two fields swapped";
  }

  @Override
  public String obstacle(EvaluatedSystem system) {
    if (system.codebooks().isEmpty()) {
      return "the candidate has no codebook";
    }
    return pair(system) == null ? "no codebook has two fields of one shape" : null;
  }

  @Override
  public EvaluatedSystem plant(EvaluatedSystem system, Path folder) {
    Pair pair = pair(system);
    CodebookFolder original = CodebookFolder.open(system.codebooks().get(pair.folder), null);
    List<MultiModalCodebook> swapped = new ArrayList<>();
    for (MultiModalCodebook codebook : original.codebooks().codebooks()) {
      List<Field> fields = new ArrayList<>(codebook.fields());
      Field first = fields.get(pair.first);
      Field second = fields.get(pair.second);
      fields.set(pair.first, with(first, second.quantizer()));
      fields.set(pair.second, with(second, first.quantizer()));
      swapped.add(new MultiModalCodebook(fields));
    }
    Path out = folder.resolve("codebook");
    CodebookCopy.write(
        original,
        new CodebookSet(original.codebooks().perHead(), swapped),
        (item, code) -> {},
        out);
    return CodebookCopy.replaced(system, pair.folder, out);
  }

  private static Field with(Field field, Quantizer quantizer) {
    return new Field(field.name(), field.source(), field.weight(), quantizer);
  }

  private static Pair pair(EvaluatedSystem system) {
    for (int c = 0; c < system.codebooks().size(); c++) {
      List<MultiModalCodebook> codebooks =
          CodebookFolder.open(system.codebooks().get(c), null).codebooks().codebooks();
      int fields = codebooks.get(0).fields().size();
      for (int i = 0; i < fields; i++) {
        for (int j = i + 1; j < fields; j++) {
          if (alike(codebooks, i, j)) {
            return new Pair(c, i, j);
          }
        }
      }
    }
    return null;
  }

  private static boolean alike(List<MultiModalCodebook> codebooks, int i, int j) {
    for (MultiModalCodebook codebook : codebooks) {
      Quantizer a = codebook.fields().get(i).quantizer();
      Quantizer b = codebook.fields().get(j).quantizer();
      if (codebook.fields().get(i).source() != codebook.fields().get(j).source()
          || a.dimension() != b.dimension()
          || a.subcodes() != b.subcodes()
          || a.centroids() != b.centroids()
          || a.reservesZero() != b.reservesZero()) {
        return false;
      }
    }
    return true;
  }
}
