package io.seminar.pipelines.cli;

import io.seminar.pipelines.runner.Progress;
import io.seminar.sessions.DatasetDescriptor;
import io.seminar.testdata.simulation.SimulatedModality;
import io.seminar.testdata.simulation.SimulationTruth;
import io.seminar.testdata.simulation.Simulator;
import io.seminar.testdata.simulation.SimulatorOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "simulate",
    description = "Makes a data set of simulated users whose click probabilities are known.")
final class SimulateCommand implements Callable<Integer> {
  @Mixin CommonOptions common;
  @Spec CommandSpec spec;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DATA",
      description = "Data set to make; the truth goes beside it, to DATA.truth.")
  Path out;

  @Option(names = "--users", defaultValue = "1000", description = "Users (1000).")
  int users;

  @Option(
      names = "--first-user",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "Number of the first user (0): with another one, other users of the same world, its items"
              + " and queries the same.")
  int firstUser;

  @Option(names = "--items", defaultValue = "10000", description = "Items (10000).")
  int items;

  @Option(names = "--queries", defaultValue = "2000", description = "Queries (2000).")
  int queries;

  @Option(
      names = "--history",
      defaultValue = "500",
      description = "Mean number of behaviours of a user (500).")
  double history;

  @Option(
      names = "--history-spread",
      defaultValue = "0.6",
      description = "Standard deviation of the log of that number; 0: all have the mean (0.6).")
  double historySpread;

  @Option(names = "--requests", defaultValue = "4", description = "Requests of a user (4).")
  int requests;

  @Option(
      names = "--impressions",
      defaultValue = "20",
      description = "Impressions of a request (20).")
  int impressions;

  @Option(
      names = "--modalities",
      split = ",",
      paramLabel = "NAME:DIMENSION[:NOISE]",
      description = "Modalities of the items (text:64,image:64,attribute:64).")
  List<String> modalities;

  @Option(
      names = "--cold-items",
      defaultValue = "0.2",
      description =
          "Share of the items that are launched in the middle of the requests, and that no history"
              + " has (0.2).")
  double coldItems;

  @Option(
      names = "--cold-targets",
      defaultValue = "0.2",
      description =
          "Share of those items among the impressions after their launch, the other half of a user's"
              + " requests (0.2); without any, 0.")
  double coldTargets;

  @Option(
      names = "--missing",
      defaultValue = "0.05",
      description = "Probability that an item lacks a modality (0.05).")
  double missing;

  @Option(
      names = "--interests",
      defaultValue = "12",
      description = "Interests that a user has at a time (12).")
  int interests;

  @Option(
      names = "--renewals",
      defaultValue = "0.3",
      description =
          "How often, on average, an interest dies over the time span and another is born (0.3).")
  double renewals;

  @Option(
      names = "--drift",
      defaultValue = "0.4",
      description = "How far an interest walks on the unit sphere over the time span (0.4).")
  double drift;

  @Option(
      names = "--position-bias",
      defaultValue = "0.5",
      paramLabel = "B",
      description = "A position is looked at with probability position^-B; 0: always (0.5).")
  double positionBias;

  @Option(
      names = "--affinity",
      defaultValue = "2",
      description =
          "Change of a click's log odds by one standard deviation of what the user likes (2).")
  double affinity;

  @Override
  public Integer call() {
    SimulatorOptions.Builder options =
        SimulatorOptions.builder()
            .users(users)
            .firstUser(firstUser)
            .items(items)
            .queries(queries)
            .historyMean(history)
            .historySpread(historySpread)
            .requestsPerUser(requests)
            .impressions(impressions)
            .coldItemShare(coldItems)
            .coldTargetShare(coldTargets)
            .missingModalityShare(missing)
            .interestsPerUser(interests)
            .renewals(renewals)
            .drift(drift)
            .positionBias(positionBias)
            .affinityStrength(affinity)
            .seed(common.seed)
            .threads(common.threads());
    if (modalities != null) {
      options.modalities(modalities.stream().map(SimulatedModality::parse).toList());
    }
    DatasetDescriptor dataset = write(options.build(), out, common.overwrite, common.quiet);
    DatasetSummary.print(dataset, spec.commandLine().getOut());
    spec.commandLine().getOut().println("truth        " + SimulationTruth.folderOf(out));
    spec.commandLine().getOut().println(out);
    return 0;
  }

  /** Simulates with progress on the terminal. */
  static DatasetDescriptor write(
      SimulatorOptions options, Path out, boolean overwrite, boolean quiet) {
    AtomicLong done = new AtomicLong();
    return Progress.during(
        quiet,
        "simulate",
        "users",
        options.users(),
        done::get,
        "writing",
        () -> new Simulator(options).write(out, overwrite, done::set));
  }
}
