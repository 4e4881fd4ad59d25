package io.seminar.network.training;

import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What pretraining and finetuning have in common.
 *
 * @param data folder of the data set
 * @param out checkpoint to make
 * @param overwrite whether a checkpoint that stands there is replaced
 * @param resume whether an interrupted training goes on
 * @param trainUntil T1, ms since 1970; null: chosen
 * @param validateUntil T2, ms since 1970; null: the median request
 * @param epochs passes over the training data, at most, at least 1
 * @param patience epochs without improvement after which training stops, at least 1
 * @param batch examples a step, at most, at least 2
 * @param batchBytes bound of a step's native memory, an estimate
 * @param windowBytes bound of the users held in memory
 * @param rate learning rate of Adam, above 0
 * @param seed of every random choice
 * @param threads of the engine and of validation, at least 1
 * @param device {@code auto}, {@code cpu} or {@code gpu:N}
 * @param strict whether the first bad record fails the training
 * @param provenance code revision, libraries, machine: what the checkpoint records
 */
public record TrainingOptions(
    Path data,
    Path out,
    boolean overwrite,
    boolean resume,
    Long trainUntil,
    Long validateUntil,
    int epochs,
    int patience,
    int batch,
    long batchBytes,
    long windowBytes,
    float rate,
    long seed,
    int threads,
    String device,
    boolean strict,
    SortedMap<String, String> provenance) {
  public TrainingOptions {
    atLeast("epochs", epochs, 1);
    atLeast("patience", patience, 1);
    atLeast("batch", batch, 2);
    atLeast("threads", threads, 1);
    if (!(rate > 0 && rate < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "learning rate is " + rate + ": expected a finite number above 0");
    }
  }

  /** What of these decides the outcome, for the checkpoint. */
  SortedMap<String, Object> record(String engineDevice) {
    SortedMap<String, Object> record = new TreeMap<>();
    record.put("epochs", epochs);
    record.put("patience", patience);
    record.put("batch", batch);
    record.put("batch-bytes", batchBytes);
    record.put("window-bytes", windowBytes);
    record.put("rate", rate);
    record.put("threads", threads);
    record.put("device", engineDevice);
    return record;
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ": expected at least " + least);
    }
  }
}
