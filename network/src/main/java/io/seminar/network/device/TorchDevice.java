package io.seminar.network.device;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.pytorch.jni.JniUtils;

/**
 * PyTorch on one device, and the owner of everything that is allocated there: closing it frees all.
 * One thread at a time.
 */
public final class TorchDevice implements AutoCloseable {
  private static final String ENGINE = "PyTorch";

  private final NDManager manager;

  /**
   * Starts the engine.
   *
   * @param name {@code auto} (a GPU where there is one), {@code cpu} or {@code gpu:N}
   * @param threads of one operation on the CPU, at least 1; results depend on it in the last bits
   * @throws IllegalArgumentException if there is no such device
   */
  public TorchDevice(String name, int threads) {
    Engine engine = Engine.getEngine(ENGINE);
    JniUtils.setNumThreads(threads);
    manager = NDManager.newBaseManager(device(name, engine.getGpuCount()), ENGINE);
  }

  private static Device device(String name, int gpus) {
    if (name.equals("cpu") || (name.equals("auto") && gpus == 0)) {
      return Device.cpu();
    }
    if (name.equals("auto")) {
      return Device.gpu(0);
    }
    if (!name.matches("gpu:[0-9]{1,3}")) {
      throw new IllegalArgumentException("device is \"" + name + "\": expected auto, cpu or gpu:N");
    }
    int number = Integer.parseInt(name.substring(4));
    if (number >= gpus) {
      throw new IllegalArgumentException(
          "device is "
              + name
              + ", but the engine sees "
              + gpus
              + " GPUs: expected cpu or a smaller number; GPUs need the build profile cuda");
    }
    return Device.gpu(number);
  }

  /** Where it runs, for the record: {@code cpu()}, {@code gpu(0)}. */
  public String name() {
    return manager.getDevice().toString();
  }

  /** What arrays on the device belong to, directly or through managers below it. */
  public NDManager manager() {
    return manager;
  }

  /**
   * Waits until an array has been computed. The engine only queues work on a GPU, and has no other
   * way to wait for it than to copy a number to the host: one is enough, since work is done in the
   * order of the queue.
   */
  static void await(NDArray array) {
    try (NDArray flat = array.reshape(-1);
        NDArray one = flat.get(new NDIndex("0:1"))) {
      one.toByteBuffer();
    }
  }

  @Override
  public void close() {
    manager.close();
  }
}
