package io.seminar.pipelines.cli;

import static io.seminar.pipelines.cli.SeminarTest.seminar;
import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.reports.store.Machine;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.SweepFolder;
import io.seminar.reports.store.SweepManifest;
import io.seminar.reports.store.SweepPoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code report} of a sweep, alone and beside another one. */
class SweepReportTest {
  @TempDir Path folder;

  private Path sweep(String name, double p50) {
    Path out = folder.resolve(name);
    SweepManifest manifest =
        new SweepManifest(
            SweepManifest.SCHEMA_VERSION,
            name,
            RunManifest.Command.of("sweep", List.of(), Map.of()),
            new RunManifest.Data("data", "simulated", "d", "c", new TreeMap<>()),
            List.of(),
            List.of(),
            new RunManifest.Code("1", null),
            new TreeMap<>(),
            Machine.current(),
            new TreeMap<>(Map.of("attention", name)),
            new SweepManifest.Measuring(1, 1, 1, 100, 0.95, Instant.EPOCH, Instant.EPOCH),
            new TreeMap<>(),
            List.of(),
            List.of());
    SweepPoint point =
        new SweepPoint(
            new SweepPoint.Key(1000, 50, 20, 4, "exact"),
            new SweepPoint.Arm("exact", "", 0, 0, 256),
            SweepPoint.Status.MEASURED,
            null,
            new SweepPoint.Fidelity(10, 1, 1, 1, 0.7, 1, 0),
            new SweepPoint.Latency(
                100,
                1,
                p50,
                new SweepPoint.Quantiles(p50, p50, Double.NaN, Double.NaN),
                p50,
                p50,
                p50),
            SweepPoint.Warmup.NONE,
            SweepPoint.Stages.NONE,
            SweepPoint.Work.NONE,
            SweepPoint.Index.NONE);
    try (SweepFolder.Draft draft = SweepFolder.create(out, false)) {
      draft.complete(manifest, List.of(point), List.of());
    }
    return out;
  }

  @Test
  void aSweepIsReportedAloneOrBesideAnother() throws IOException {
    Path here = sweep("here", 1000);
    Path page = here.resolve("report").resolve("index.html");
    assertThat(seminar("report", here).assertDone().out().strip()).isEqualTo(page.toString());
    assertThat(Files.readString(page)).doesNotContain("Beside there");
    seminar("report", here, "--overlay", sweep("there", 2000)).assertDone();
    assertThat(Files.readString(page)).contains("Beside there", "kernels of attention", "2.00 ×");
  }

  @Test
  void aSweepCanBeInspected() {
    assertThat(seminar("inspect", sweep("here", 1000)).assertDone().out())
        .contains("1 points measured, 0 pruned, 0 loads", "\"sweep_id\" : \"here\"");
  }

  @Test
  void whatIsNoSweepIsRefused() throws IOException {
    Path here = sweep("here", 1000);
    seminar("report", here, "--overlay", folder.resolve("absent")).assertRefused("absent");
    Path other = Files.createDirectory(folder.resolve("other"));
    seminar("report", other, "--overlay", here)
        .assertRefused("--overlay: found " + other + ", expected the folder of a sweep");
    Files.delete(here.resolve("loads.arrow"));
    seminar("report", here).assertRefused("no loads.arrow");
  }
}
