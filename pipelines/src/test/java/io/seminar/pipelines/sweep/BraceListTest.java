package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BraceListTest {
  @Test
  void everyChoiceOfWordsIsAName() {
    assertThat(BraceList.expand("exact")).containsExactly("exact");
    assertThat(BraceList.expand("pq@{8,16}")).containsExactly("pq@8", "pq@16");
    assertThat(BraceList.expand("{pq,opq}@{8, 16}+refine{2,4}"))
        .containsExactly(
            "pq@8+refine2",
            "pq@8+refine4",
            "pq@16+refine2",
            "pq@16+refine4",
            "opq@8+refine2",
            "opq@8+refine4",
            "opq@16+refine2",
            "opq@16+refine4");
    assertThat(BraceList.expand("pq@{8,8}")).containsExactly("pq@8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pq@{8", "pq@8}", "pq@}8{", "pq@{8,{16}}", "pq@{}", "pq@{8,}"})
  void whatIsNoPatternIsRefused(String pattern) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> BraceList.expand(pattern))
        .withMessageContaining(pattern);
  }
}
