package io.seminar.network.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScoringMemoryTest {
  private static final int CALLS = 30;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  @TempDir Path folder;

  /** Bytes allocated over many calls, until a round comes out at zero. */
  @ParameterizedTest
  @EnumSource(Architecture.class)
  void scoringAllocatesNothingOnceItIsCompiled(Architecture architecture) {
    Random random = new Random(5);
    NetworkSpec spec =
        new NetworkSpec(
            architecture, 24, 2, 10, List.of("text", "attributes"), true, true, 12, 3, 20);
    try (RandomNetwork network = new RandomNetwork(folder.resolve("set"), spec, random)) {
      UserScorer scorer = new UserScorer(new TrainedNetwork(network.features, network.parameters));
      History history = network.history(300);
      while (history.length() < 200) {
        history = network.history(300);
      }
      Request[] requests = new Request[4];
      for (int r = 0; r < requests.length; r++) {
        requests[r] = network.request(history, 35);
      }
      float[] logits = new float[35];
      scorer.open(history);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long thread = Thread.currentThread().getId();
      long start = System.nanoTime();
      long bytes;
      do {
        long before = threads.getThreadAllocatedBytes(thread);
        for (int i = 0; i < CALLS; i++) {
          for (Request request : requests) {
            scorer.score(request, logits);
          }
        }
        bytes = threads.getThreadAllocatedBytes(thread) - before;
      } while (bytes > 0 && System.nanoTime() - start < PATIENCE_NANOS);
      assertThat(bytes).isZero();
    }
  }

  @Test
  void buffersAreGivenBackAfterAnOutlier() {
    NetworkSpec spec =
        new NetworkSpec(Architecture.QIN, 64, 1, 10, List.of("attributes"), true, true, 12, 3, 20);
    try (RandomNetwork network = new RandomNetwork(folder.resolve("set"), spec, new Random(6))) {
      Behaviours behaviours =
          new Behaviours(new TrainedNetwork(network.features, network.parameters), true, true);
      behaviours.embed(history(100));
      float[] small = behaviours.pairs();
      behaviours.embed(history(50));
      assertThat(behaviours.pairs()).isSameAs(small);
      behaviours.embed(history(100_000));
      float[] outlier = behaviours.pairs();
      behaviours.embed(history(90_000));
      assertThat(behaviours.pairs()).isSameAs(outlier);
      behaviours.embed(history(100));
      assertThat(behaviours.pairs()).hasSize(6_400);
      assertThat(behaviours.keys()[0]).hasSize(6_400);
      assertThat(behaviours.values()[0]).hasSize(6_400);
    }
  }

  private static History history(int length) {
    return new History(new long[length], new int[length], new int[length], new byte[length]);
  }
}
