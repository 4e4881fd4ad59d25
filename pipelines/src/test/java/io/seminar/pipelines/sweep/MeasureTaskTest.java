package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.seminar.pipelines.arms.ArmParser;
import io.seminar.pipelines.arms.Arms;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.sessions.Dataset;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a fork does, in this JVM. */
class MeasureTaskTest {
  private static final CaseSpec SPEC = new CaseSpec(60, 5, 4);
  private static final List<Entrant> ENTRANTS =
      List.of(Entrant.of("exact", 32, 4), Entrant.of("recent", 3, 4));

  @TempDir static Path folder;
  private static SweepSetting setting;
  private static Path file;
  private static Map<String, long[]> digests;

  @BeforeAll
  static void draw() {
    Path data = new RandomDataset(9, 80, 5).history(10, 40).write(folder.resolve("data"), 12);
    setting =
        new SweepSetting(
            data.toString(),
            null,
            Arms.CPU,
            new ArmParser(List.of(), List.of()).parse(List.of("exact", "recent")),
            0.5f,
            0.1f);
    file = folder.resolve("requests");
    try (SweepModels models = new SweepModels(setting)) {
      LogSample.Readable readable = models.model(5)::holds;
      LogSample sample =
          LogSample.read(Dataset.open(data), new LogSample.Wanted(0, 6, 60, 1), readable, 1);
      List<SweepRequest> requests = new CaseBuilder(sample, readable, 80, 1).requests(60, 4);
      RequestsFile.write(file, requests);
      var one = new FidelityPass(models, SPEC, setting.arms(), requests).run(1);
      var three = new FidelityPass(models, SPEC, setting.arms(), requests).run(3);
      assertThat(three).as("threads change nothing").usingRecursiveComparison().isEqualTo(one);
      digests =
          one.entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, arm -> arm.getValue().digests()));
    }
  }

  private static MeasureTask task(Map<String, long[]> expected) {
    return new MeasureTask(
        setting,
        file.toString(),
        SPEC,
        ENTRANTS,
        4,
        new ClosedLoop.Limits(new Measuring.WarmUp(0.5, 2, 0.05), 20, 0.05),
        expected,
        1);
  }

  /** On a thread of its own: the task pins it, and threads that it would start, to a processor. */
  private static MeasureResult run(MeasureTask task) {
    try {
      return CompletableFuture.supplyAsync(task::run, work -> new Thread(work).start()).join();
    } catch (CompletionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  @Test
  void whatKeepsTheSameIsMeasured() {
    MeasureResult result = run(task(digests));
    assertThat(result.entrants()).hasSize(2);
    MeasureResult.EntrantResult exact = result.entrants().get(0);
    assertThat(Latencies.decode(exact.latencies()).samples()).isGreaterThanOrEqualTo(20);
    assertThat(exact.scanned()).isEqualTo(60 * 4);
    assertThat(exact.reranked()).isZero();
    assertThat(result.entrants().get(1).scanned()).isZero();
    assertThat(result.facts().kernels()).isNotBlank();
  }

  @Test
  void whatKeepsSomethingElseIsRefused() {
    long[] other = digests.get("recent").clone();
    other[3]++;
    Map<String, long[]> changed = Map.of("exact", digests.get("exact"), "recent", other);
    assertThatExceptionOfType(SweepException.class)
        .isThrownBy(() -> run(task(changed)))
        .withMessageContaining("recent:batch3 keeps something else of request 3")
        .withMessageContaining(SPEC.title());
  }
}
