package io.seminar.reports.html;

import io.seminar.reports.gate.Finding;
import io.seminar.reports.gate.GateFile;
import io.seminar.reports.gate.GateReport;
import io.seminar.reports.store.RunStore;
import io.seminar.reports.store.StoredRun;
import io.seminar.sessions.DatasetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A stored run that went through the gate.
 *
 * @param run its facts
 * @param gate what the gate said
 */
record Night(StoredRun run, GateReport gate) {

  /**
   * The nights of a store.
   *
   * @param nights by time
   * @param skipped what could not be read, one sentence each
   */
  record Nights(List<Night> nights, List<String> skipped) {}

  /** Reads every stored run that has a gate report; one that is damaged is named and left out. */
  static Nights of(RunStore store) {
    RunStore.Listing listing = store.list();
    List<Night> nights = new ArrayList<>();
    List<String> skipped = new ArrayList<>(listing.skipped());
    for (StoredRun run : listing.runs()) {
      Path file = store.runFolder(run.runId()).resolve(GateFile.FILE_NAME);
      if (Files.exists(file)) {
        try {
          nights.add(new Night(run, GateFile.read(file)));
        } catch (DatasetException e) {
          skipped.add("the gate report of " + run.runId() + " is damaged: " + e.getMessage());
        }
      }
    }
    return new Nights(nights, skipped);
  }

  /** What a rule came to in this night, or null if it was not in the gate then. */
  Finding finding(String rule, String arm, String slice) {
    return gate.findings().stream()
        .filter(f -> f.rule().equals(rule) && f.arm().equals(arm) && f.slice().equals(slice))
        .findFirst()
        .orElse(null);
  }
}
