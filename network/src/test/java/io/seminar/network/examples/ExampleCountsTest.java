package io.seminar.network.examples;

import static io.seminar.network.SmallDataset.request;
import static io.seminar.network.SmallDataset.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.network.SmallDataset;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExampleCountsTest {
  private static final TimeSplit SPLIT = new TimeSplit(100, 200);
  private static final int[] TWO = {0, 1};

  @TempDir Path folder;

  @Test
  void countsEachPeriod() {
    History history =
        new History(new long[] {1, 2, 99, 100}, new int[4], new int[] {1, 0, 2, 1}, new byte[4]);
    ExampleCounts counts =
        counts(
            new User(
                "a",
                history,
                List.of(request(50, TWO, 0, 3), request(150, TWO, 1, 1), request(250, TWO, 0, 1))),
            user("b", new long[0], new int[0], request(60, TWO, 0, 0), request(160, TWO, 0, 1)));
    assertThat(counts.training()).isEqualTo(new ExampleCounts.Period(2, 4, 1));
    assertThat(counts.validation()).isEqualTo(new ExampleCounts.Period(2, 4, 3));
    assertThat(counts.rankedUsers()).isEqualTo(1);
    assertThat(counts.behaviours()).isEqualTo(3);
    assertThat(counts.searchedBehaviours()).isEqualTo(2);
    assertThat(counts.byName())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "training-requests", 2L,
                "training-impressions", 4L,
                "training-clicks", 1L,
                "training-behaviours", 3L,
                "training-searched-behaviours", 2L,
                "validation-requests", 2L,
                "validation-impressions", 4L,
                "validation-clicks", 3L,
                "validation-ranked-users", 1L));
    assertThatCode(counts::requireBothClasses).doesNotThrowAnyException();
    assertThatCode(counts::requireBehaviours).doesNotThrowAnyException();
  }

  @Test
  void aUserIsRankedOverAllPagesOfTheValidation() {
    ExampleCounts counts =
        counts(asking(request(50, TWO, 0, 1), request(150, TWO, 0, 0), request(160, TWO, 1, 1)));
    assertThat(counts.rankedUsers()).isEqualTo(1);
  }

  @Test
  void refusesASingleClass() {
    Request validation = request(150, TWO, 0, 1);
    refuses(
        counts(asking(request(50, TWO, 1, 2), validation)),
        "requests before 1970-01-01T00:00:00.100Z: found 2 impressions, all of them clicked,"
            + " expected clicked and other ones to train on");
    refuses(
        counts(asking(request(50, TWO, 0, 0), validation)),
        "found 2 impressions, none of them clicked");
  }

  @Test
  void refusesAnEmptyPeriod() {
    refuses(
        counts(asking(request(150, TWO, 0, 1))),
        "requests before 1970-01-01T00:00:00.100Z: found no request, expected requests to train");
    refuses(
        counts(asking(request(50, TWO, 0, 1), request(200, TWO, 0, 1))),
        "requests from 1970-01-01T00:00:00.100Z to 1970-01-01T00:00:00.200Z: found no request,"
            + " expected requests to validate");
  }

  @Test
  void refusesAValidationInWhichNoUserCanBeRanked() {
    refuses(
        counts(
            user("a", new long[0], new int[0], request(50, TWO, 0, 1), request(150, TWO, 0, 0)),
            user("b", new long[0], new int[0], request(150, TWO, 1, 1))),
        "found 4 impressions, 2 of them clicked, but no user with clicked and other ones");
  }

  @Test
  void refusesToPretrainOnNothing() {
    ExampleCounts counts = counts(user("a", new long[] {100}, new int[] {0}));
    assertThatThrownBy(counts::requireBehaviours)
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("history: found no behaviour before 1970-01-01T00:00:00.100Z");
  }

  private static void refuses(ExampleCounts counts, String message) {
    assertThatThrownBy(counts::requireBothClasses)
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(counts.data());
  }

  private static User asking(Request... requests) {
    return user("a", new long[0], new int[0], requests);
  }

  private int written;

  private ExampleCounts counts(User... users) {
    Path path = folder.resolve("data" + written++);
    Dataset dataset = SmallDataset.write(path, "by hand", 2, List.of(users));
    return ExampleCounts.of(new UserWindows(dataset, 1 << 20, true, problem -> {}), SPLIT);
  }
}
