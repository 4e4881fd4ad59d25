package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.attention.retrieval.Cost;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
  private long now = 5_000;
  private long allocated;
  private final List<String> log = new ArrayList<>();

  /** Answers in so many nanoseconds, the first answers slower, and allocates. */
  private final class Scripted implements Contender {
    private final String name;
    private final long nanos;
    private final int slowAnswers;
    private final int bytes;
    private int answers;
    private int allocations = Integer.MAX_VALUE;
    private boolean byMethod;

    Scripted(String name, long nanos, int slowAnswers, int bytes) {
      this.name = name;
      this.nanos = nanos;
      this.slowAnswers = slowAnswers;
      this.bytes = bytes;
    }

    @Override
    public void answer(Cost cost) {
      log.add(name);
      // Every slow answer takes twice as long as the next.
      now += nanos << Math.max(0, slowAnswers - answers);
      answers++;
      allocated += allocations-- > 0 ? bytes : 0;
    }

    @Override
    public long answerTimed(Cost cost) {
      throw new UnsupportedOperationException();
    }

    @Override
    public float consume() {
      return 1;
    }

    @Override
    public long digest() {
      throw new UnsupportedOperationException();
    }

    @Override
    public long open() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean allocates() {
      return byMethod;
    }

    @Override
    public long indexBytes() {
      return 0;
    }
  }

  private ClosedLoop loop(Measuring.WarmUp warmUp, long samples, Contender[][] contenders) {
    return new ClosedLoop(
        new Rounds(contenders, 1, () -> now, () -> allocated),
        new ClosedLoop.Limits(warmUp, samples, 100),
        () -> now);
  }

  @Test
  void warmsUpUntilTheSlowestToSettleHasSettled() {
    ClosedLoop loop =
        loop(
            new Measuring.WarmUp(0.01, 100, 100),
            60,
            new Contender[][] {
              {new Scripted("a0", 10_000_000, 0, 0), new Scripted("a1", 30_000_000, 0, 0)},
              {new Scripted("b0", 5_000_000, 10, 0), new Scripted("b1", 5_000_000, 10, 0)}
            });
    loop.warmUp();
    // After ten slow stretches, here a round each, five equal ones are needed; the others may
    // differ by one in a hundred.
    assertThat(loop.settling(1).stretches()).isEqualTo(15);
    assertThat(loop.settling(0).settled()).isTrue();
    assertThat(loop.settling(1).variation()).isZero();
    loop.measure();
    assertThat(loop.latencies(0).samples()).isEqualTo(60);
    assertThat(loop.latencies(0).mean()).isEqualTo(20_000_000);
    assertThat(loop.latencies(1).mean()).isEqualTo(5_000_000);
    assertThat(loop.allocated(0)).isFalse();
    assertThat(log).hasSize((15 + 30) * 4);
  }

  @Test
  void whatAllocatesIsNotWarm() {
    Scripted arm = new Scripted("a", 10_000_000, 0, 8);
    ClosedLoop loop = loop(new Measuring.WarmUp(0.01, 40, 100), 1, new Contender[][] {{arm}});
    arm.allocations = 12;
    loop.warmUp();
    assertThat(loop.settling(0).stretches()).isEqualTo(13);
    loop.measure();
    assertThat(loop.allocated(0)).isFalse();
  }

  @Test
  void whatAllocatesByItsMethodIsNotWaitedFor() {
    Scripted arm = new Scripted("a", 10_000_000, 0, 8);
    arm.byMethod = true;
    ClosedLoop loop = loop(new Measuring.WarmUp(0.01, 1_000, 1), 1, new Contender[][] {{arm}});
    loop.warmUp();
    assertThat(loop.settling(0).stretches()).isEqualTo(5);
    loop.measure();
    assertThat(loop.allocated(0)).isFalse();
  }

  @Test
  void whatDoesNotSettleIsMeasuredAfterTheLimitAndSaysSo() {
    ClosedLoop loop =
        loop(
            new Measuring.WarmUp(0.01, 7, 100),
            1,
            new Contender[][] {{new Scripted("a", 20_000_000, 6, 0)}});
    loop.warmUp();
    assertThat(loop.settling(0).stretches()).isEqualTo(7);
    assertThat(loop.settling(0).settled()).isFalse();
    assertThat(loop.settling(0).variation()).isGreaterThan(0.5);
  }

  @Test
  void whatIsNotCompiledIsTold() {
    ClosedLoop loop =
        loop(
            new Measuring.WarmUp(0.01, 6, 100),
            40,
            new Contender[][] {
              {new Scripted("a", 10_000_000, 0, 0)}, {new Scripted("b", 10_000_000, 0, 16)}
            });
    loop.warmUp();
    assertThat(loop.settling(0).stretches()).as("to the limit").isEqualTo(6);
    loop.measure();
    assertThat(loop.allocated(0)).isFalse();
    assertThat(loop.allocated(1)).isTrue();
  }

  @Test
  void timeEndsWarmUpAndMeasuring() {
    Contender[][] contenders = {{new Scripted("a", 1_000_000, 0, 0)}};
    ClosedLoop loop =
        new ClosedLoop(
            new Rounds(contenders, 1, () -> now, () -> allocated),
            new ClosedLoop.Limits(new Measuring.WarmUp(1e-9, 100, 0.003), 1_000, 0.02),
            () -> now);
    loop.warmUp();
    assertThat(loop.warmUpRequests()).isEqualTo(3);
    loop.measure();
    assertThat(loop.latencies(0).samples()).as("none of the warm-up").isEqualTo(20);
  }

  @Test
  void aStretchTakesTenMillisecondsAnArm() {
    ClosedLoop loop =
        loop(
            new Measuring.WarmUp(0.01, 100, 100),
            1,
            new Contender[][] {
              {new Scripted("a", 1_000_000, 0, 0)}, {new Scripted("b", 3_000_000, 0, 0)}
            });
    loop.warmUp();
    assertThat(loop.settling(0).stretches()).isEqualTo(5);
    assertThat(loop.warmUpRequests()).isEqualTo(5 * 5);
    loop.measure();
    assertThat(loop.latencies(1).samples()).as("enough for a median").isEqualTo(20);
  }

  @Test
  void everyArmAnswersEveryRequestOnceARoundInAnOrderThatChanges() {
    Contender[][] contenders = new Contender[3][4];
    for (int a = 0; a < 3; a++) {
      for (int r = 0; r < 4; r++) {
        contenders[a][r] = new Scripted(a + "" + r, 10, 0, 0);
      }
    }
    Rounds rounds = new Rounds(contenders, 7, () -> now, () -> allocated);
    rounds.run();
    List<String> first = List.copyOf(log);
    log.clear();
    rounds.run();
    assertThat(first).hasSize(12).doesNotHaveDuplicates();
    assertThat(log).containsExactlyInAnyOrderElementsOf(first).isNotEqualTo(first);
    log.clear();
    new Rounds(contenders, 7, () -> now, () -> allocated).run();
    assertThat(log).as("the same seed, the same order").isEqualTo(first);
    assertThat(rounds.consumed()).isEqualTo(24);
  }
}
