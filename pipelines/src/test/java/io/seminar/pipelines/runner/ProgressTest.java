package io.seminar.pipelines.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static String stderr(Runnable work) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      work.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void saysWhatIsDoneHowFastAndWhatIsLeft() {
    assertThat(Progress.line("replay", "users", 4_000, 1_000, 10, "evaluating", false))
        .isEqualTo("replay: 1,000 of 4,000 users, 100 a second, 30.0 s left");
    assertThat(Progress.line("replay", "users", 100_000, 1_000, 10, "evaluating", false))
        .isEqualTo("replay: 1,000 of 100,000 users, 100 a second, 16 min 30 s left");
    assertThat(Progress.line("replay", "users", 1_001_000, 1_000, 10, "evaluating", false))
        .isEqualTo("replay: 1,000 of 1,001,000 users, 100 a second, 2 h 46 min left");
  }

  @Test
  void saysNoTimeLeftWhereItCannotBeKnown() {
    assertThat(Progress.line("replay", "users", 4_000, 0, 10, "evaluating", false))
        .isEqualTo("replay: 0 of 4,000 users, 0 a second");
    assertThat(Progress.line("replay", "users", 0, 50, 10, "evaluating", false))
        .isEqualTo("replay: 50 users, 5 a second");
    assertThat(Progress.line("replay", "users", 4_000, 0, 0, "evaluating", false))
        .isEqualTo("replay: 0 of 4,000 users, 0 a second");
  }

  @Test
  void saysWhatGoesOnOnceAllAreDone() {
    assertThat(Progress.line("replay", "users", 4_000, 4_000, 80, "evaluating", false))
        .isEqualTo("replay: 4,000 of 4,000 users, evaluating");
  }

  @Test
  void saysInTheEndHowLongItTook() {
    assertThat(Progress.line("replay", "users", 4_000, 4_000, 80, "evaluating", true))
        .isEqualTo("replay: 4,000 of 4,000 users, 50 a second, took 1 min 20 s");
  }

  @Test
  void endsWithALastLine() {
    String shown =
        stderr(
            () ->
                assertThat(
                        Progress.during(
                            false, "work", "things", 3, () -> 3, "resting", () -> "result"))
                    .isEqualTo("result"));
    assertThat(shown).containsPattern("work: 3 of 3 things, [0-9,]+ a second, took 0\\.\\d s");
  }

  @Test
  void endsWithALastLineAlsoWhenTheWorkFails() {
    Supplier<String> failing =
        () -> {
          throw new IllegalStateException("broken");
        };
    String shown =
        stderr(
            () ->
                assertThatThrownBy(
                        () ->
                            Progress.during(
                                false, "work", "things", 3, () -> 1, "resting", failing))
                    .hasMessage("broken"));
    assertThat(shown).contains("work: 1 of 3 things");
  }

  @Test
  void saysNothingWhenQuiet() {
    assertThat(
            stderr(
                () ->
                    Progress.during(true, "work", "things", 3, () -> 3, "resting", () -> "result")))
        .isEmpty();
  }
}
