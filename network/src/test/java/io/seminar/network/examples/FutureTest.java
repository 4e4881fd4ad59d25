package io.seminar.network.examples;

import static io.seminar.network.SmallDataset.request;
import static io.seminar.network.SmallDataset.user;
import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.network.SmallDataset;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plants behaviours and labels from T1 on: what is known at training must not change. */
class FutureTest {
  private static final int ITEMS = 6;
  private static final TimeSplit SPLIT = new TimeSplit(1_000, 2_000);

  @TempDir Path folder;

  @Test
  void occurrencesAndTrainingCountsDoNotSeeIt() {
    List<User> past =
        List.of(
            user("a", new long[] {1, 999}, new int[] {0, 1}, request(999, new int[] {1, 2}, 0, 1)),
            user("b", new long[] {5}, new int[] {0}, request(7, new int[] {3}, 0)));
    List<User> future =
        List.of(
            user(
                "a",
                new long[] {1, 999, 1_000, 1_500},
                new int[] {0, 1, 4, 5},
                request(999, new int[] {1, 2}, 0, 1),
                request(1_000, new int[] {4, 0}, 1, 1),
                request(1_999, new int[] {5, 1}, 0, 0),
                request(2_000, new int[] {2}, 1)),
            user(
                "b",
                new long[] {5, 1_000},
                new int[] {0, 4},
                request(7, new int[] {3}, 0),
                request(5_000, new int[] {5}, 1)));
    UserWindows without = windows("past", past);
    UserWindows with = windows("future", future);

    assertThat(Occurrences.before(without, SPLIT)).containsExactly(2, 2, 1, 1, 0, 0);
    assertThat(Occurrences.before(with, SPLIT)).containsExactly(2, 2, 1, 1, 0, 0);

    ExampleCounts before = ExampleCounts.of(without, SPLIT);
    ExampleCounts after = ExampleCounts.of(with, SPLIT);
    assertThat(before.training()).isEqualTo(new ExampleCounts.Period(2, 3, 1));
    assertThat(after.training()).isEqualTo(before.training());
    assertThat(after.behaviours()).isEqualTo(before.behaviours()).isEqualTo(3);
    assertThat(before.validation()).isEqualTo(new ExampleCounts.Period(0, 0, 0));
    assertThat(after.validation()).isEqualTo(new ExampleCounts.Period(2, 4, 2));
  }

  @Test
  void theEndOfTrainingIsFoundFromRequestsBeforeTheEndOfValidationAlone() {
    User[] early = new User[10];
    for (int u = 0; u < early.length; u++) {
      early[u] = user("u" + u, new long[0], new int[0], request(100 + u, new int[] {0}, 0));
    }
    UserWindows without = windows("early", List.of(early));
    early[0] =
        user(
            "u0",
            new long[] {0, 50_000},
            new int[] {1, 2},
            request(100, new int[] {0}, 0),
            request(2_000, new int[] {0}, 1),
            request(90_000, new int[] {0}, 1));
    UserWindows with = windows("late", List.of(early));

    TimeSplit split = TimeSplit.of(without, null, 2_000L);
    assertThat(split).isEqualTo(new TimeSplit(108, 2_000));
    assertThat(TimeSplit.of(with, null, 2_000L)).isEqualTo(split);
  }

  @Test
  void theBordersBelongToTheLaterPeriod() {
    assertThat(SPLIT.trains(999)).isTrue();
    assertThat(SPLIT.trains(1_000)).isFalse();
    assertThat(SPLIT.validates(999)).isFalse();
    assertThat(SPLIT.validates(1_000)).isTrue();
    assertThat(SPLIT.validates(1_999)).isTrue();
    assertThat(SPLIT.validates(2_000)).isFalse();
  }

  private UserWindows windows(String name, List<User> users) {
    Dataset dataset = SmallDataset.write(folder.resolve(name), "by hand", ITEMS, users);
    return new UserWindows(dataset, 1 << 20, true, problem -> {});
  }
}
