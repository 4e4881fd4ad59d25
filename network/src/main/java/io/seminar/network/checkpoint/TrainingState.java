package io.seminar.network.checkpoint;

import io.seminar.network.model.Parameters;
import java.util.Objects;

/**
 * Training after a whole epoch: all that is needed to go on as if it had never stopped. Values are
 * not copied.
 *
 * @param description what is trained; its history ends with this epoch
 * @param epoch whole epochs done, at least 1
 * @param parameters after that epoch
 * @param optimizer likewise
 * @param best the best epoch so far; {@code null}: none is known
 */
public record TrainingState(
    Description description,
    int epoch,
    Parameters parameters,
    OptimizerState optimizer,
    Best best) {
  public TrainingState {
    Objects.requireNonNull(description, "description");
    Objects.requireNonNull(parameters, "parameters");
    Objects.requireNonNull(optimizer, "optimizer");
    if (epoch < 1) {
      throw new IllegalArgumentException("epoch is " + epoch + ": expected at least 1");
    }
  }

  /**
   * The epoch that validated best.
   *
   * @param epoch counted from 1
   * @param value of the measure that decides
   * @param parameters after that epoch
   */
  public record Best(int epoch, double value, Parameters parameters) {}
}
