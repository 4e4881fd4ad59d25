package io.seminar.pipelines.sweep;

import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.SweepFolder;
import io.seminar.reports.store.SweepLoad;
import io.seminar.reports.store.SweepPoint;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Sweeps: draws requests, takes the fidelity of every point and probes it, measures what may reach
 * the front in fresh JVMs, offers loads to what is on it, and leaves a sweep folder that appears
 * under its name when it is complete.
 */
public final class Sweep {
  private final SweepPlan plan;
  private final SweepConfig config;
  private final Measuring measuring;
  private final Options options;
  private final SweepNotes notes = new SweepNotes();

  /**
   * Where to, and how.
   *
   * @param out sweep folder to make
   * @param overwrite whether a sweep that stands there is replaced
   * @param quiet no progress on the terminal
   * @param threads to train codebooks and to take fidelity on; measuring has one
   * @param command how the sweep is recorded: name and arguments as typed
   */
  public record Options(
      Path out, boolean overwrite, boolean quiet, int threads, List<String> command) {}

  private Sweep(SweepPlan plan, Options options) {
    this.plan = plan;
    this.config = plan.config();
    this.measuring = config.measuring();
    this.options = options;
  }

  /**
   * Sweeps.
   *
   * @throws SweepException if a fork fails
   * @throws io.seminar.sessions.DatasetException if the data cannot be read or the folder not
   *     written
   * @throws IllegalArgumentException if a page cannot be filled, a history not be borrowed, or the
   *     memory does not suffice
   */
  public static SweepFolder run(SweepPlan plan, Options options) {
    return new Sweep(plan, options).run();
  }

  private SweepFolder run() {
    SweepProvenance provenance = new SweepProvenance(plan, options.command());
    try (SweepFolder.Draft draft = SweepFolder.create(options.out(), options.overwrite());
        SweepProgress progress = new SweepProgress(options.quiet(), plan.seconds())) {
      Path work = Files.createDirectory(draft.path().resolve("work"));
      notes.model(plan);
      notes.scope(config);
      SweepCodebooks.Trained codebooks = plan.codebooks().train(work, options.threads(), progress);
      notes.add(codebooks.notes());
      SweepSetting setting =
          new SweepSetting(
              config.data().toAbsolutePath().toString(),
              plan.model() == null ? null : plan.model().spec(),
              config.device(),
              plan.parse(codebooks.codebooks().specs()),
              config.queryWeight(),
              config.temperature());
      try (SweepModels models = new SweepModels(setting)) {
        AttentionModel model = models.model(1); // whatever K: to know its sizes and what it reads
        progress.step("drawing requests");
        SweepRequests requests = SweepRequests.draw(plan, model, work, notes);
        CaseRunner runner = runner(setting, model, requests, work);
        PointAssembly assembly = new PointAssembly(setting, model.heads());
        List<CaseResult> results = measure(runner, progress);
        List<SweepPoint> points = new ArrayList<>();
        results.forEach(result -> points.addAll(assembly.points(result)));
        List<SweepLoad> loads = new ArrayList<>();
        if (openLoop(requests)) {
          loads.addAll(load(runner, results, assembly, progress));
        }
        runner
            .opened()
            .forEach(
                (length, open) ->
                    notes.histories(length, open, HeapNeed.attendedBytes(model, length)));
        notes.measuring(config, runner.facts().pinning(), runner.preemptions());
        notes.settling(points);
        List<RunManifest.Codebook> used = codebooks.records(setting.arms());
        Publication.deleteTree(work);
        return draft.complete(
            provenance.manifest(setting.arms(), used, runner.facts(), notes.list()), points, loads);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write beside " + options.out() + ": " + e, e);
    }
  }

  private CaseRunner runner(
      SweepSetting setting, AttentionModel model, SweepRequests requests, Path work) {
    long tableFloats = plan.model() == null ? 0 : plan.model().tableFloats(plan.dataset());
    return new CaseRunner(
        config,
        setting,
        requests,
        new HeapNeed(model, tableFloats),
        new Forks(work, measuring.jvmFlags()),
        options.threads());
  }

  private List<CaseResult> measure(CaseRunner runner, SweepProgress progress) {
    List<CaseResult> results = new ArrayList<>();
    for (CaseSpec spec : config.grid().cases()) {
      progress.step(spec.title() + ": fidelity and probe");
      results.add(runner.probe(spec));
      progress.done(plan.probeSeconds(spec));
    }
    progress.expect(
        results.stream()
            .mapToDouble(result -> plan.measureSeconds(result.remaining().size()))
            .sum());
    // All cases once, then all again: a slow hour is not one case's alone.
    for (int fork = 0; fork < measuring.forks(); fork++) {
      for (CaseResult result : results) {
        progress.step(
            result.spec().title() + ": measuring, fork " + (fork + 1) + " of " + measuring.forks());
        runner.measure(result, fork);
        progress.done(plan.forkSeconds(result.remaining().size()));
      }
    }
    return results;
  }

  /** Whether loads are offered; says what of, or why not. */
  private boolean openLoop(SweepRequests requests) {
    if (measuring.loads().length == 0) {
      return false;
    }
    if (!Arrivals.rated(requests.logged())) {
      notes.add("No open loop: the evaluated requests are fewer than three, or all at one time.");
      return false;
    }
    notes.arrivals(config, requests.logged());
    return true;
  }

  private List<SweepLoad> load(
      CaseRunner runner, List<CaseResult> results, PointAssembly assembly, SweepProgress progress) {
    List<SweepLoad> loads = new ArrayList<>();
    for (CaseResult result : results) {
      progress.step(result.spec().title() + ": open loop");
      loads.addAll(runner.load(result, assembly));
      progress.done(plan.loadSeconds(result.front().size()));
    }
    return loads;
  }
}
