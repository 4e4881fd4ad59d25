package io.seminar.pipelines.nightly.faults;

import io.seminar.attention.quantization.CodebookException;
import io.seminar.pipelines.nightly.EvaluatedSystem;
import java.nio.file.Path;

/** A fault of what is replayed; planted in a copy, which is then replayed. */
public non-sealed interface SystemFault extends Fault {
  @Override
  default Reach reach() {
    return Reach.CANDIDATE;
  }

  /**
   * Why it cannot be planted in a system, as a clause; null if it can.
   *
   * @throws CodebookException if a codebook cannot be read
   */
  String obstacle(EvaluatedSystem system);

  /**
   * The system with the fault.
   *
   * @param system without an {@link #obstacle}; it stays as it is
   * @param folder for the copies of what is changed; must exist
   * @throws CodebookException if a codebook cannot be read
   * @throws java.io.UncheckedIOException if a copy cannot be written
   */
  EvaluatedSystem plant(EvaluatedSystem system, Path folder);
}
