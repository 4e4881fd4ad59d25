package io.seminar.pipelines.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.training.Training;
import io.seminar.network.training.TrainingException;
import io.seminar.network.training.TrainingOptions;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.replay.TestNetworks;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  private TrainingRun run() {
    TrainingOptions options =
        new TrainingOptions(
            folder.resolve("data"),
            folder.resolve("out"),
            false,
            false,
            null,
            null,
            3,
            3,
            8,
            7L << 20,
            9L << 20,
            0.001f,
            1,
            1,
            "cpu",
            false,
            new TreeMap<>());
    return new TrainingRun(Kind.FINETUNING, options, true, new PrintWriter(err));
  }

  private Checkpoint checkpoint() {
    Path data = new RandomDataset(3, 300, 5).write(folder.resolve("data"), 3);
    return TestNetworks.write(
        folder.resolve("out"),
        data,
        TestNetworks.spec(Architecture.SEMINAR, 2, 10),
        new TimeSplit(1, 2),
        Stage.FINETUNED,
        1);
  }

  @Test
  void writesTheReportIntoTheCheckpoint() {
    Checkpoint checkpoint = checkpoint();
    TrainingRun.Outcome outcome = run().run((training, listener) -> checkpoint).orElseThrow();
    assertThat(outcome.trouble()).isNull();
    assertThat(outcome.report()).isEqualTo(checkpoint.reportFolder().resolve("index.html"));
    assertThat(outcome.report()).isRegularFile();
    assertThat(Checkpoint.open(checkpoint.folder()).digest()).isEqualTo(checkpoint.digest());
  }

  @Test
  void aReportThatCannotBeWrittenTakesNothingFromTheNetwork() {
    Checkpoint checkpoint = checkpoint();
    TrainingRun.Outcome outcome =
        run()
            .run(
                (training, listener) -> {
                  try {
                    Files.writeString(checkpoint.reportFolder(), "a file in the way");
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                  return checkpoint;
                })
            .orElseThrow();
    assertThat(outcome.checkpoint()).isSameAs(checkpoint);
    assertThat(outcome.report()).isNull();
    assertThat(outcome.trouble()).contains(checkpoint.reportFolder().toString());
  }

  @Test
  void aFullHeapNamesTheBoundsToLower() {
    for (Throwable wrapped :
        new Throwable[] {
          new OutOfMemoryError("Java heap space"),
          new TrainingException(
              "validation failed", new ExecutionException(new OutOfMemoryError("x")))
        }) {
      assertThatThrownBy(
              () ->
                  run()
                      .run(
                          (training, listener) -> {
                            if (wrapped instanceof Error error) {
                              throw error;
                            }
                            throw (TrainingException) wrapped;
                          }))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("lower --window-mib, now 9,")
          .hasMessageContaining("or --batch-mib, now 7,");
    }
  }

  @Test
  void otherFailuresGoThroughAsTheyAre() {
    TrainingException failure = new TrainingException("epoch 1, batch 3: the loss is NaN");
    assertThatThrownBy(
            () ->
                run()
                    .run(
                        (training, listener) -> {
                          throw failure;
                        }))
        .isSameAs(failure);
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void aSignalBeforeTheTrainingBeginsIsNotWaitedFor() {
    Training training = new Training();
    AtomicBoolean said = new AtomicBoolean();
    try (StopOnSignal signal = new StopOnSignal(training, () -> said.set(true))) {
      signal.stop();
    }
    assertThat(said).isTrue();
  }
}
