package io.seminar.network.training;

/** Training was asked to stop and has; what it saved is whole. */
public final class TrainingStopped extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int epoch;

  TrainingStopped(int epoch) {
    super(
        epoch == 0
            ? "stopped before the first epoch was whole: nothing is saved"
            : "stopped; the state after epoch " + epoch + " is saved and can be resumed");
    this.epoch = epoch;
  }

  /** The last whole epoch, saved; 0: none. */
  public int epoch() {
    return epoch;
  }
}
