package io.seminar.metrics.inference;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UserHashTest {

  /**
   * Published XXH64 values, seed 0: of the empty string, short strings, and one with more than 32
   * bytes.
   */
  @ParameterizedTest
  @CsvSource({
    "'', ef46db3751d8e999",
    "a, d24ec4f1a98c6e5b",
    "as, 1c330fb2d66be179",
    "asd, 631c37ce72a97393",
    "asdf, 415872f599cea71e",
    "abc, 44bc2cf5ad770999",
    "Call me Ishmael. Some years ago--never mind how long precisely-, 02a2e85470d6fd96",
  })
  void agreesWithPublishedValues(String id, String expected) {
    assertThat(Long.toHexString(UserHash.of(id))).isEqualTo(expected.replaceFirst("^0+", ""));
  }
}
