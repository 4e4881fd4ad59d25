package io.seminar.pipelines.replay;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a Java virtual machine of its own with the tests' class path and the launcher's flags. */
public final class ForkedJvm {
  private ForkedJvm() {}

  /** Standard output and error go, together, to {@code log}. */
  public static Process start(Path log, List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("--add-modules=jdk.incubator.vector");
    command.add("-Darrow.enable_unsafe_memory_access=true");
    command.add("-Darrow.enable_null_check_for_get=false");
    command.add("-Djava.awt.headless=true");
    command.add("-Dai.djl.offline=true");
    command.addAll(options);
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
