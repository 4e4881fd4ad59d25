package io.seminar.pipelines.nightly.faults;

import io.seminar.metrics.inference.UserHash;
import io.seminar.pipelines.comparison.Comparison;
import io.seminar.pipelines.comparison.StoredOutcomes;
import io.seminar.pipelines.evaluation.EvaluatedArm;
import io.seminar.pipelines.evaluation.EvaluationPlan;
import io.seminar.pipelines.evaluation.Inference;
import io.seminar.pipelines.evaluation.OutcomesOf;
import io.seminar.pipelines.nightly.Night;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import io.seminar.reports.store.RunFolder;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.store.TimingsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * Makes a run out of another's outcomes: with a fault planted, and of some of the users. It is
 * evaluated like a replay, with the maps from score to probability of the original.
 *
 * <p>Its counts are those of the whole log with the fault, whichever users it is of: what a count
 * says of a log does not depend on how many of its users are looked at.
 */
final class FaultedRun {
  private final Night.Options night;
  private final Inference inference;

  /**
   * Makes runs for a night.
   *
   * @param inference intervals and tests
   */
  FaultedRun(Night.Options night, Inference inference) {
    this.night = night;
    this.inference = inference;
  }

  /**
   * Writes a run.
   *
   * @param users whose hash is accepted are in it
   * @param out folder to make
   */
  RunFolder write(RunFolder original, OutcomesFault fault, LongPredicate users, Path out) {
    RunManifest manifest = original.manifest();
    int[] ks = manifest.evaluation().retrievalKs().stream().mapToInt(Integer::intValue).toArray();
    try (RunFolder.Draft draft = RunFolder.create(out, true)) {
      List<Path> files = original.outcomesFiles();
      for (int shard = 0; shard < files.size(); shard++) {
        rewrite(files.get(shard), fault, users, draft.outcomesFile(shard), ks);
      }
      TimingsFile.write(draft.timingsFile(), TimingsFile.read(original.timingsFile()));
      evaluate(original, files.size(), draft);
      return draft.complete(
          with(manifest, out.getFileName().toString(), fault.counts(manifest.counts())));
    }
  }

  /** Writes outcomes with a fault, of some users. */
  static void rewrite(Path from, OutcomesFault fault, LongPredicate users, Path to, int[] ks) {
    try (OutcomesFile.Reader reader = OutcomesFile.read(from);
        OutcomesFile.Writer writer = OutcomesFile.create(to, ks)) {
      List<OutcomeRow> rows = new ArrayList<>(); // of one user; the first `used` count
      int used = 0;
      OutcomeRow row = reader.newRow();
      boolean more = reader.next(row);
      while (more) {
        if (used > 0 && !rows.get(0).user.equals(row.user)) {
          write(rows.subList(0, used), fault, users, writer);
          used = 0;
        }
        if (used == rows.size()) {
          rows.add(row);
          row = reader.newRow();
        } else {
          OutcomeRow spare = rows.set(used, row);
          row = spare;
        }
        used++;
        more = reader.next(row);
      }
      if (used > 0) {
        write(rows.subList(0, used), fault, users, writer);
      }
      writer.finish();
    }
  }

  private static void write(
      List<OutcomeRow> user, OutcomesFault fault, LongPredicate users, OutcomesFile.Writer out) {
    if (!users.test(UserHash.of(user.get(0).user))) {
      return;
    }
    user.forEach(fault::change);
    for (int copy = 0; copy < fault.copies(); copy++) {
      user.forEach(out::add);
      out.endUser();
    }
  }

  private void evaluate(RunFolder original, int shards, RunFolder.Draft draft) {
    RunManifest.Evaluation evaluation = original.manifest().evaluation();
    List<String> names = evaluation.arms().stream().map(RunManifest.Arm::name).toList();
    int reference = names.indexOf(evaluation.baseline());
    List<EvaluatedArm> arms = new ArrayList<>();
    for (RunManifest.Arm arm : evaluation.arms()) {
      boolean isReference = arms.size() == reference;
      arms.add(
          new EvaluatedArm(
              arm.name(),
              0,
              arm.name(),
              StoredOutcomes.unmeasured(original, arm.name()),
              isReference ? -1 : reference));
    }
    List<OutcomesOf> outcomes = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      outcomes.add(new OutcomesOf(0, shard, draft.outcomesFile(shard).toAbsolutePath().toString()));
    }
    StoredOutcomes.evaluate(
        new EvaluationPlan(
            arms,
            Comparison.suite(original.manifest()),
            evaluation.retrievalKs().size(),
            inference,
            night.config().seed(),
            night.config().data().toAbsolutePath().toString(),
            1,
            draft.path().toAbsolutePath().toString()),
        outcomes,
        StoredOutcomes.calibrations(original),
        night.runner(),
        night.parallelism(),
        night.beamOptions());
  }

  private static RunManifest with(RunManifest run, String id, RunManifest.Counts counts) {
    return new RunManifest(
        run.schemaVersion(),
        id,
        run.status(),
        run.command(),
        run.data(),
        run.codebooks(),
        run.models(),
        run.code(),
        run.libraries(),
        run.machine(),
        run.execution(),
        counts,
        run.evaluation(),
        run.calibration(),
        List.of(),
        run.notes());
  }
}
