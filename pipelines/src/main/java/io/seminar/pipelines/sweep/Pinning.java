package io.seminar.pipelines.sweep;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Keeps the thread that is measured on one processor. Only that thread: compilers and collectors of
 * the JVM go on elsewhere.
 *
 * @param processor that it is kept on; -1: it is not
 * @param reason why not; null if it is
 */
record Pinning(int processor, String reason) implements Serializable {
  private static final Path THREAD = Path.of("/proc/thread-self");

  /** Pins the calling thread to the last of its processors, if Linux and taskset are there. */
  static Pinning ofThisThread() {
    try {
      if (!Files.exists(THREAD)) {
        return new Pinning(-1, "no " + THREAD + " on this system");
      }
      String list = allowed();
      int last = Integer.parseInt(list.replaceFirst(".*[-,]", ""));
      String thread = Files.readSymbolicLink(THREAD).getFileName().toString();
      Process process =
          new ProcessBuilder("taskset", "--pid", "--cpu-list", Integer.toString(last), thread)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      int code = process.waitFor();
      return code == 0 && allowed().equals(Integer.toString(last))
          ? new Pinning(last, null)
          : new Pinning(-1, "taskset ended with exit code " + code);
    } catch (IOException | NumberFormatException e) {
      return new Pinning(-1, "no taskset, or no processor list: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Pinning(-1, "interrupted");
    }
  }

  private static String allowed() throws IOException {
    return status("Cpus_allowed_list");
  }

  /**
   * How often the calling thread has lost its processor to another so far; -1 where the system does
   * not say.
   */
  static long preemptions() {
    try {
      return Long.parseLong(status("nonvoluntary_ctxt_switches"));
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }

  private static String status(String key) throws IOException {
    for (String line : Files.readAllLines(THREAD.resolve("status"))) {
      if (line.startsWith(key + ":")) {
        return line.substring(line.indexOf(':') + 1).strip();
      }
    }
    throw new IOException("no " + key + " in " + THREAD + "/status");
  }

  boolean pinned() {
    return processor >= 0;
  }
}
