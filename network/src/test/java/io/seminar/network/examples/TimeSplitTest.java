package io.seminar.network.examples;

import static io.seminar.network.SmallDataset.request;
import static io.seminar.network.SmallDataset.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.network.SmallDataset;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeSplitTest {
  @TempDir Path folder;

  @Test
  void byDefaultAPageInTwoIsForEvaluationAndFourOfTheOtherFiveForTraining() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<User> users = new ArrayList<>();
    long[] times = new long[2_000];
    for (int u = 0; u < times.length; u++) {
      times[u] = 1_700_000_000_000L + (long) (random.nextDouble() * random.nextDouble() * 1e10);
      // A behaviour of long ago: the range of behaviours must not blur the times of requests.
      users.add(user("u" + u, new long[] {0}, new int[] {0}, request(times[u], new int[1], 0)));
    }
    UserWindows windows = windows("default", users);
    TimeSplit split = TimeSplit.of(windows, null, null);

    assertThat(split.validateUntil()).isEqualTo(windows.dataset().descriptor().medianRequestTime());
    long training = 0;
    long validation = 0;
    for (long time : times) {
      training += split.trains(time) ? 1 : 0;
      validation += split.validates(time) ? 1 : 0;
    }
    assertThat(training + validation).as("seed %d", seed).isBetween(995L, 1_000L);
    assertThat((double) training / (training + validation))
        .as("share for training, seed %d", seed)
        .isBetween(0.795, 0.8);
  }

  @Test
  void whatIsGivenIsTaken() {
    UserWindows windows = windows("given", List.of(at("a", 10), at("b", 20), at("c", 30)));
    assertThat(TimeSplit.of(windows, 5L, 100L)).isEqualTo(new TimeSplit(5, 100));
    assertThat(TimeSplit.of(windows, 5L, null)).isEqualTo(new TimeSplit(5, 20));
    assertThat(TimeSplit.of(windows, null, 25L)).isEqualTo(new TimeSplit(20, 25));
    assertThatThrownBy(() -> TimeSplit.of(windows, 20L, null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the end of training is 1970-01-01T00:00:00.020Z: expected a time before the end of"
                + " validation, 1970-01-01T00:00:00.020Z");
  }

  @Test
  void withoutRequestsThereIsNothingToSplit() {
    UserWindows none = windows("none", List.of(user("a", new long[] {1}, new int[] {0})));
    assertThatThrownBy(() -> TimeSplit.of(none, null, null))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("none, requests: found no request, expected requests to train");
    UserWindows late = windows("late", List.of(at("a", 10)));
    assertThatThrownBy(() -> TimeSplit.of(late, null, 10L))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("found no request before 1970-01-01T00:00:00.010Z");
  }

  private static User at(String id, long time) {
    return user(id, new long[0], new int[0], request(time, new int[1], 0));
  }

  private UserWindows windows(String name, List<User> users) {
    Dataset dataset = SmallDataset.write(folder.resolve(name), "by hand", 1, users);
    return new UserWindows(dataset, 1 << 20, true, problem -> {});
  }
}
