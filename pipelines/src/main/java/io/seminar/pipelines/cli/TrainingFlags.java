package io.seminar.pipelines.cli;

import io.seminar.network.training.TrainingOptions;
import io.seminar.pipelines.provenance.Provenance;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How a training goes: shared by the commands that train. */
final class TrainingFlags {
  @Option(names = "--data", required = true, paramLabel = "DATA", description = "The data set.")
  Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "MODEL",
      description =
          "Checkpoint to make. Until it is there, the state after each epoch is in MODEL.training.")
  Path out;

  @Option(
      names = "--batch-mib",
      defaultValue = "512",
      paramLabel = "MIB",
      description =
          "Memory that a step may take, estimated; batches are made smaller for it (512).")
  long batchMib;

  @Option(
      names = "--window-mib",
      defaultValue = "1024",
      paramLabel = "MIB",
      description = "Users held in memory; if all fit, they are read once (1024).")
  long windowMib;

  @Option(
      names = "--train-until",
      paramLabel = TimeConverter.LABEL,
      converter = TimeConverter.class,
      description =
          "Train on what lies before this time (the 80 %% quantile of the requests before"
              + " --validate-until).")
  Long trainUntil;

  @Option(
      names = "--validate-until",
      paramLabel = TimeConverter.LABEL,
      converter = TimeConverter.class,
      description =
          "Validate on what lies between that and this time; later requests are for evaluation (the"
              + " median request).")
  Long validateUntil;

  @Option(
      names = "--device",
      defaultValue = "auto",
      paramLabel = "auto|cpu|gpu:N",
      description = "Where the engine runs; auto is a GPU where there is one (auto).")
  String device;

  @Option(
      names = "--resume",
      description = "Go on after the last whole epoch of an interrupted training.")
  boolean resume;

  /**
   * All that trainings have in common.
   *
   * @param rate learning rate
   * @param patience epochs without improvement that end it
   */
  TrainingOptions options(CommonOptions common, float rate, int epochs, int patience, int batch) {
    return new TrainingOptions(
        data,
        out,
        common.overwrite,
        resume,
        trainUntil,
        validateUntil,
        epochs,
        patience,
        batch,
        bytes("--batch-mib", batchMib),
        bytes("--window-mib", windowMib),
        rate,
        common.seed,
        common.threads(),
        device,
        common.strict,
        Provenance.current());
  }

  private static long bytes(String option, long mib) {
    if (mib < 1 || mib > Long.MAX_VALUE >> 20) {
      throw new BadInputException(
          option + " is " + mib + ", expected at least 1 and not that much");
    }
    return mib << 20;
  }
}
