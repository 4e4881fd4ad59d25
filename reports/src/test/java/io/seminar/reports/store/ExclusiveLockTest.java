package io.seminar.reports.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.DatasetException;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExclusiveLockTest {
  @TempDir Path folder;

  @Test
  void oneHoldsItAndTheNextHearsWho() throws Exception {
    Path file = folder.resolve("store/nightly.lock");
    ExclusiveLock lock = ExclusiveLock.acquire(file, "nightly");
    try {
      for (Path same : new Path[] {file, folder.resolve("store/../store/nightly.lock")}) {
        assertThatThrownBy(() -> ExclusiveLock.acquire(same, "nightly"))
            .isInstanceOf(DatasetException.class)
            .hasMessageContaining("another run is at work: nightly, process ")
            .hasMessageContaining("" + ProcessHandle.current().pid());
      }
      // Another store is another matter.
      ExclusiveLock.acquire(folder.resolve("other.lock"), "nightly").close();
      // A second attempt, although it failed, has not let go of the first one's lock.
      Process other = Jvm.start(Holder.class, file.toString());
      Jvm.awaitSuccess(other);
      assertThat(line(other))
          .matches(
              "refused: another run is at work: nightly, process "
                  + ProcessHandle.current().pid()
                  + ", since 20.*Z holds .*");
    } finally {
      lock.close();
      lock.close();
    }
    ExclusiveLock.acquire(file, "nightly").close();
    assertThat(file).hasContent("");
  }

  @Test
  void aHolderThatIsKilledLetsGo() throws Exception {
    Path file = folder.resolve("nightly.lock");
    Process holder = Jvm.start(Holder.class, file.toString());
    try {
      assertThat(line(holder)).isEqualTo("held");
      assertThatThrownBy(() -> ExclusiveLock.acquire(file, "nightly"))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("test, process " + holder.pid() + ", since ");
    } finally {
      holder.destroyForcibly();
      assertThat(holder.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
    // What it wrote is still there, and nobody minds.
    assertThat(Files.readString(file)).contains("process " + holder.pid());
    ExclusiveLock.acquire(file, "nightly").close();
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x").resolve("lock");
    assertThatThrownBy(() -> ExclusiveLock.acquire(file, "nightly"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("cannot take the lock in " + file);
  }

  private static String line(Process process) throws Exception {
    return new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
        .readLine();
  }

  /** A process that takes the lock, says whether it could, and keeps it until it is killed. */
  static final class Holder {
    public static void main(String[] args) throws InterruptedException {
      try {
        ExclusiveLock.acquire(Path.of(args[0]), "test");
      } catch (DatasetException e) {
        System.out.println("refused: " + e.getMessage());
        return;
      }
      System.out.println("held");
      Thread.sleep(60_000);
    }
  }
}
