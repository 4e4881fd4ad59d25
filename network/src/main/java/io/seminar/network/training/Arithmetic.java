package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/**
 * Arithmetic with plain numbers that is safe under differentiation. The engine's own operations on
 * a {@link Number} wrap it in an array over a Java buffer and let go of that at once, while the
 * graph still refers to its memory: once the buffer is collected, the backward pass reads whatever
 * lies there. Here the number's array belongs to the operand's manager, so it lives as long as the
 * step.
 */
final class Arithmetic {
  private Arithmetic() {}

  static NDArray plus(NDArray x, double number) {
    return x.add(scalar(x, number));
  }

  static NDArray times(NDArray x, double number) {
    return x.mul(scalar(x, number));
  }

  /** The larger of each element and a number. */
  static NDArray atLeast(NDArray x, double number) {
    return x.maximum(scalar(x, number));
  }

  private static NDArray scalar(NDArray like, double number) {
    return like.getDataType() == DataType.FLOAT64
        ? like.getManager().create(number)
        : like.getManager().create((float) number);
  }
}
