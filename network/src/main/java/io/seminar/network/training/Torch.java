package io.seminar.network.training;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.GradientCollector;
import io.seminar.network.device.TorchDevice;
import io.seminar.network.model.Parameters;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;

/**
 * The engine on one device: runs steps and forward passes, each in a manager of its own, so that
 * nothing native outlives it. One thread at a time.
 */
public final class Torch implements AutoCloseable {
  private static final String ENGINE = "PyTorch";

  private final TorchDevice device;

  /**
   * Starts the engine.
   *
   * @param device {@code auto} (a GPU where there is one), {@code cpu} or {@code gpu:N}
   * @param threads of one operation on the CPU, at least 1; results depend on it in the last bits
   * @throws IllegalArgumentException if there is no such device
   */
  public Torch(String device, int threads) {
    this.device = new TorchDevice(device, threads);
  }

  /** Where it runs, for the record: {@code cpu()}, {@code gpu(0)}. */
  public String device() {
    return device.name();
  }

  /**
   * One step: the loss, its gradients, the optimiser. Nothing is updated unless the loss is finite.
   *
   * @param losses of the leaves: the loss first, then scalars for the record; any may be null, and
   *     without a loss there is no step
   * @return the same as numbers; NaN for null
   * @throws TrainingException if the loss or a gradient is not finite, or memory does not suffice
   */
  double[] step(Parameters parameters, Adam adam, Function<Leaves, NDArray[]> losses) {
    try (NDManager step = device.manager().newSubManager();
        GradientCollector collector = Engine.getEngine(ENGINE).newGradientCollector()) {
      Leaves leaves = new Leaves(step, DataType.FLOAT32, parameters, true);
      NDArray[] values = losses.apply(leaves);
      double[] numbers = new double[values.length];
      if (values[0] == null) {
        Arrays.fill(numbers, Double.NaN);
        return numbers;
      }
      collector.backward(values[0]);
      for (int i = 0; i < values.length; i++) { // copies to the host: they wait for the device
        numbers[i] = values[i] == null ? Double.NaN : values[i].toFloatArray()[0];
      }
      if (!Double.isFinite(numbers[0])) {
        throw new TrainingException("the loss is " + numbers[0]);
      }
      adam.begin();
      leaves.gradients(adam);
      return numbers;
    } catch (EngineException e) {
      throw outOfMemory(e);
    }
  }

  /** Numbers without gradients: what {@code forward} returns, copied to the host. */
  float[] forward(Parameters parameters, Function<Leaves, NDArray> forward) {
    try (NDManager pass = device.manager().newSubManager()) {
      Leaves leaves = new Leaves(pass, DataType.FLOAT32, parameters, false);
      return forward.apply(leaves).toFloatArray();
    } catch (EngineException e) {
      throw outOfMemory(e);
    }
  }

  /** Native allocation failures come as messages only: they are named, others go on as they are. */
  private static RuntimeException outOfMemory(EngineException e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("out of memory") || message.contains("can't allocate memory")) {
      return new TrainingException(
          "the device is out of memory: lower --batch-mib, the bound of a batch", e);
    }
    return e;
  }

  @Override
  public void close() {
    device.close();
  }
}
