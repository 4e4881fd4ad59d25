package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seminar.pipelines.quantization.CatalogueQuantizer.TrainOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepConfigFileTest {
  private static final String WHOLE =
      """
      schema-version: 1
      data: some/data
      model: some/model
      codebooks: [a, b]
      train-on: all
      codes: per-head
      query-weight: 0.25
      temperature: 0.2
      seed: 7
      grid:
        arms:
          - recent
          - pq@{8,16}+refine{2,4}
        always: [recent]
        history: [1000, 200]
        keep: 20
        targets: [1, 8]
        batch: [1, 32]
      measure:
        requests: 12
        histories: 3
        memory-mb: 512
        forks: 2
        samples: 500
        seconds: 0.5
        threads: 1
        warm-up: {cv: 0.1, stretches: 9, seconds: 0.25}
        prune-margin: 2
        loads: [0.5]
        load-of: own
        load-seconds: 1
        jvm-flags: [-XX:+UseSerialGC]
      """;

  @TempDir Path folder;

  private SweepConfig read(String yaml, Map<String, String> overrides) throws IOException {
    return SweepConfigFile.read(Files.writeString(folder.resolve("sweep.yaml"), yaml), overrides);
  }

  @Test
  void everyKeyIsRead() throws IOException {
    SweepConfig config = read(WHOLE, Map.of());
    assertThat(config.data()).isEqualTo(Path.of("some/data"));
    assertThat(config.model()).isEqualTo(Path.of("some/model"));
    assertThat(config.codebooks()).containsExactly(Path.of("a"), Path.of("b"));
    assertThat(config.trainOn()).isEqualTo(TrainOn.ALL);
    assertThat(config.perHead()).isTrue();
    assertThat(config.queryWeight()).isEqualTo(0.25f);
    assertThat(config.temperature()).isEqualTo(0.2f);
    assertThat(config.seed()).isEqualTo(7);
    Grid grid = config.grid();
    assertThat(grid.arms())
        .as("exact is always there")
        .containsExactly(
            "exact", "recent", "pq@8+refine2", "pq@8+refine4", "pq@16+refine2", "pq@16+refine4");
    assertThat(grid.always()).containsExactlyInAnyOrder("exact", "recent");
    assertThat(grid.cases())
        .containsExactly(
            new CaseSpec(200, 20, 1),
            new CaseSpec(200, 20, 8),
            new CaseSpec(1000, 20, 1),
            new CaseSpec(1000, 20, 8));
    assertThat(grid.entrants(1)).as("one target is one pass").hasSize(6);
    assertThat(grid.entrants(8))
        .hasSize(12)
        .contains(new Entrant("exact", 1, "exact:batch1"), new Entrant("exact", 8, "exact"));
    assertThat(read(WHOLE, Map.of("grid.batch", "2")).grid().entrants(8))
        .as("exact attention to a whole page is always there")
        .hasSize(7)
        .startsWith(new Entrant("exact", 8, "exact"), new Entrant("exact", 2, "exact:batch2"));
    Measuring measuring = config.measuring();
    assertThat(measuring.loads()).containsExactly(0.5);
    assertThat(measuring)
        .usingRecursiveComparison()
        .isEqualTo(
            new Measuring(
                12,
                3,
                512L << 20,
                2,
                500,
                0.5,
                new Measuring.WarmUp(0.1, 9, 0.25),
                2,
                new double[] {0.5},
                Measuring.LoadOf.OWN,
                1,
                List.of("-XX:+UseSerialGC")));
  }

  @Test
  void overridesWinOverTheFile() throws IOException {
    SweepConfig config =
        read(
            WHOLE,
            Map.of(
                "grid.keep",
                "[5, 50]",
                "measure.warm-up.stretches",
                "3",
                "data",
                "other",
                "seed",
                "-2"));
    assertThat(config.grid().keeps()).containsExactly(5, 50);
    assertThat(config.measuring().warmUp()).isEqualTo(new Measuring.WarmUp(0.1, 3, 0.25));
    assertThat(config.data()).isEqualTo(Path.of("other"));
    assertThat(config.seed()).isEqualTo(-2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "schema-version: 1; schema-version: 2; schema-version; 2; 1",
        "data: some/data; dta: some/data; data; no such key; folder",
        "seed: 7; sede: 7; sede; unknown key; seed",
        "keep: 20; 'keep: 0'; grid.keep; 0; 1 to",
        "keep: 20; 'keep: []'; grid.keep; an empty list; integer",
        "keep: 20; 'keep: twenty'; grid.keep; twenty; an integer",
        "keep: 20; 'kepe: 20'; grid.kepe; unknown key; keep",
        "targets: [1, 8]; 'targets: 33'; grid.targets; 33; 1 to 32",
        "always: [recent]; 'always: [pq@8]'; grid.always; pq@8; recent",
        "threads: 1; 'threads: 2'; measure.threads; 2; 1",
        "model: some/model; device: cpu; codes; per-head; no model",
        "codes: per-head; codes: mine; codes; mine; shared",
        "cv: 0.1; cv: 0; measure.warm-up.cv; 0; above 0",
        "cv: 0.1; vc: 0.1; measure.warm-up.vc; unknown key; cv",
        "load-of: own; 'load-of: mine'; measure.load-of; mine; exact",
        "forks: 2; 'forks: [2]'; measure.forks; a list; an integer",
        "prune-margin: 2; 'prune-margin: 0.5'; measure.prune-margin; 0.5; at least 1",
        "pq@{8,16}+refine{2,4}; 'pq@{8'; grid.arms; pq@{8; braces",
      })
  void whatIsWrongIsNamedWithItsKey(
      String line, String wrong, String key, String found, String expected) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read(WHOLE.replace(line, wrong), Map.of()))
        .withMessageContaining("sweep.yaml")
        .withMessageContaining("'" + key + "'")
        .withMessageContaining(found)
        .withMessageContaining(expected);
  }

  @Test
  void theFilesThatComeWithTheProjectAreRead() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("..", "configs"))) {
      List<Path> sweeps =
          files.filter(file -> file.getFileName().toString().startsWith("sweep-")).toList();
      assertThat(sweeps).hasSizeGreaterThanOrEqualTo(2);
      for (Path file : sweeps) {
        assertThat(SweepConfigFile.read(file, Map.of()).grid().historyLengths())
            .as(file.toString())
            .containsExactly(1_000, 10_000, 100_000);
      }
    }
  }

  @Test
  void whatIsNoMapIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("- a\n- b\n", Map.of()))
        .withMessageContaining("expected a map");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("a: [\n", Map.of()))
        .withMessageContaining("not YAML");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SweepConfigFile.read(folder.resolve("none.yaml"), Map.of()))
        .withMessageContaining("no such file");
  }
}
