package io.seminar.pipelines.sweep;

import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts fresh JVMs with this one's class path and flags, but for the heap, and waits for what they
 * return. One at a time: nothing of ours runs beside what is measured.
 */
final class Forks {
  /** Lines of a fork's log that a message repeats. */
  private static final int LOG_LINES = 30;

  private static final long MEBIBYTE = 1L << 20;

  private final Path work;
  private final List<String> flags;
  private int started;

  /**
   * Forks with this JVM's flags.
   *
   * @param work folder for their files
   * @param more flags beside them
   */
  Forks(Path work, List<String> more) {
    this.work = work;
    this.flags =
        new ArrayList<>(inherited(ManagementFactory.getRuntimeMXBean().getInputArguments()));
    this.flags.addAll(more);
  }

  /** A JVM's flags without those on the size of its heap, and without debuggers and agents. */
  static List<String> inherited(List<String> flags) {
    return flags.stream()
        .filter(
            flag ->
                !flag.matches(
                    "-Xm[sxn].*|-XX:(Max|Initial|Min)(Heap|RAM).*|-agent.*|-javaagent.*|-Xrun.*"
                        + "|-Xdebug"))
        .toList();
  }

  /**
   * Runs a task in a fork.
   *
   * @param title of the task, for messages
   * @param heapBytes largest heap
   * @throws SweepException if the fork fails, with the end of its log
   */
  <R extends Serializable> R run(String title, ForkTask<R> task, long heapBytes, Class<R> type) {
    int number = started++;
    Path taskFile = work.resolve("fork-" + number + ".task");
    Path resultFile = work.resolve("fork-" + number + ".result");
    Path log = work.resolve("fork-" + number + ".log");
    try {
      Fork.write(taskFile, task);
      int code = wait(start(taskFile, resultFile, log, heapBytes));
      if (code != 0 || !Files.exists(resultFile)) {
        throw new SweepException(
            "the fork for "
                + title
                + " ended with exit code "
                + code
                + " and "
                + (Files.exists(resultFile) ? "a" : "no")
                + " result; the end of its log:\n"
                + tail(log));
      }
      return Fork.read(resultFile, type);
    } catch (IOException | ClassNotFoundException e) {
      throw new SweepException("the fork for " + title + " failed: " + e, e);
    }
  }

  private Process start(Path taskFile, Path resultFile, Path log, long heapBytes)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-Xmx" + (heapBytes + MEBIBYTE - 1) / MEBIBYTE + "m");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Fork.class.getName());
    command.add(taskFile.toString());
    command.add(resultFile.toString());
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static int wait(Process process) {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SweepException("interrupted while a fork was running", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String tail(Path log) throws IOException {
    if (!Files.exists(log)) {
      return "(it wrote nothing)";
    }
    List<String> lines = Files.readAllLines(log);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
  }
}
