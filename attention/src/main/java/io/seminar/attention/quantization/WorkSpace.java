package io.seminar.attention.quantization;

/** Arrays that encoding and tables work in: a set a thread, grown as needed, never handed out. */
final class WorkSpace {

  private static final ThreadLocal<WorkSpace> OWN = ThreadLocal.withInitial(WorkSpace::new);

  private float[] distances = new float[0];

  private float[] rotated = new float[0];

  private final ResidualBeam beam = new ResidualBeam();

  private WorkSpace() {}

  static WorkSpace get() {
    return OWN.get();
  }

  /** At least {@code n} floats, of any content. */
  float[] distances(int n) {
    if (distances.length < n) {
      distances = new float[n];
    }
    return distances;
  }

  /** A search for a code, to be started. */
  ResidualBeam beam() {
    return beam;
  }

  /** At least {@code n} floats, of any content, for a vector that is rotated or weighted. */
  float[] rotated(int n) {
    if (rotated.length < n) {
      rotated = new float[n];
    }
    return rotated;
  }
}
