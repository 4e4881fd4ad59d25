package io.seminar.reports.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The data caches of a processor, as Linux describes them. */
final class Caches {
  private Caches() {}

  /**
   * Caches from {@code index0}, {@code index1}… of a folder like {@code
   * /sys/devices/system/cpu/cpu0/cache}, nearest first; empty where there is no such folder. A
   * cache that several processors share says so.
   */
  static List<String> of(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> indices = Files.list(folder)) {
      return indices
          .filter(index -> index.getFileName().toString().matches("index\\d+"))
          .filter(index -> !line(index, "type").equals("Instruction"))
          .map(Caches::describe)
          .sorted()
          .toList();
    } catch (IOException e) {
      // A nicety, like the model's name: a machine that hides it is still a machine.
      return List.of();
    }
  }

  private static String describe(Path index) {
    String size = line(index, "size").replaceFirst("(\\d+)K$", "$1 KiB");
    String sharing = line(index, "shared_cpu_list");
    return "L"
        + line(index, "level")
        + " "
        + size
        + (sharing.matches("\\d*") ? "" : ", shared by processors " + sharing);
  }

  private static String line(Path index, String name) {
    try {
      return Files.readString(index.resolve(name)).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
