package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForksTest {
  @TempDir Path work;

  /** Says on what it ran. */
  private record Report(String word) implements ForkTask<String> {
    @Override
    public String run() {
      Pinning pinning = Pinning.ofThisThread();
      return word
          + " "
          + ProcessHandle.current().pid()
          + " "
          + (Runtime.getRuntime().maxMemory() >> 20)
          + " "
          + System.getProperty("some")
          + " "
          + (pinning.pinned() ? pinning.processor() >= 0 : pinning.reason() != null)
          + " "
          + (Files.exists(Path.of("/proc/thread-self")) == (Pinning.preemptions() >= 0));
    }
  }

  private record Failing(String word) implements ForkTask<String> {
    @Override
    public String run() {
      throw new SweepException(word);
    }
  }

  private record Dying() implements ForkTask<String> {
    @Override
    public String run() {
      System.err.println("last words");
      Runtime.getRuntime().halt(7);
      return "";
    }
  }

  @Test
  void aTaskRunsInAJvmOfItsOwnWithItsHeap() {
    String[] words =
        new Forks(work, List.of("-Dsome=word"))
            .run("a report", new Report("done"), 64 << 20, String.class)
            .split(" ");
    assertThat(words[0]).isEqualTo("done");
    assertThat(Long.parseLong(words[1])).isNotEqualTo(ProcessHandle.current().pid());
    assertThat(Long.parseLong(words[2])).isBetween(32L, 64L);
    assertThat(words[3]).isEqualTo("word");
    assertThat(words[4]).as("pinned, or said why not").isEqualTo("true");
    assertThat(words[5]).as("counts what Linux counts").isEqualTo("true");
  }

  @Test
  void aForkThatFailsIsAnErrorWithItsLog() {
    Forks forks = new Forks(work, List.of());
    assertThatExceptionOfType(SweepException.class)
        .isThrownBy(() -> forks.run("a test", new Failing("no luck"), 64 << 20, String.class))
        .withMessageContaining("the fork for a test")
        .withMessageContaining("exit code 1 and no result")
        .withMessageContaining("no luck");
    assertThatExceptionOfType(SweepException.class)
        .isThrownBy(() -> forks.run("a test", new Dying(), 64 << 20, String.class))
        .withMessageContaining("exit code 7")
        .withMessageContaining("last words");
  }

  @Test
  void flagsAreThoseOfTheParentButForHeapAndAgents() {
    assertThat(
            Forks.inherited(
                List.of(
                    "-Xmx2g",
                    "-Xms1g",
                    "-XX:MaxRAMPercentage=50",
                    "-XX:MaxHeapSize=1g",
                    "-agentlib:jdwp=transport=dt_socket",
                    "-javaagent:some.jar",
                    "-XX:+UseParallelGC",
                    "-Xss4m",
                    "--add-modules=jdk.incubator.vector",
                    "-Dseminar.kernels=scalar")))
        .containsExactly(
            "-XX:+UseParallelGC",
            "-Xss4m",
            "--add-modules=jdk.incubator.vector",
            "-Dseminar.kernels=scalar");
  }
}
