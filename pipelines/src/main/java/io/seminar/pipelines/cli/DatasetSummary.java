package io.seminar.pipelines.cli;

import io.seminar.sessions.DatasetDescriptor;
import io.seminar.sessions.DatasetDescriptor.Counts;
import io.seminar.sessions.Modality;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.stream.Collectors;

/** What is in a data set, for the terminal. */
final class DatasetSummary {
  private DatasetSummary() {}

  static void print(DatasetDescriptor dataset, PrintWriter out) {
    Counts counts = dataset.counts();
    out.println("origin       " + dataset.origin());
    out.println(
        "vectors      "
            + dataset.schema().modalities().stream()
                .map(DatasetSummary::describe)
                .collect(Collectors.joining(", "))
            + (dataset.schema().queryDimension() > 0
                ? ", query " + dataset.schema().queryDimension()
                : ""));
    out.printf("items        %,d%n", counts.items());
    out.printf("queries      %,d%n", counts.queries());
    out.printf("users        %,d%n", counts.users());
    out.printf("behaviours   %,d, longest history %,d%n", counts.events(), counts.longestHistory());
    out.printf("requests     %,d%n", counts.requests());
    out.printf("impressions  %,d, %,d clicked%n", counts.impressions(), counts.clicks());
    if (dataset.time() != null) {
      out.println(
          "time         "
              + Instant.ofEpochMilli(dataset.time().first())
              + " to "
              + Instant.ofEpochMilli(dataset.time().last()));
    }
    out.println("digest       " + dataset.digest());
    dataset.notes().forEach((key, note) -> out.println(key + ": " + note));
  }

  private static String describe(Modality modality) {
    return modality.name() + " " + modality.dimension();
  }
}
