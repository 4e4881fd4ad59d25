package io.seminar.pipelines.runner;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class StatusLineTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void onATerminalTheLineIsRewrittenAndOthersStay() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    StatusLine line = new StatusLine(out, true);
    line.keep("first");
    line.show(() -> "at work " + asked.incrementAndGet());
    for (int i = 0; i < 1_000 && !shown().contains("at work 2"); i++) {
      Thread.sleep(10);
    }
    line.keep("second");
    line.close();
    line.keep("third");
    String before = shown();
    Thread.sleep(700); // longer than between two rewrites
    assertThat(shown()).as("after the end").isEqualTo(before);
    assertThat(before)
        .startsWith("\rfirst\u001b[K\n")
        .contains("\rat work 1\u001b[K", "\rat work 2\u001b[K")
        .endsWith("\rsecond\u001b[K\n\r\u001b[K\rthird\u001b[K\n");
    assertThat(before.split("\n", -1)).as("lines that stay").hasSize(4);
  }

  @Test
  void elsewhereThereArePlainLines() {
    StatusLine line = new StatusLine(out, false);
    line.show(() -> "at work");
    line.keep("first");
    line.close();
    line.keep("second");
    assertThat(shown()).isEqualTo(String.format("first%nsecond%n"));
  }

  @Test
  void aLineThatNeverBeganEnds() {
    StatusLine line = new StatusLine(out, false);
    line.close();
    assertThat(shown()).isEmpty();
  }

  @Test
  void durationsAreForPeople() {
    assertThat(Durations.text(0.04)).isEqualTo("0.0 s");
    assertThat(Durations.text(59.4)).isEqualTo("59.4 s");
    assertThat(Durations.text(125.4)).isEqualTo("2 min 05 s");
    assertThat(Durations.text(3600 * 3 + 60 * 7)).isEqualTo("3 h 07 min");
  }
}
