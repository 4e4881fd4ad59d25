package io.seminar.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Memory must not depend on the number of users, and a user of any length must pass. */
class BoundedMemoryTest {
  private static final int LONG_HISTORY = 200_000;

  @TempDir Path folder;

  /**
   * Writes and reads data sets of the sizes given; prints the peak of the resident memory, in KiB,
   * after each.
   */
  static final class WriteAndRead {
    private WriteAndRead() {}

    public static void main(String[] arguments) throws IOException {
      Path folder = Path.of(arguments[0]);
      for (int i = 1; i < arguments.length; i++) {
        int users = Integer.parseInt(arguments[i]);
        Path out = folder.resolve("users-" + users);
        write(out, users);
        read(Dataset.open(out), users);
        System.out.println(peakKib());
      }
    }

    private static void write(Path out, int users) {
      try (DatasetWriter writer = DatasetWriter.create(out, Samples.SCHEMA, false)) {
        Samples.addCatalogue(writer);
        for (int u = 0; u < users; u++) {
          if (u == users / 2) {
            writer.addUser(new User("long", longHistory(), List.of()));
          }
          writer.addUser(Samples.user("u" + u));
        }
        writer.finish("", Map.of());
      }
    }

    private static void read(Dataset dataset, int users) {
      long read = 0;
      int longest = 0;
      for (UserSplit split : dataset.userSplits()) {
        try (UserReader reader = dataset.readUsers(split)) {
          while (reader.next()) {
            read++;
            longest = Math.max(longest, reader.user().history().length());
          }
        }
      }
      if (read != users + 1L || longest != LONG_HISTORY) {
        throw new IllegalStateException(read + " users, longest history " + longest);
      }
    }

    private static long peakKib() throws IOException {
      return Files.readAllLines(Path.of("/proc/self/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findAny()
          .orElseThrow();
    }
  }

  private static History longHistory() {
    long[] time = new long[LONG_HISTORY];
    Arrays.setAll(time, l -> 1_000L * l);
    int[] item = new int[LONG_HISTORY];
    Arrays.setAll(item, l -> l % 3);
    return new History(time, item, new int[LONG_HISTORY], new byte[LONG_HISTORY]);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "peak memory is read from /proc")
  void aMillionUsersNeedNoMoreMemoryThanAHundredThousand() throws Exception {
    Process process =
        Jvm.start(
            WriteAndRead.class,
            // A heap that is full from the start, so that garbage waiting for its collection counts
            // in both.
            List.of("-Xms96m", "-Xmx96m", "-XX:+UseSerialGC", "-XX:+AlwaysPreTouch"),
            folder.toString(),
            "100000",
            "1000000");
    List<Long> peaks;
    try (var output = process.inputReader()) {
      peaks = output.lines().map(Long::valueOf).toList();
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(peaks).hasSize(2);
    System.out.printf(
        "peak memory: %d KiB at 100,000 users, %d KiB at 1,000,000%n", peaks.get(0), peaks.get(1));
    assertThat(peaks.get(1) / (double) peaks.get(0))
        .as("peak memory in KiB: %s", peaks)
        .isLessThan(1.1);
  }

  @Test
  void aLongUserIsABatchOfItsOwn() {
    User user = new User("long", longHistory(), List.of());
    Dataset dataset =
        Samples.write(folder.resolve("data"), Samples.user("a"), user, Samples.user("b"));
    List<UserSplit> splits = dataset.userSplits();
    assertThat(splits.stream().mapToInt(UserSplit::rows).sum()).isEqualTo(3);
    assertThat(dataset.descriptor().counts().longestHistory()).isEqualTo(LONG_HISTORY);

    Dataset larger =
        Samples.write(folder.resolve("larger"), Samples.user("a"), twice(user), Samples.user("b"));
    assertThat(larger.userSplits().stream().map(UserSplit::rows)).containsExactly(1, 1, 1);
    UserSplit split = larger.userSplits().get(1);
    try (UserReader reader = larger.readUsers(split)) {
      assertThat(reader.next()).isTrue();
      assertThat(reader.user().history().time()).isEqualTo(twice(user).history().time());
      assertThat(reader.next()).isFalse();
    }
  }

  /** The same user with every behaviour twice: more than a batch holds otherwise. */
  private static User twice(User user) {
    long[] time = new long[2 * LONG_HISTORY];
    Arrays.setAll(time, l -> user.history().time()[l / 2]);
    return new User(
        user.id(),
        new History(
            time, new int[2 * LONG_HISTORY], new int[2 * LONG_HISTORY], new byte[2 * LONG_HISTORY]),
        List.of());
  }
}
