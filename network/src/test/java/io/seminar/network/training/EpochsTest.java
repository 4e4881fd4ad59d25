package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.network.SmallDataset;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.examples.ExampleCounts;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.Problem;
import io.seminar.sessions.QueryTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which epochs are run, saved and chosen, whatever they learn. */
class EpochsTest {
  private static final String VALUE = "value";
  private static final double NONE = Double.NaN;

  @TempDir Path folder;
  private Path out;
  private Description description;

  @BeforeEach
  void prepare() {
    out = folder.resolve("network");
    Dataset dataset = SmallDataset.write(folder.resolve("data"), "by hand", 6, List.of());
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      description =
          new Description(
              Stage.FINETUNED,
              new NetworkSpec(
                  Architecture.AVERAGE, 4, 1, 2, List.of("id", "text"), true, true, 12, 3, 8),
              CatalogueShape.of(catalogue, queries),
              Description.Data.of(dataset),
              new TimeSplit(1, 2),
              new TreeMap<>(Map.of("rate", 0.5)),
              3,
              List.of(),
              new TreeMap<>());
    }
  }

  /** Sets every value of a parameter to the epoch's number, and validates as it is told to. */
  private static class Scripted implements Course {
    final List<Integer> trained = new ArrayList<>();
    private final double[] values;

    Scripted(double... values) {
      this.values = values;
    }

    @Override
    public SortedMap<String, Double> train(
        int epoch, Parameters parameters, Adam adam, StepReport report) {
      report.step(1, 2, new TreeMap<>(Map.of("loss", 0.5)));
      trained.add(epoch);
      Arrays.fill(parameters.values("items.gate"), epoch);
      return new TreeMap<>(Map.of("loss", 1.0 / epoch));
    }

    @Override
    public SortedMap<String, Double> validate(Parameters parameters) {
      return new TreeMap<>(Map.of(VALUE, values[trained.get(trained.size() - 1) - 1]));
    }

    @Override
    public String decides() {
      return VALUE;
    }
  }

  /** Hears everything and does nothing. */
  private static class Listener implements TrainingListener {
    final List<Integer> resumed = new ArrayList<>();
    final List<Boolean> best = new ArrayList<>();

    @Override
    public void rejected(Problem problem) {}

    @Override
    public void counted(ExampleCounts counts) {}

    @Override
    public void resumed(int epoch) {
      resumed.add(epoch);
    }

    @Override
    public void step(int epoch, long examples, long expected, SortedMap<String, Double> losses) {
      assertThat(losses).containsOnlyKeys("loss");
    }

    @Override
    public void validating(int epoch) {}

    @Override
    public void epoch(int epoch, SortedMap<String, Double> measures, boolean best) {
      this.best.add(best);
    }
  }

  private TrainingOptions options(int epochs, int patience, boolean resume) {
    return new TrainingOptions(
        folder.resolve("data"),
        out,
        false,
        resume,
        1L,
        2L,
        epochs,
        patience,
        2,
        1,
        1,
        0.5f,
        3,
        1,
        "cpu",
        false,
        new TreeMap<>());
  }

  private Checkpoint run(Course course, TrainingOptions options, TrainingListener listener) {
    return run(new Training(), course, options, listener);
  }

  private Checkpoint run(
      Training training, Course course, TrainingOptions options, TrainingListener listener) {
    Parameters start = Initialization.of(description.spec(), description.shape(), new float[6], 3);
    return training.run(course, options, description, start, listener);
  }

  private static float epochOf(Checkpoint checkpoint) {
    return checkpoint.parameters().values("items.gate")[0];
  }

  private void assertChosen(int epoch, int epochs, int patience, double... values) {
    Scripted course = new Scripted(values);
    Checkpoint checkpoint = run(course, options(epochs, patience, false), new Listener());
    assertThat(epochOf(checkpoint)).isEqualTo(epoch);
    Description stored = Checkpoint.open(checkpoint.folder()).description();
    assertThat(Training.chosenEpoch(stored)).isEqualTo(epoch);
    assertThat(stored.history()).hasSize(values.length);
    assertThat(course.trained).hasSize(values.length);
  }

  @Test
  void theFirstOfTheBestIsChosenAndPatienceEndsIt() {
    assertChosen(2, 9, 2, 0.5, 0.7, 0.6, 0.7);
  }

  @Test
  void allEpochsAreRunWhereTheyKeepImproving() {
    assertChosen(3, 3, 1, -3, -2, -1);
  }

  @Test
  void theLastIsChosenWhereValidationIsUndefined() {
    assertChosen(4, 4, 2, NONE, NONE, NONE, NONE);
  }

  @Test
  void aDefinedMeasureBeatsAnUndefinedOne() {
    assertChosen(2, 4, 2, NONE, 0.1, NONE, 0.05);
  }

  @Test
  void whatWasNotTrainedInEpochsHasNoChosenOne() {
    assertThat(Training.chosenEpoch(description)).isZero();
  }

  @Test
  void stopsBetweenStepsAndGoesOnAsIfItHadNotStopped() {
    double[] values = {NONE, NONE, NONE, 0.2, 0.1};
    Training training = new Training();
    CountDownLatch third = new CountDownLatch(1);
    Scripted interrupted =
        new Scripted(values) {
          @Override
          public SortedMap<String, Double> train(
              int epoch, Parameters parameters, Adam adam, StepReport report) {
            if (epoch == 3) {
              third.countDown();
              while (true) { // until it is told to stop, which must reach it
                report.step(1, 2, new TreeMap<>(Map.of("loss", 0.5)));
                Thread.onSpinWait();
              }
            }
            return super.train(epoch, parameters, adam, report);
          }
        };
    boolean[] begun = new boolean[1];
    Thread stopper =
        new Thread(
            () -> {
              try {
                assertThat(third.await(60, TimeUnit.SECONDS)).isTrue();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              begun[0] = training.stop();
            });
    stopper.start();
    assertThatThrownBy(() -> run(training, interrupted, options(5, 5, false), new Listener()))
        .isInstanceOfSatisfying(
            TrainingStopped.class, stopped -> assertThat(stopped.epoch()).isEqualTo(2));
    join(stopper);
    assertThat(begun[0]).isTrue();
    assertThat(out).doesNotExist();

    Scripted rest = new Scripted(values);
    Listener listener = new Listener();
    Checkpoint checkpoint = run(rest, options(5, 5, true), listener);
    assertThat(listener.resumed).containsExactly(2);
    assertThat(rest.trained).containsExactly(3, 4, 5);
    assertThat(listener.best).containsExactly(true, true, false);
    assertThat(epochOf(checkpoint)).isEqualTo(4);
    assertThat(checkpoint.description().history()).hasSize(5);
  }

  private static void join(Thread thread) {
    try {
      thread.join(60_000);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void aTrainingThatHasNotBegunIsNotWaitedForAndDoesNotBegin() {
    Training training = new Training();
    assertThat(training.stop()).isFalse();
    Scripted course = new Scripted(1);
    assertThatThrownBy(() -> run(training, course, options(1, 1, false), new Listener()))
        .isInstanceOfSatisfying(
            TrainingStopped.class, stopped -> assertThat(stopped.epoch()).isZero());
    assertThat(course.trained).isEmpty();
  }

  @Test
  void stoppingWhatHasEndedReturnsAtOnce() {
    Training training = new Training();
    run(training, new Scripted(1), options(1, 1, false), new Listener());
    assertThat(training.stop()).isTrue();
  }
}
