package io.seminar.pipelines.cli;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.training.Training;
import io.seminar.pipelines.training.Measures;
import io.seminar.pipelines.training.TrainingReports;
import io.seminar.pipelines.training.TrainingRun;
import io.seminar.reports.html.TrainingReport.Scalar;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import picocli.CommandLine;

/** What a training has come to, for the terminal. */
final class TrainingSummary {
  private TrainingSummary() {}

  /**
   * Prints what came of a training; the exit code.
   *
   * @param outcome nothing where the training was stopped
   */
  static int print(Optional<TrainingRun.Outcome> outcome, CommandLine command) {
    if (outcome.isEmpty()) {
      return Seminar.COULD_NOT_RUN;
    }
    TrainingRun.Outcome done = outcome.get();
    PrintWriter out = command.getOut();
    Description description = done.checkpoint().description();
    printEpochs(description, out);
    long leftOut = description.data().examples().getOrDefault("users-left-out", 0L);
    if (leftOut > 0) {
      out.printf(Locale.ROOT, "%,d users left out: their rows break a rule%n", leftOut);
    }
    out.println(done.checkpoint().folder());
    if (done.report() != null) {
      out.println(done.report());
    } else {
      command
          .getErr()
          .println(
              command.getCommandName()
                  + ": the network is there, but not its report: "
                  + done.trouble());
    }
    return 0;
  }

  /** Prints all that is worth knowing of a checkpoint. */
  static void print(Checkpoint checkpoint, PrintWriter out) {
    Description description = checkpoint.description();
    print(TrainingReports.network(description.spec()), out);
    print(TrainingReports.data(description), out);
    print(TrainingReports.training(description), out);
    out.printf(Locale.ROOT, "parameters: %,d%n", checkpoint.parameters().size());
    for (Scalar scalar : TrainingReports.scalars(description, checkpoint.parameters())) {
      out.printf(Locale.ROOT, "%s: %.4f%n", scalar.name(), scalar.value());
    }
    printEpochs(description, out);
    print(TrainingReports.provenance(checkpoint), out);
  }

  private static void print(Map<String, String> facts, PrintWriter out) {
    facts.forEach((name, fact) -> out.println(name + ": " + (fact.isEmpty() ? "-" : fact)));
  }

  private static void printEpochs(Description description, PrintWriter out) {
    List<SortedMap<String, Double>> epochs = description.history();
    if (epochs.isEmpty()) {
      return;
    }
    int chosen = Training.chosenEpoch(description);
    List<String> measures = Measures.shown(epochs);
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("epoch"));
    header.addAll(measures);
    rows.add(header);
    for (int epoch = 1; epoch <= epochs.size(); epoch++) {
      List<String> row = new ArrayList<>(List.of(epoch + (epoch == chosen ? " chosen" : "")));
      for (String measure : measures) {
        row.add(text(epochs.get(epoch - 1).getOrDefault(measure, Double.NaN)));
      }
      rows.add(row);
    }
    TextTable.print(rows, out);
  }

  private static String text(double value) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.4f", value);
  }
}
