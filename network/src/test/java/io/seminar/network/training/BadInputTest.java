package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.checkpoint.TrainingFolder;
import io.seminar.network.checkpoint.TrainingState;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.Parameters;
import io.seminar.network.training.TrainingRunTest.Kind;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadInputTest {
  @TempDir Path folder;
  private final List<User> users = SmallWorld.users(24);

  private Dataset dataset(String name, List<User> log) {
    return SmallWorld.write(folder.resolve(name), log);
  }

  private TrainingOptions options(Dataset dataset, String out) {
    return SmallWorld.options(dataset, folder.resolve(out), 1, 4);
  }

  private static Checkpoint pretrain(TrainingOptions options, Objectives objectives) {
    return pretrain(options, objectives, SmallWorld.network(Architecture.SEMINAR));
  }

  private static Checkpoint pretrain(
      TrainingOptions options, Objectives objectives, NetworkOptions network) {
    return Pretraining.run(
        new Training(),
        options,
        new PretrainingOptions(objectives, 4, 12, 5),
        network,
        new SmallWorld.Quiet());
  }

  private static Checkpoint finetune(TrainingOptions options, Path from, Architecture network) {
    return Finetuning.run(
        new Training(),
        options,
        new FinetuningOptions(from, 50),
        SmallWorld.network(network),
        new SmallWorld.Quiet());
  }

  // ---------------------------------------------------------------- what diverges

  @ParameterizedTest
  @EnumSource
  void aLossThatIsNotFiniteStopsAndNamesTheBatch(Kind kind) {
    Path out = folder.resolve("out");
    TrainingOptions options =
        SmallWorld.options(dataset("set", users), out, 2, 4, Float.MAX_VALUE / 4, false);
    assertThatThrownBy(() -> kind.run(new Training(), options, new SmallWorld.Quiet()))
        .isInstanceOf(TrainingException.class)
        .hasMessageMatching(
            "epoch 1, batch 2 \\(\\d+ (requests|prefixes), the first .*of user user\\d+.*\\): the"
                + " loss is (NaN|-?Infinity)");
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void theLastWholeEpochIsStillThere(Kind kind) throws Exception {
    Path out = folder.resolve("out");
    Dataset dataset = dataset("set", users);
    Training training = new Training();
    Thread stopper = new Thread(training::stop);
    TrainingOptions options = SmallWorld.options(dataset, out, 3, 4);
    assertThatThrownBy(
            () ->
                kind.run(
                    training,
                    options,
                    new SmallWorld.Quiet() {
                      @Override
                      public void epoch(int epoch, SortedMap<String, Double> measures, boolean b) {
                        stopper.start();
                        TrainingRunTest.awaitWaiting(stopper);
                      }
                    }))
        .isInstanceOf(TrainingStopped.class);
    stopper.join();
    poison(out);

    TrainingOptions resumed = SmallWorld.options(dataset, out, 3, 4, SmallWorld.RATE, true);
    assertThatThrownBy(() -> kind.run(new Training(), resumed, new SmallWorld.Quiet()))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith("epoch 3, batch 1 (")
        .hasMessageContaining("the loss is");
    assertThat(out).doesNotExist();
    TrainingState state = state(out);
    assertThat(state.epoch()).isEqualTo(2);
    assertThat(state.parameters().values("items.gate")[0]).isEqualTo(Float.MAX_VALUE);
  }

  private static TrainingState state(Path out) {
    Path last = TrainingFolder.beside(out).resolve("epoch-1");
    Path folder = Checkpoint.isAt(last) ? last : last.resolveSibling("epoch-2");
    Description description = Checkpoint.open(folder).description();
    return TrainingFolder.resume(out, false).read(description);
  }

  /** Saves a second epoch whose embeddings are finite, and whose scores are not. */
  private static void poison(Path out) {
    TrainingState state = state(out);
    Parameters parameters = state.parameters();
    parameters.values("items.gate")[0] = Float.MAX_VALUE;
    Arrays.fill(parameters.values("items.id"), 1e30f);
    Arrays.fill(parameters.values("queries.tokens"), 1e30f);
    TrainingFolder.resume(out, false)
        .save(
            new TrainingState(
                state
                    .description()
                    .withHistory(
                        List.of(
                            state.description().history().get(0),
                            state.description().history().get(0))),
                2,
                parameters,
                state.optimizer(),
                state.best()));
  }

  /** The only step of the epoch: its numbers are infinite, or only what follows from them is. */
  @ParameterizedTest
  @EnumSource
  void whatTheLastStepLeavesBehindIsLookedAtToo(Kind kind) {
    Dataset dataset = dataset("set", users.subList(0, 3));
    for (float rate : new float[] {Float.MAX_VALUE / 4, 1e30f}) {
      TrainingOptions options =
          SmallWorld.options(dataset, folder.resolve("out"), 2, 4, rate, false);
      assertThatThrownBy(() -> kind.run(new Training(), options, new SmallWorld.Quiet()))
          .isInstanceOf(TrainingException.class)
          .hasMessageStartingWith("epoch 1, after its last batch: ");
    }
  }

  // ---------------------------------------------------------------- what there is to learn from

  private List<User> withoutBehaviours() {
    return users.stream().map(u -> new User(u.id(), History.EMPTY, u.requests())).toList();
  }

  @ParameterizedTest
  @EnumSource
  void usersWithoutAnyBehaviourAreTrainedOnAndScored(Architecture architecture) {
    Dataset dataset = dataset("set", withoutBehaviours());
    Checkpoint trained = finetune(options(dataset, "out"), null, architecture);
    assertThat(trained.description().history().get(0).get("validation.gauc")).isBetween(0.0, 1.0);
    assertThat(ScoreMain.score(dataset, trained))
        .hasSize(24 * 6)
        .noneMatch(line -> line.contains("NaN") || line.contains("Infinity"));
  }

  @Test
  void pretrainingWithoutAnyBehaviourIsRefused() {
    Dataset dataset = dataset("set", withoutBehaviours());
    assertThatThrownBy(() -> pretrain(options(dataset, "out"), new Objectives(1, 1, 1, 0.1)))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no behaviour before " + Instant.ofEpochMilli(SmallWorld.T1));
  }

  @Test
  void pretrainingOnUsersOfOneBehaviourIsRefused() {
    List<User> single = new ArrayList<>();
    for (User user : users) {
      History one =
          new History(new long[] {SmallWorld.T1 - 5}, new int[] {3}, new int[1], new byte[1]);
      single.add(new User(user.id(), one, user.requests()));
    }
    Dataset dataset = dataset("set", single);
    assertThatThrownBy(() -> pretrain(options(dataset, "out"), new Objectives(1, 1, 1, 0.1)))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("no user has two behaviours before the end of training");
  }

  @Test
  void pretrainingWithoutValidationTakesTheLastEpoch() {
    List<User> past = new ArrayList<>();
    for (User user : users) {
      History h = user.history();
      int n = h.lengthBefore(SmallWorld.T1);
      past.add(
          new User(
              user.id(),
              new History(
                  Arrays.copyOf(h.time(), n),
                  Arrays.copyOf(h.item(), n),
                  Arrays.copyOf(h.query(), n),
                  Arrays.copyOf(h.action(), n)),
              user.requests()));
    }
    TrainingOptions options = SmallWorld.options(dataset("set", past), folder.resolve("out"), 2, 4);
    Checkpoint trained = pretrain(options, new Objectives(1, 1, 1, 0.1));
    assertThat(trained.description().history().get(1).get("validation.score")).isNaN();
    assertThat(Training.chosenEpoch(Checkpoint.open(options.out()).description())).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void labelsOfOneClassAreRefused(int label) {
    List<User> same = new ArrayList<>();
    for (User user : users) {
      List<Request> requests = new ArrayList<>();
      for (Request r : user.requests()) {
        byte[] labels = r.label().clone();
        if (r.time() < SmallWorld.T1) {
          Arrays.fill(labels, (byte) label);
        }
        requests.add(
            new Request(r.id(), r.time(), r.query(), r.item(), r.position(), labels, null));
      }
      same.add(new User(user.id(), user.history(), requests));
    }
    Dataset dataset = dataset("set", same);
    assertThatThrownBy(() -> finetune(options(dataset, "out"), null, Architecture.SEMINAR))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining((label == 0 ? "none" : "all") + " of them clicked");
  }

  @Test
  void aModalityThatNoItemHasIsRefusedByName() {
    Dataset dataset = SmallWorld.write(folder.resolve("set"), users, 6, false);
    for (Kind kind : Kind.values()) {
      assertThatThrownBy(
              () -> kind.run(new Training(), options(dataset, "out"), new SmallWorld.Quiet()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("modality \"image\" is missing everywhere");
    }
  }

  @Test
  void objectivesThatFindNothingAreRefusedAndOthersGoOnWithoutThem() {
    Dataset dataset = dataset("set", users);
    NetworkOptions oneField =
        new NetworkOptions(Architecture.SEMINAR, 8, 2, 4, List.of("text"), false, true, 0);
    for (Objectives alone : List.of(new Objectives(0, 1, 0, 0.1), new Objectives(0, 0, 1, 0.1))) {
      assertThatThrownBy(() -> pretrain(options(dataset, "out"), alone, oneField))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("no batch has anything to learn from");
    }
    Checkpoint trained = pretrain(options(dataset, "out"), new Objectives(1, 1, 1, 0.1), oneField);
    assertThat(trained.description().history().get(0))
        .containsOnlyKeys(
            "train.loss", "train.next", "validation.loss", "validation.next", "validation.score");
  }

  /** Relevance alone, where one user searches: 4 positions in 6 batches. */
  @Test
  void batchesWithoutAnObjectiveArePassedOver() {
    List<User> few = new ArrayList<>();
    for (User user : users) {
      History h = user.history();
      int[] query = user == users.get(0) ? h.query() : new int[h.length()];
      few.add(
          new User(user.id(), new History(h.time(), h.item(), query, h.action()), user.requests()));
    }
    Checkpoint trained =
        pretrain(options(dataset("set", few), "out"), new Objectives(0, 0, 1, 0.1));
    assertThat(trained.description().history().get(0).get("train.loss")).isPositive().isFinite();
  }

  // ---------------------------------------------------------------- what it starts from

  @Test
  void onlySeminarIsPretrained() {
    Dataset dataset = dataset("set", users);
    for (Architecture architecture : Architecture.values()) {
      if (architecture != Architecture.SEMINAR) {
        assertThatThrownBy(
                () ->
                    pretrain(
                        options(dataset, "out"),
                        new Objectives(1, 1, 1, 0.1),
                        SmallWorld.network(architecture)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("network " + architecture.key() + " has no pretraining: expected seminar");
      }
    }
  }

  @Test
  void whatWasPretrainedIsRestoredWhateverTheNetworkAndItsOwnSize() {
    Dataset dataset = dataset("set", users);
    Checkpoint from = pretrain(options(dataset, "psu"), new Objectives(1, 1, 1, 0.1));
    NetworkOptions other =
        new NetworkOptions(Architecture.SIM_HARD, 32, 4, 7, List.of("text"), false, false, 0);
    float rate = Float.MIN_NORMAL; // so small that nothing moves
    Checkpoint trained =
        Finetuning.run(
            new Training(),
            SmallWorld.options(dataset, folder.resolve("out"), 1, 9, rate, false),
            new FinetuningOptions(from.folder(), 50),
            other,
            new SmallWorld.Quiet());
    assertThat(trained.description().spec())
        .isEqualTo(from.description().spec().withArchitecture(trained.description().spec()));
    assertThat(trained.description().spec().hidden()).isEqualTo(8);
    assertThat(trained.description().spec().keep()).isEqualTo(7);
    assertThat(SmallWorld.moved(from.parameters(), trained.parameters()))
        .allMatch(name -> name.startsWith("head."));
    // Frozen projections are those that were pretrained, in training as at serving.
    assertThat(trained.parameters().tensor("items.text.projection").kind())
        .isEqualTo(Parameters.Kind.FIXED);
    assertThat(trained.description().options()).containsEntry("from", from.digest());
  }

  @Test
  void aCheckpointOfAnotherCatalogueIsRefusedWithBothSides() {
    Checkpoint from = pretrain(options(dataset("set", users), "psu"), new Objectives(1, 0, 0, 0.1));
    Dataset other = SmallWorld.write(folder.resolve("other"), users, 7, true);
    assertThatThrownBy(() -> finetune(options(other, "out"), from.folder(), Architecture.SEMINAR))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining(from.description().data().catalogueDigest())
        .hasMessageContaining(other.catalogueDigest())
        .hasMessageContaining("text of 6")
        .hasMessageContaining("text of 7");
  }

  @Test
  void aCheckpointThatHasSeenLaterTimesIsRefused() {
    Dataset dataset = dataset("set", users);
    Checkpoint from = pretrain(options(dataset, "psu"), new Objectives(1, 0, 0, 0.1));
    TrainingOptions usual = options(dataset, "out");
    assertThatThrownBy(
            () ->
                finetune(
                    split(usual, SmallWorld.T1 - 1, SmallWorld.T2),
                    from.folder(),
                    Architecture.SEMINAR))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("description.timeSplit.trainUntil")
        .hasMessageContaining(Instant.ofEpochMilli(SmallWorld.T1).toString())
        .hasMessageContaining(Instant.ofEpochMilli(SmallWorld.T1 - 1).toString());
    assertThatThrownBy(
            () ->
                finetune(
                    split(usual, SmallWorld.T1, SmallWorld.T2 - 1),
                    from.folder(),
                    Architecture.SEMINAR))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("description.timeSplit.validateUntil");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private static TrainingOptions split(TrainingOptions o, long trainUntil, long validateUntil) {
    return new TrainingOptions(
        o.data(),
        o.out(),
        o.overwrite(),
        o.resume(),
        trainUntil,
        validateUntil,
        o.epochs(),
        o.patience(),
        o.batch(),
        o.batchBytes(),
        o.windowBytes(),
        o.rate(),
        o.seed(),
        o.threads(),
        o.device(),
        o.strict(),
        o.provenance());
  }

  @Test
  void aDeviceThatIsNotThereIsRefused() {
    assertThatThrownBy(() -> new Torch("tpu", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("device is \"tpu\": expected auto, cpu or gpu:N");
    assertThatThrownBy(() -> new Torch("gpu:99", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("GPUs");
  }

  @Test
  void memoryThatDoesNotSufficeNamesTheBoundToLower() {
    try (Torch torch = new Torch("cpu", 1)) {
      assertThatThrownBy(
              () ->
                  torch.forward(
                      new Parameters(), leaves -> leaves.manager().zeros(new Shape(1L << 48))))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("out of memory: lower --batch-mib");
    }
  }
}
