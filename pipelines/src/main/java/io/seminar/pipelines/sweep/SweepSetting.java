package io.seminar.pipelines.sweep;

import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.ModelSpec;
import java.io.Serializable;
import java.util.List;

/**
 * What a fork opens: data set, network, arms and their codebooks.
 *
 * @param data folder of the data set
 * @param model the network; null: similarity of the data set's own vectors
 * @param device as in {@link SweepConfig}
 * @param arms all arms of the sweep
 * @param queryWeight share of the query in a pair, without a network
 * @param temperature of the softmax, without a network
 */
record SweepSetting(
    String data,
    ModelSpec model,
    String device,
    List<ArmSpec> arms,
    float queryWeight,
    float temperature)
    implements Serializable {
  /** An arm, by its name. */
  ArmSpec arm(String name) {
    return arms.stream().filter(arm -> arm.name().equals(name)).findFirst().orElseThrow();
  }
}
