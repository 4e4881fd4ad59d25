package io.seminar.testdata.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatorOptionsTest {
  private static Arguments bad(
      UnaryOperator<SimulatorOptions.Builder> change, String... fragments) {
    return Arguments.of(change, fragments);
  }

  static List<Arguments> badOptions() {
    SimulatedModality text = SimulatedModality.parse("text:8");
    return List.of(
        bad(b -> b.users(0), "users 0", "at least 1"),
        bad(b -> b.items(0), "items 0"),
        bad(b -> b.queries(-1), "queries -1"),
        bad(b -> b.queries(0), "queries 0", "searchedShare 0.4"),
        bad(b -> b.historyMean(0.5), "historyMean 0.5"),
        bad(b -> b.historyMean(Double.NaN), "historyMean NaN"),
        bad(b -> b.historySpread(-1), "historySpread -1.0"),
        bad(b -> b.requestsPerUser(-2), "requestsPerUser -2"),
        bad(b -> b.impressions(0), "impressions 0"),
        bad(b -> b.impressions(201), "impressions 201", "200"),
        bad(b -> b.items(20), "items 20", "16 are warm", "20 impressions"),
        bad(b -> b.modalities(List.of()), "modalities []"),
        bad(b -> b.modalities(List.of(text, text)), "\"text\" occurs twice"),
        bad(b -> b.latentDimension(1), "latentDimension 1"),
        bad(b -> b.interestsPerUser(65), "interestsPerUser 65"),
        bad(b -> b.drift(-0.1), "drift -0.1"),
        bad(b -> b.renewals(16), "renewals 16.0", "15"),
        bad(b -> b.searchedShare(1.1), "searchedShare 1.1"),
        bad(b -> b.searchedRequestShare(-1), "searchedRequestShare -1.0"),
        bad(b -> b.coldItemShare(0.95), "coldItemShare 0.95"),
        bad(b -> b.coldTargetShare(2), "coldTargetShare 2.0"),
        bad(b -> b.missingModalityShare(1), "missingModalityShare 1.0"),
        bad(b -> b.positionBias(4), "positionBias 4.0"),
        bad(b -> b.clickBaseRate(0), "clickBaseRate 0.0"),
        bad(b -> b.clickBaseRate(0.5), "clickBaseRate 0.5", "mean examination probability 0.37"),
        bad(b -> b.affinityStrength(11), "affinityStrength 11.0"),
        bad(b -> b.loggingStrength(Double.NaN), "loggingStrength NaN"),
        bad(b -> b.categories(0), "categories 0"),
        bad(b -> b.attributeVocabulary(0), "attributeVocabulary 0"),
        bad(b -> b.tokenVocabulary(0), "tokenVocabulary 0"),
        bad(b -> b.popularityExponent(-1), "popularityExponent -1.0"),
        bad(b -> b.span(Duration.ofMinutes(1)), "span PT1M"),
        bad(b -> b.requestWindow(0), "requestWindow 0.0"),
        bad(b -> b.threads(0), "threads 0"),
        bad(b -> b.firstUser(-1), "firstUser -1"),
        bad(b -> b.firstUser(1_000_000).users(10).requestsPerUser(9_999), "from 1000000 on"),
        bad(b -> b.users(1_000_000).requestsPerUser(9_999), "users 1000000", "9999"));
  }

  @ParameterizedTest
  @MethodSource("badOptions")
  void aBadOptionIsRefusedWithItsNameAndValue(
      UnaryOperator<SimulatorOptions.Builder> change, String[] fragments) {
    assertThatThrownBy(() -> change.apply(SimulatorOptions.builder()).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(fragments);
  }

  @Test
  void modalitiesAreReadFromText() {
    assertThat(SimulatedModality.parse("image:512"))
        .isEqualTo(new SimulatedModality("image", 512, SimulatedModality.DEFAULT_NOISE));
    assertThat(SimulatedModality.parse("image:512:0.25"))
        .isEqualTo(new SimulatedModality("image", 512, 0.25));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text",
        "text:",
        "text:x",
        "text:0",
        "text:8:-1",
        "text:8:NaN",
        "Text:8",
        "a:8:1:1",
        ""
      })
  void aBadModalityIsRefused(String text) {
    assertThatThrownBy(() -> SimulatedModality.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("modality")
        .hasMessageContaining("expected");
  }
}
