package io.seminar.reports.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ParetoFrontTest {
  private record Candidate(double cost, double gain) {
    boolean dominates(Candidate other) {
      return cost <= other.cost && gain >= other.gain && (cost < other.cost || gain > other.gain);
    }
  }

  private static List<Candidate> front(List<Candidate> candidates) {
    return ParetoFront.of(candidates, Candidate::cost, Candidate::gain);
  }

  @Test
  void isWhatNobodyDominates() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int trial = 0; trial < 500; trial++) {
      List<Candidate> candidates = new ArrayList<>();
      int n = random.nextInt(12);
      for (int i = 0; i < n; i++) {
        // Few values, so that costs, gains and both at once are often equal.
        candidates.add(new Candidate(1 + random.nextInt(5), random.nextInt(5)));
      }
      List<Candidate> expected =
          candidates.stream()
              .filter(c -> candidates.stream().noneMatch(other -> other.dominates(c)))
              .toList();
      List<Candidate> front = front(candidates);
      assertThat(front).as("trial %d", trial).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(front).extracting(Candidate::cost).isSorted();
    }
  }

  @Test
  void leavesOutWhatIsNotDefined() {
    Candidate good = new Candidate(2, 0.5);
    assertThat(front(List.of(new Candidate(1, Double.NaN), good, new Candidate(Double.NaN, 1))))
        .containsExactly(good);
  }

  @Test
  void isWhatNoOtherBeats() {
    Candidate best = new Candidate(100, 1);
    Candidate cheap = new Candidate(40, 0.9);
    assertThat(
            front(
                List.of(
                    best,
                    new Candidate(50, 0.9),
                    cheap,
                    new Candidate(45, 0.8),
                    new Candidate(1, Double.NaN),
                    new Candidate(Double.NaN, 0.95),
                    new Candidate(100, 0.95))))
        .containsExactly(cheap, best);
    assertThat(front(List.of(new Candidate(7, 0.5), new Candidate(7, 0.5))))
        .as("equals do not beat each other")
        .hasSize(2);
  }
}
