package io.seminar.metrics.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.seminar.metrics.Golden;
import io.seminar.metrics.ranking.Inclusion;
import io.seminar.metrics.ranking.Ranking;
import org.junit.jupiter.api.Test;

class NoveltyTest {

  @Test
  void agreesWithNumPy() {
    Golden golden = new Golden("/golden/rankings.properties");
    int[] events = golden.ints("novelty.events");
    double[] expected = golden.doubles("novelty.information");
    long all = 0;
    for (int n : events) {
      all += n;
    }
    float[] information = new float[events.length];
    for (int i = 0; i < events.length; i++) {
      information[i] = Novelty.selfInformation(events[i], all, events.length);
      assertThat(information[i]).isEqualTo((float) expected[i]);
    }
    float[] scores = golden.floats("novelty.scores");
    for (int k : new int[] {1, 3, 10, 30}) {
      // Self-information is kept in float32.
      assertThat(novelty(scores, information, k))
          .isCloseTo(golden.number("novelty.at." + k), within(1e-6));
    }
  }

  /** By hand: shares of 2/8, 1/16, 1/1 and 2^-20 once one event is added to each item. */
  @Test
  void oneEventMoreForEveryItem() {
    assertThat(Novelty.selfInformation(1, 4, 4)).isEqualTo(2);
    assertThat(Novelty.selfInformation(0, 12, 4)).isEqualTo(4);
    assertThat(Novelty.selfInformation(0, 0, 1)).isEqualTo(0);
    assertThat(Novelty.selfInformation(0, 0, 1 << 20)).isEqualTo(20);
  }

  /** Of three that tie for two places each is shown with probability 2/3. */
  @Test
  void tiesCountByTheirProbability() {
    float[] scores = {1, 5, 1, 1, 0};
    float[] bits = {3, 2, 6, 9, 100};
    assertThat(novelty(scores, bits, 3)).isCloseTo((2 + 2 / 3. * (3 + 6 + 9)) / 3, within(1e-12));
    assertThat(novelty(scores, bits, 1)).isEqualTo(2);
    assertThat(novelty(scores, bits, 9)).isEqualTo(120 / 5.);
  }

  @Test
  void refusesBadInput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Novelty.selfInformation(-1, 3, 3))
        .withMessageContaining("were -1, 3 and 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Novelty.selfInformation(4, 3, 3))
        .withMessageContaining("were 4, 3 and 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Novelty.selfInformation(0, 0, 0))
        .withMessageContaining("at least 1 item");
  }

  private static double novelty(float[] scores, float[] information, int k) {
    Inclusion inclusion = new Inclusion();
    inclusion.set(new Ranking().load(scores, new byte[scores.length], 0, scores.length), k);
    return Novelty.of(inclusion, scores, information, 0, scores.length);
  }
}
