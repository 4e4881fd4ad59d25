package io.seminar.reports.store;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * The machine of a run.
 *
 * @param cores processors that the JVM may use
 * @param cpu model name of the processor, or the architecture where the model is not known
 * @param caches the processor's data caches, nearest first, e.g. {@code L1 48 KiB}; empty where the
 *     machine does not say
 * @param memoryBytes physical memory
 * @param maxHeapBytes largest heap of the JVM
 * @param os name, version and architecture of the operating system
 * @param jvm vendor and version
 * @param flags the JVM's flags
 */
public record Machine(
    int cores,
    String cpu,
    List<String> caches,
    long memoryBytes,
    long maxHeapBytes,
    String os,
    String jvm,
    List<String> flags) {
  public Machine {
    Objects.requireNonNull(cpu, "machine.cpu");
    Objects.requireNonNull(os, "machine.os");
    Objects.requireNonNull(jvm, "machine.jvm");
    caches = caches == null ? List.of() : List.copyOf(caches); // manifests from before them
    flags = List.copyOf(flags);
  }

  /** The machine that this JVM runs on. */
  public static Machine current() {
    Runtime runtime = Runtime.getRuntime();
    return new Machine(
        runtime.availableProcessors(),
        cpuModel(),
        Caches.of(Path.of("/sys/devices/system/cpu/cpu0/cache")),
        physicalMemory(),
        runtime.maxMemory(),
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"),
        System.getProperty("java.vm.vendor")
            + " "
            + System.getProperty("java.vm.name")
            + " "
            + System.getProperty("java.runtime.version"),
        ManagementFactory.getRuntimeMXBean().getInputArguments());
  }

  private static long physicalMemory() {
    return ManagementFactory.getOperatingSystemMXBean()
            instanceof com.sun.management.OperatingSystemMXBean os
        ? os.getTotalMemorySize()
        : 0;
  }

  private static String cpuModel() {
    Path file = Path.of("/proc/cpuinfo");
    if (Files.isReadable(file)) {
      try (Stream<String> lines = Files.lines(file)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
      } catch (IOException e) {
        // The model is a nicety: a machine that hides it is still a machine.
        return System.getProperty("os.arch");
      }
    }
    return System.getProperty("os.arch");
  }
}
