package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.model.Architecture;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Trains on a log and on the same one with other behaviours, pages and labels planted from a time
 * on: what is learned must be the same to the bit.
 */
class LeakageTest {
  @TempDir Path folder;
  private final List<User> users = SmallWorld.users(18);

  /** The users with something else from {@code from} on: twice the behaviours, labels turned. */
  private List<User> planted(long from) {
    List<User> planted = new ArrayList<>();
    for (User user : users) {
      planted.add(new User(user.id(), behaviours(user, from), turned(user, t -> t >= from)));
    }
    return planted;
  }

  private static History behaviours(User user, long from) {
    History history = user.history();
    int before = history.lengthBefore(from);
    int n = before + 10;
    long[] time = Arrays.copyOf(history.time(), n);
    int[] item = Arrays.copyOf(history.item(), n);
    int[] query = Arrays.copyOf(history.query(), n);
    for (int l = before; l < n; l++) {
      time[l] = from + (l - before);
      // The very items that the user is shown before, with their queries: the best that could leak.
      Request shown = user.requests().get(l % 4);
      item[l] = shown.item()[l % shown.length()];
      query[l] = shown.query();
    }
    return new History(time, item, query, new byte[n]);
  }

  private static List<Request> turned(User user, LongPredicate where) {
    List<Request> requests = new ArrayList<>();
    for (Request r : user.requests()) {
      byte[] label = r.label().clone();
      for (int i = 0; i < label.length && where.test(r.time()); i++) {
        label[i] = (byte) (1 - label[i]);
      }
      requests.add(new Request(r.id(), r.time(), r.query(), r.item(), r.position(), label, null));
    }
    return requests;
  }

  private Checkpoint pretrain(String name, List<User> log) {
    return Pretraining.run(
        new Training(),
        SmallWorld.options(dataset(name, log), folder.resolve(name + "-psu"), 1, 2),
        SmallWorld.PRETRAINING,
        SmallWorld.network(Architecture.SEMINAR),
        new SmallWorld.Quiet());
  }

  private Checkpoint finetune(String name, List<User> log, Architecture architecture) {
    return Finetuning.run(
        new Training(),
        SmallWorld.options(dataset(name, log), folder.resolve(name + "-out"), 1, 2),
        SmallWorld.FINETUNING,
        SmallWorld.network(architecture),
        new SmallWorld.Quiet());
  }

  private Dataset dataset(String name, List<User> log) {
    return SmallWorld.write(folder.resolve(name), log);
  }

  private static SortedMap<String, Double> measures(Checkpoint checkpoint) {
    return checkpoint.description().history().get(0);
  }

  private static void assertSameTraining(Checkpoint with, Checkpoint without) {
    assertThat(SmallWorld.moved(with.parameters(), without.parameters())).isEmpty();
    measures(without)
        .forEach(
            (name, value) -> {
              if (name.startsWith("train.")) {
                assertThat(measures(with)).containsEntry(name, value);
              }
            });
  }

  @Test
  void pretrainingSeesNothingFromTheEndOfTrainingOn() {
    Checkpoint without = pretrain("without", users);
    Checkpoint with = pretrain("with", planted(SmallWorld.T1));
    assertSameTraining(with, without);
    assertThat(measures(with).get("validation.loss"))
        .isNotEqualTo(measures(without).get("validation.loss"));

    Checkpoint later = pretrain("later", planted(SmallWorld.T2));
    assertSameTraining(later, without);
    assertThat(measures(later)).isEqualTo(measures(without));
  }

  @ParameterizedTest
  @EnumSource(names = {"SEMINAR", "DIN", "AVERAGE"})
  void finetuningSeesNothingFromTheEndOfTrainingOn(Architecture architecture) {
    Checkpoint without = finetune("without", users, architecture);
    Checkpoint with = finetune("with", planted(SmallWorld.T1), architecture);
    assertSameTraining(with, without);
    assertThat(measures(with).get("validation.gauc"))
        .isNotEqualTo(measures(without).get("validation.gauc"));

    Checkpoint later = finetune("later", planted(SmallWorld.T2), architecture);
    assertSameTraining(later, without);
    assertThat(measures(later)).isEqualTo(measures(without));
  }

  @Test
  void pretrainingReadsNoRequest() {
    List<User> without = new ArrayList<>();
    List<User> with = new ArrayList<>();
    for (User user : users) {
      // The items that were shown count as known: only the labels differ.
      without.add(user);
      with.add(new User(user.id(), user.history(), turned(user, t -> true)));
    }
    assertThat(measures(pretrain("with", with))).isEqualTo(measures(pretrain("without", without)));
  }

  /** If nothing that is planted could be seen at all, the tests above would prove nothing. */
  @Test
  void whatIsPlantedBeforeTheEndOfTrainingIsSeen() {
    List<User> planted = planted(SmallWorld.T1 - 1_000);
    assertThat(
            SmallWorld.moved(
                pretrain("with", planted).parameters(), pretrain("without", users).parameters()))
        .contains("items.id", "attention.query");
    List<User> turned = new ArrayList<>();
    for (User user : users) {
      turned.add(new User(user.id(), user.history(), turned(user, t -> t < SmallWorld.T1)));
    }
    assertThat(
            SmallWorld.moved(
                finetune("turned", turned, Architecture.SEMINAR).parameters(),
                finetune("plain", users, Architecture.SEMINAR).parameters()))
        .contains("items.id", "attention.query", "head.2.bias");
  }
}
