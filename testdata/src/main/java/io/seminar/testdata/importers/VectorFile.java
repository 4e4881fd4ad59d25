package io.seminar.testdata.importers;

import io.seminar.sessions.Modality;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Item vectors in a file beside the log.
 *
 * @param modality the modality that they become, such as {@code text}
 * @param vectors an {@code .fvecs} file, see {@link FvecsReader}
 * @param ids a text file with one item id a line: line n names the item of row n
 */
public record VectorFile(String modality, Path vectors, Path ids) {
  public VectorFile {
    Objects.requireNonNull(vectors, "vectors");
    Objects.requireNonNull(ids, "ids");
    new Modality(modality, 1); // refuses a name that no modality can have
  }
}
