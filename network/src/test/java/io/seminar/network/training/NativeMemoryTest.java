package io.seminar.network.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.network.training.BatchBuilder.Example;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a process of its own, whose heap is as large at the start as at the end. */
class NativeMemoryTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int BATCHES = 10_000;
  private static final int STEPS = 400;
  private static final int STRETCHES = 3;

  @TempDir Path folder;

  @Test
  void tenThousandBatchesLeaveNothingBehind() throws Exception {
    assumeTrue(Files.isReadable(STATUS), "there is no " + STATUS);
    Dataset dataset = SmallWorld.write(folder.resolve("set"), SmallWorld.users(12));
    Path errors = folder.resolve("errors");
    Process process =
        TestJvm.start(
            errors,
            List.of("-Xms128m", "-Xmx128m", "-XX:+AlwaysPreTouch"),
            Main.class,
            List.of(dataset.folder().toString()));
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(() -> "errors in " + errors).isZero();
    long[] kib = Arrays.stream(output.trim().split(" ")).mapToLong(Long::parseLong).toArray();
    // Compiled code and the allocator's arenas grow at first; what is left behind grows throughout.
    long least = Long.MAX_VALUE;
    for (int i = 1; i < kib.length; i++) {
      least = Math.min(least, kib[i] - kib[i - 1]);
    }
    assertThat(kib).hasSize(STRETCHES + 1);
    assertThat(least).as("KiB resident: %s", Arrays.toString(kib)).isLessThan(1 << 10);
  }

  /** Prints resident KiB after warming up, and after every stretch. */
  static final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException {
      Dataset dataset = Dataset.open(Path.of(arguments[0]));
      List<Example> examples = new ArrayList<>();
      for (User user : SmallWorld.users(12)) {
        examples.add(new Example(user, user.requests().get(3)));
      }
      try (Catalogue catalogue = dataset.openCatalogue();
          QueryTable queries = dataset.openQueries();
          Torch torch = new Torch("cpu", 1)) {
        CatalogueShape shape = CatalogueShape.of(catalogue, queries);
        float[] counts = new float[shape.items()];
        Arrays.fill(counts, 1);
        NetworkSpec small =
            new NetworkSpec(Architecture.AVERAGE, 4, 1, 4, List.of("text"), false, true, 6, 2, 6);
        CatalogueFeatures scored = new CatalogueFeatures(small, shape, catalogue, queries, counts);
        GraphScorer scorer =
            new GraphScorer(torch, scored, Initialization.of(small, shape, counts, 1), 20);
        CatalogueFeatures trained =
            new CatalogueFeatures(
                SmallWorld.spec(Architecture.SEMINAR), shape, catalogue, queries, counts);
        BatchBuilder builder = new BatchBuilder(trained, 20);
        Parameters parameters = Initialization.of(trained.spec(), shape, counts, 1);
        Adam adam = new Adam(parameters, 1e-3f);
        for (int i = -BATCHES / 5; i < STRETCHES * BATCHES; i++) {
          if (i >= 0 && i % BATCHES == 0) {
            System.out.print(resident() + " ");
          }
          int at = Math.floorMod(i, examples.size());
          scorer.score(examples.subList(at, at + 1));
          if (i % (BATCHES / STEPS) == 0) {
            Batch batch = builder.build(examples.subList(at, at + 1));
            torch.step(parameters, adam, leaves -> new HeadGraph(trained, leaves, batch).losses());
          }
        }
        System.out.print(resident());
      }
    }

    private static long resident() throws IOException {
      System.gc();
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }
      }
      throw new IOException("no VmRSS in " + STATUS);
    }
  }
}
