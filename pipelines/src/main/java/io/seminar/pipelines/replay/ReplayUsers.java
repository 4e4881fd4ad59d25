package io.seminar.pipelines.replay;

import io.seminar.metrics.inference.UserHash;
import io.seminar.pipelines.evaluation.CalibrationSample;
import io.seminar.pipelines.evaluation.OutcomesOf;
import io.seminar.pipelines.runner.WorkDone;
import io.seminar.pipelines.runner.Workers;
import io.seminar.reports.store.DeadLettersFile;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.reports.store.OutcomesFile;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * {@code PTransform} that replays the users of each shard and writes their outcomes.
 *
 * <p>A shard is read, replayed and written by one worker in one go, so histories are never
 * shuffled. Its outcomes file appears under its name when it is whole: a shard that is tried again
 * writes the same file again. Bad records go to the shard's dead letters, or fail the run where the
 * spec is strict.
 *
 * <pre>{@code
 * PCollectionTuple replayed = shards.apply("Replay", ReplayUsers.with(spec));
 * replayed.get(ReplayUsers.RESULTS);   // where the outcomes are
 * replayed.get(ReplayUsers.SUMMARIES); // counts and times
 * replayed.get(ReplayUsers.SAMPLES);   // what the calibration is fitted on
 * }</pre>
 */
public final class ReplayUsers extends PTransform<PCollection<ReplayShard>, PCollectionTuple> {
  private static final long serialVersionUID = 1L;

  /** Where each shard's outcomes are. */
  public static final TupleTag<OutcomesOf> RESULTS = new TupleTag<>() {};

  /** Counts and times of each shard. */
  public static final TupleTag<ShardSummary> SUMMARIES = new TupleTag<>() {};

  /** Scores and labels of earlier requests, for the calibration. */
  public static final TupleTag<CalibrationSample> SAMPLES = new TupleTag<>() {};

  private final ReplaySpec spec;

  private ReplayUsers(ReplaySpec spec) {
    this.spec = spec;
  }

  /** Replays as the spec says. */
  public static ReplayUsers with(ReplaySpec spec) {
    return new ReplayUsers(spec);
  }

  @Override
  public PCollectionTuple expand(PCollection<ReplayShard> shards) {
    return shards.apply(
        "Replay users",
        ParDo.of(new ReplayFn(spec))
            .withOutputTags(RESULTS, TupleTagList.of(List.of(SUMMARIES, SAMPLES))));
  }

  private static final class ReplayFn extends DoFn<ReplayShard, OutcomesOf> {
    private static final long serialVersionUID = 1L;

    private final ReplaySpec spec;
    private transient ReplayContext context;
    private transient UserReplayer replayer;

    ReplayFn(ReplaySpec spec) {
      this.spec = spec;
    }

    @Setup
    public void setup() {
      context = ReplayContext.acquire(spec);
      replayer = new UserReplayer(context, spec);
    }

    @Teardown
    public void teardown() {
      if (replayer != null) {
        replayer.close();
        replayer = null;
      }
      if (context != null) {
        context.close();
        context = null;
      }
    }

    @ProcessElement
    public void replay(@Element ReplayShard shard, MultiOutputReceiver out) {
      ShardVisit visit = new ShardVisit(spec, context, replayer);
      Path outcomes;
      try (Workers.Turn turn = Workers.begin(spec.run())) {
        outcomes = visit.run(shard, turn);
      }
      out.get(RESULTS).output(new OutcomesOf(0, shard.index(), outcomes.toString()));
      out.get(SUMMARIES).output(new ShardSummary(visit.counts(), visit.times.toStageTimes()));
      out.get(SAMPLES).output(visit.sample);
    }
  }

  /** One pass over the users of a shard. */
  private static final class ShardVisit {
    private final ReplaySpec spec;
    private final ReplayContext context;
    private final UserReplayer replayer;
    private final StageTimes.Recorder times;
    private final CalibrationSample sample = new CalibrationSample();
    private final float[] scoreByArm;
    private long users;
    private long requests;
    private long impressions;
    private long behaviours;
    private long deadLetters;

    ShardVisit(ReplaySpec spec, ReplayContext context, UserReplayer replayer) {
      this.spec = spec;
      this.context = context;
      this.replayer = replayer;
      replayer.resetUnread();
      this.times = new StageTimes.Recorder(spec.arms().size());
      this.scoreByArm = new float[spec.arms().size()];
    }

    Path run(ReplayShard shard, Workers.Turn turn) {
      Path folder = Path.of(spec.run());
      Path file = folder.resolve(OutcomesFile.fileName(shard.index()));
      Path letters = folder.resolve(DeadLettersFile.fileName(shard.index()));
      try (UserReader reader = context.dataset().readUsers(shard.split());
          OutcomesFile.Writer writer = OutcomesFile.create(file, spec.scoring().recallAt());
          DeadLettersFile.Writer refused = DeadLettersFile.create(letters)) {
        reader.skip(shard.from());
        for (int row = shard.from(); row < shard.to() && reader.next(); row++) {
          turn.check();
          if (reader.problem() != null) {
            refuse(reader.problem(), reader.userId(), refused);
          } else {
            replay(reader.user(), writer);
          }
          WorkDone.add(spec.run(), 1);
        }
        writer.finish();
        if (deadLetters > 0) {
          refused.finish();
        }
      }
      return file;
    }

    private void refuse(Problem problem, String userId, DeadLettersFile.Writer refused) {
      if (spec.strict()) {
        throw new DatasetException(problem);
      }
      refused.add(DeadLettersFile.DeadLetter.of(problem, userId));
      deadLetters++;
    }

    private void replay(User user, OutcomesFile.Writer writer) {
      users++;
      behaviours += user.history().length();
      replayer.replay(
          user,
          outcomes -> {
            requests++;
            impressions += outcomes[0].impressions;
            for (int a = 0; a < outcomes.length; a++) {
              writer.add(outcomes[a]);
              times.record(a, outcomes[a]);
            }
            if (!outcomes[0].evaluated && outcomes[0].time >= spec.calibrateFrom()) {
              sample(outcomes);
            }
          });
      writer.endUser();
    }

    private void sample(OutcomeRow[] outcomes) {
      long hash = UserHash.of(spec.seed() + "/" + outcomes[0].user + "/" + outcomes[0].request);
      if ((hash >>> 11) * 0x1.0p-53 >= spec.calibrationShare()) {
        return;
      }
      for (int i = 0; i < outcomes[0].impressions; i++) {
        for (int a = 0; a < outcomes.length; a++) {
          scoreByArm[a] = outcomes[a].scores[i];
        }
        sample.add(outcomes[0].labels[i], scoreByArm);
      }
    }

    ReplayCounts counts() {
      return new ReplayCounts(
          users, requests, impressions, behaviours, replayer.unread(), deadLetters);
    }
  }
}
