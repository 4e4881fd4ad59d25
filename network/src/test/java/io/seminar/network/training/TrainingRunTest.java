package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.TrainingFolder;
import io.seminar.network.model.Architecture;
import io.seminar.sessions.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole trainings: the same again, interrupted and resumed, and stopped at any time. */
@Timeout(120)
class TrainingRunTest {
  private static final int EPOCHS = 2;

  @TempDir Path folder;
  private Dataset dataset;

  @BeforeEach
  void write() {
    dataset = SmallWorld.write(folder.resolve("set"), SmallWorld.users(24));
  }

  /** Both kinds of training, behind one door. */
  enum Kind {
    PRETRAINING {
      @Override
      Checkpoint run(Training training, TrainingOptions options, TrainingListener listener) {
        return Pretraining.run(
            training,
            options,
            SmallWorld.PRETRAINING,
            SmallWorld.network(Architecture.SEMINAR),
            listener);
      }
    },
    FINETUNING {
      @Override
      Checkpoint run(Training training, TrainingOptions options, TrainingListener listener) {
        return Finetuning.run(
            training,
            options,
            SmallWorld.FINETUNING,
            SmallWorld.network(Architecture.TWIN),
            listener);
      }
    };

    abstract Checkpoint run(Training training, TrainingOptions options, TrainingListener listener);
  }

  private Checkpoint run(Kind kind, String out, long seed) {
    return kind.run(
        new Training(),
        SmallWorld.options(dataset, folder.resolve(out), EPOCHS, seed),
        new SmallWorld.Quiet());
  }

  @ParameterizedTest
  @EnumSource
  void theSeedDecidesEveryBit(Kind kind) {
    Checkpoint one = run(kind, "one", 4);
    Checkpoint again = run(kind, "again", 4);
    assertThat(SmallWorld.bits(again.parameters())).isEqualTo(SmallWorld.bits(one.parameters()));
    assertThat(again.description().history())
        .hasSize(EPOCHS)
        .isEqualTo(one.description().history());
    assertThat(again.digest()).isEqualTo(one.digest());

    Checkpoint other = run(kind, "other", 5);
    assertThat(SmallWorld.moved(one.parameters(), other.parameters()))
        .contains("items.id", "items.gate", "attention.query", "attention.value", "pair.balance");
  }

  @ParameterizedTest
  @EnumSource
  void stoppedInAnEpochAndResumedItEndsAsIfItHadNotBeen(Kind kind) throws Exception {
    Checkpoint whole = run(kind, "whole", 4);
    Path out = folder.resolve("parts");
    Training training = new Training();
    Thread stopper = new Thread(training::stop, "stopper");
    int[] steps = new int[EPOCHS + 1];
    TrainingStopped stopped =
        catchThrowableOfType(
            TrainingStopped.class,
            () ->
                kind.run(
                    training,
                    SmallWorld.options(dataset, out, EPOCHS, 4),
                    new SmallWorld.Quiet() {
                      @Override
                      public void step(
                          int epoch,
                          long examples,
                          long expected,
                          SortedMap<String, Double> losses) {
                        steps[epoch]++;
                        if (epoch == 2) {
                          stopper.start();
                          awaitWaiting(stopper);
                        }
                      }
                    }));
    stopper.join();
    assertThat(stopped.epoch()).isEqualTo(1);
    assertThat(stopped).hasMessage("stopped; the state after epoch 1 is saved and can be resumed");
    assertThat(steps[1]).isGreaterThan(2);
    assertThat(steps[2]).as("steps reported of the second epoch").isEqualTo(1);
    assertThat(out).doesNotExist();
    assertThat(TrainingFolder.beside(out)).isDirectoryContaining("glob:**/epoch-1");

    Checkpoint resumed = resume(kind, out);
    assertThat(SmallWorld.bits(resumed.parameters()))
        .isEqualTo(SmallWorld.bits(whole.parameters()));
    assertThat(resumed.description().history()).isEqualTo(whole.description().history());
    assertThat(resumed.digest()).isEqualTo(whole.digest());
    assertThat(TrainingFolder.beside(out)).doesNotExist();
  }

  private Checkpoint resume(Kind kind, Path out) {
    return kind.run(
        new Training(),
        SmallWorld.options(dataset, out, EPOCHS, 4, SmallWorld.RATE, true),
        new SmallWorld.Quiet());
  }

  static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void stoppedAtAnEpochsEndItSavesTheEpoch() throws Exception {
    Path out = folder.resolve("out");
    Training training = new Training();
    Thread stopper = new Thread(training::stop, "stopper");
    assertThatThrownBy(
            () ->
                Kind.PRETRAINING.run(
                    training,
                    SmallWorld.options(dataset, out, EPOCHS, 4),
                    new SmallWorld.Quiet() {
                      @Override
                      public void epoch(int epoch, SortedMap<String, Double> measures, boolean b) {
                        assertThat(epoch).isEqualTo(1);
                        stopper.start();
                        awaitWaiting(stopper);
                      }
                    }))
        .isInstanceOf(TrainingStopped.class)
        .hasMessageContaining("after epoch 1");
    stopper.join();
    assertThat(resume(Kind.PRETRAINING, out).description().history()).hasSize(EPOCHS);
  }

  @Test
  void theListenerHearsEveryStepAndEpochAndTheBestEpochIsPublished() {
    List<String> heard = new ArrayList<>();
    List<SortedMap<String, Double>> history = new ArrayList<>();
    double[] best = {Double.NEGATIVE_INFINITY};
    Checkpoint trained =
        Kind.FINETUNING.run(
            new Training(),
            SmallWorld.options(dataset, folder.resolve("out"), 5, 4),
            new SmallWorld.Quiet() {
              private long done;

              @Override
              public void step(
                  int epoch, long examples, long expected, SortedMap<String, Double> losses) {
                assertThat(expected).isEqualTo(24 * 4);
                assertThat(examples).isGreaterThan(done).isLessThanOrEqualTo(expected);
                assertThat(losses.get("train.loss")).isPositive().isFinite();
                done = examples;
              }

              @Override
              public void validating(int epoch) {
                assertThat(done).isEqualTo(24 * 4);
                done = 0;
                heard.add("validating " + epoch);
              }

              @Override
              public void epoch(int epoch, SortedMap<String, Double> measures, boolean improved) {
                heard.add("epoch " + epoch);
                assertThat(measures)
                    .containsOnlyKeys("train.loss", "validation.gauc", "validation.logloss");
                assertThat(improved).isEqualTo(measures.get("validation.gauc") > best[0]);
                best[0] = Math.max(best[0], measures.get("validation.gauc"));
                history.add(measures);
              }
            });
    assertThat(heard).startsWith("validating 1", "epoch 1", "validating 2", "epoch 2");
    assertThat(trained.description().history()).isEqualTo(history);
    assertThat(history.get(4).get("train.loss")).isLessThan(history.get(0).get("train.loss"));
    // What is published validates as the best epoch did.
    SmallWorld.withFeatures(
        dataset,
        trained,
        (users, features) ->
            assertThat(
                    new Validation(users, trained.description().timeSplit(), 3)
                        .measure(features, trained.parameters()))
                .containsEntry("validation.gauc", best[0]));
  }
}
