package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ArmSpecTest {
  private static final Map<Integer, String> NONE = Map.of();
  private static final Map<Integer, String> ONE = Map.of(16, "/codebook-16");
  private static final Map<Integer, String> TWO = Map.of(8, "/codebook-8", 16, "/codebook-16");

  @Test
  void readsEveryKind() {
    assertThat(ArmSpec.parse(List.of("recent", "exact", "pq", "pq-sdc", "oracle"), ONE))
        .containsExactly(
            new ArmSpec("recent", ArmSpec.Kind.RECENT, null),
            new ArmSpec("exact", ArmSpec.Kind.EXACT, null),
            new ArmSpec("pq", ArmSpec.Kind.PQ, "/codebook-16"),
            new ArmSpec("pq-sdc", ArmSpec.Kind.PQ_SDC, "/codebook-16"),
            new ArmSpec("oracle", ArmSpec.Kind.ORACLE, null));
    assertThat(ArmSpec.parse(List.of("pq@8", "pq@16", "pq-sdc@8"), TWO))
        .extracting(ArmSpec::codebook)
        .containsExactly("/codebook-8", "/codebook-16", "/codebook-8");
  }

  private static void assertRefused(
      List<String> arms, Map<Integer, String> codebooks, String... message) {
    assertThatThrownBy(() -> ArmSpec.parse(arms, codebooks))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(message);
  }

  @Test
  void refusesWhatItCannotRun() {
    assertRefused(List.of(), NONE, "no arm", "expected");
    assertRefused(List.of("exact", "faiss"), NONE, "'faiss'", "unknown", "pq@BYTES", "recent");
    assertRefused(List.of("Exact"), NONE, "'Exact'", "unknown");
    assertRefused(List.of("exact", "exact"), NONE, "'exact'", "twice");
    assertRefused(List.of("exact@8"), ONE, "'exact@8'", "expected plain 'exact'");
    assertRefused(List.of("pq"), NONE, "'pq'", "does not say which codebook", "one to be given");
    assertRefused(List.of("pq"), TWO, "'pq'", "pq@8", "pq@16");
    assertRefused(List.of("pq@32"), TWO, "'pq@32'", "32 bytes", "8", "16");
    assertRefused(List.of("pq@"), ONE, "'pq@'");
    assertRefused(List.of("pq@016"), ONE, "'pq@016'");
  }
}
