package io.seminar.pipelines.replay;

import com.sun.management.GarbageCollectionNotificationInfo;
import io.seminar.pipelines.runner.Runner;
import io.seminar.sessions.Dataset;
import io.seminar.testdata.simulation.Simulator;
import io.seminar.testdata.simulation.SimulatorOptions;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * The memory that a replay takes: the largest live heap right after a garbage collection, and the
 * largest resident size of the process. Run it in a JVM of its own for every number of users.
 *
 * <p>Usage: {@code ReplayMemory DATA USERS}; the data set is simulated first if it is not there.
 */
public final class ReplayMemory {
  private ReplayMemory() {}

  /** Replays and prints a line of a Markdown table. */
  public static void main(String[] arguments) throws IOException {
    Path data = Path.of(arguments[0]);
    int users = Integer.parseInt(arguments[1]);
    if (!Files.exists(data)) {
      new Simulator(
              SimulatorOptions.builder()
                  .users(users)
                  .items(20_000)
                  .historyMean(200)
                  .requestsPerUser(2)
                  .build())
          .write(data, false, done -> {});
      System.out.println("simulated " + Dataset.open(data).descriptor().counts());
      return;
    }
    AtomicLong live = new AtomicLong();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      ((NotificationEmitter) collector)
          .addNotificationListener(
              (notification, handback) -> {
                GarbageCollectionNotificationInfo info =
                    GarbageCollectionNotificationInfo.from(
                        (CompositeData) notification.getUserData());
                long used =
                    info.getGcInfo().getMemoryUsageAfterGc().values().stream()
                        .mapToLong(MemoryUsage::getUsed)
                        .sum();
                live.accumulateAndGet(used, Math::max);
              },
              null,
              null);
    }
    Path run = data.resolveSibling(data.getFileName() + ".run");
    Replay.run(
        new Replay.Options(
            data,
            run,
            true,
            List.of(),
            List.of("exact", "recent"),
            List.of(),
            "exact",
            new Scoring(new int[] {10, 50}, 0.1f, 0.5f),
            new int[] {5, 10},
            5,
            null,
            400,
            1,
            true,
            Runner.DIRECT,
            Runtime.getRuntime().availableProcessors(),
            List.of(),
            true,
            List.of("benchmark")));
    System.out.printf(
        Locale.ROOT,
        "| %,d | %d | %d |%n",
        Dataset.open(data).descriptor().counts().users(),
        live.get() >> 20,
        residentPeak() >> 10);
  }

  private static long residentPeak() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    return 0;
  }
}
