package io.seminar.pipelines.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProvenanceTest {
  @Test
  void namesCodeLibrariesAndMachineAndIsTheSameEveryTime() {
    assertThat(Provenance.current())
        .containsKeys(
            "code.version",
            "code.revision",
            "library.djl",
            "library.pytorch",
            "library.arrow",
            "machine.cpu",
            "machine.cores",
            "jvm",
            "jvm.flags",
            "kernels")
        .isEqualTo(Provenance.current());
  }
}
