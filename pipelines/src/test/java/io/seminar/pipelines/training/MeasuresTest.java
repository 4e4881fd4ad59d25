package io.seminar.pipelines.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.network.checkpoint.Stage;
import io.seminar.reports.html.TrainingReport.Measure;
import io.seminar.reports.html.TrainingReport.Panel;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MeasuresTest {
  private static List<SortedMap<String, Double>> epochs(String... keys) {
    SortedMap<String, Double> epoch = new TreeMap<>();
    for (String key : keys) {
      epoch.put(key, 1.0);
    }
    return List.of(new TreeMap<>(), epoch);
  }

  @Test
  void theTotalComesFirstAndPeriodsStandSideBySide() {
    List<SortedMap<String, Double>> pretrained =
        epochs(
            "validation.next",
            "train.align",
            "validation.score",
            "validation.loss",
            "train.loss",
            "train.next");
    assertThat(Measures.shown(pretrained))
        .containsExactly(
            "train.loss", "validation.loss", "train.next", "validation.next", "train.align");
    assertThat(Measures.panels(pretrained))
        .extracting(Panel::keys)
        .containsExactly(
            List.of("train.loss", "validation.loss"),
            List.of("train.next", "validation.next"),
            List.of("train.align"));
  }

  @Test
  void whatIsNotKnownIsShownUnderItsOwnName() {
    assertThat(Measures.described(Stage.FINETUNED, epochs("train.new", "validation.gauc")))
        .extracting(Measure::title)
        .containsExactly("validation GAUC", "train.new");
  }

  @Test
  void saysWhichMeasureChooses() {
    assertThat(Measures.described(Stage.FINETUNED, epochs("validation.gauc")).get(0).doc())
        .contains("It chooses the epoch.");
    assertThat(Measures.described(Stage.PRETRAINED, epochs("validation.loss")).get(0).doc())
        .contains("It chooses the epoch.");
  }

  @Test
  void nothingIsValidatedWhereAllIsUndefined() {
    List<SortedMap<String, Double>> epochs = epochs("train.loss", "validation.score");
    assertThat(Measures.validated(epochs)).isTrue();
    epochs.get(1).put("validation.score", Double.NaN);
    assertThat(Measures.validated(epochs)).isFalse();
  }
}
