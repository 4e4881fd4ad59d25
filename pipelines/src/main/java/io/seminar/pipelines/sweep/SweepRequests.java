package io.seminar.pipelines.sweep;

import io.seminar.pipelines.arms.AttentionModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The requests of a sweep, drawn once and left in files for the forks: one file a history length.
 *
 * @param files by history length
 * @param users of the requests, the same for every length
 * @param logged times of the evaluated requests of the log, the earliest, ms since 1970
 */
record SweepRequests(Map<Integer, Path> files, List<String> users, long[] logged) {
  /**
   * Draws.
   *
   * @param folder for the files
   * @param notes what is to be known of them is added here
   * @throws IllegalArgumentException if there is no request to ask, or too little to fill it up
   *     with
   */
  static SweepRequests draw(SweepPlan plan, AttentionModel model, Path folder, SweepNotes notes) {
    SweepConfig config = plan.config();
    Measuring measuring = config.measuring();
    int[] lengths = config.grid().historyLengths();
    int longest = lengths[lengths.length - 1];
    LogSample sample =
        LogSample.read(
            plan.dataset(),
            new LogSample.Wanted(
                plan.evaluateFrom(), measuring.requests(), longest, measuring.samples() + 1),
            model::holds,
            config.seed());
    if (sample.asked().isEmpty()) {
      throw new IllegalArgumentException(
          config.data()
              + ": no request from "
              + Instant.ofEpochMilli(plan.evaluateFrom())
              + " on has a behaviour before it, expected at least one to ask");
    }
    if (sample.badUsers() > 0) {
      notes.add(sample.badUsers() + " users whose record is bad are left out.");
    }
    CaseBuilder builder =
        new CaseBuilder(
            sample, model::holds, plan.dataset().descriptor().counts().items(), config.seed());
    Map<Integer, Path> files = new HashMap<>();
    for (int length : lengths) {
      List<SweepRequest> requests = builder.requests(length, config.grid().mostTargets());
      Path file = folder.resolve("requests-" + length);
      RequestsFile.write(file, requests);
      files.put(length, file);
      notes.requests(length, requests);
      if (length == longest) {
        Arrays.stream(config.grid().targets()).forEach(b -> notes.pages(b, requests));
      }
    }
    return new SweepRequests(
        files, sample.asked().stream().map(LogSample.Asked::user).toList(), sample.arrivals());
  }

  /** The file for a case. */
  String file(CaseSpec spec) {
    return files.get(spec.historyLength()).toString();
  }
}
