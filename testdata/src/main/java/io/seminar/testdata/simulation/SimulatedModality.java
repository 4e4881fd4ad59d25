package io.seminar.testdata.simulation;

/**
 * One modality of the simulated catalogue: a rotated, noisy view of the items' latents.
 *
 * @param name as in the data set's schema
 * @param dimension of its vectors, 1 to 4,096
 * @param noise length of the Gaussian noise relative to the clean view: the cosine between the two
 *     views of one latent under noises a and b is about 1 / sqrt((1 + a²)(1 + b²)) once each is
 *     rotated back; 0 to 100
 */
public record SimulatedModality(String name, int dimension, double noise) {
  /** The noise of a modality of which nothing else is said: cosine 0.86 with the clean view. */
  public static final double DEFAULT_NOISE = 0.6;

  /**
   * @throws IllegalArgumentException if a value is outside its range
   */
  public SimulatedModality {
    if (name == null || !name.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "modality name " + name + ": expected a small letter, then small letters, digits or '_'");
    }
    if (dimension < 1 || dimension > 4096) {
      throw new IllegalArgumentException(
          "modality " + name + ": dimension " + dimension + ": expected 1 to 4096");
    }
    if (!(noise >= 0 && noise <= 100)) {
      throw new IllegalArgumentException(
          "modality " + name + ": noise " + noise + ": expected 0 to 100");
    }
  }

  /**
   * Reads {@code name:dimension} or {@code name:dimension:noise}, for example {@code image:64:0.8}.
   *
   * @throws IllegalArgumentException if the text has another form or a value is outside its range
   */
  public static SimulatedModality parse(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length == 2 || parts.length == 3) {
      try {
        int dimension = Integer.parseInt(parts[1]);
        double noise = parts.length == 3 ? Double.parseDouble(parts[2]) : DEFAULT_NOISE;
        return new SimulatedModality(parts[0], dimension, noise);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "modality \"" + text + "\": expected name:dimension or name:dimension:noise", e);
      }
    }
    throw new IllegalArgumentException(
        "modality \"" + text + "\": expected name:dimension or name:dimension:noise");
  }
}
