package io.seminar.testdata.simulation;

import java.util.Arrays;

/**
 * One user's interests over the time span. The span is cut into {@link #EPOCHS} equal epochs;
 * within one, interests stand still. From one to the next each interest walks a step on the sphere,
 * or dies and is born again near another topic. The path depends on nothing that the user is shown
 * or does: histories and requests both follow from it, neither from the other.
 *
 * <p>Work space of one thread, filled for one user after another.
 */
final class UserInterests {
  static final int EPOCHS = 16;

  private static final double BIRTH_SPREAD = 0.4;
  private static final double WEIGHT_SPREAD = 0.7;
  private static final double TOPIC_TEMPERATURE = 0.1;

  private final LatentWorld world;
  private final int dimension; // k
  private final int interests; // J
  private final float[] latent; // (EPOCHS, J, k)
  private final float[] weight; // (EPOCHS, J), sums to 1 over J
  private final int[] home; // (EPOCHS, J), the nearest topic
  private final float[]
      topicShare; // (EPOCHS, J, neighbours), cumulative; filled when first asked for
  private final boolean[] topicShareKnown; // (EPOCHS, J)

  UserInterests(LatentWorld world) {
    this.world = world;
    this.dimension = world.dimension;
    this.interests = world.options.interestsPerUser();
    this.latent = new float[EPOCHS * interests * dimension];
    this.weight = new float[EPOCHS * interests];
    this.home = new int[EPOCHS * interests];
    this.topicShare = new float[EPOCHS * interests * world.neighbours];
    this.topicShareKnown = new boolean[EPOCHS * interests];
  }

  /** Draws the whole path. */
  void draw(RandomStream random) {
    SimulatorOptions options = world.options;
    double death = options.renewals() / (EPOCHS - 1);
    double step = options.drift() / Math.sqrt(EPOCHS - 1);
    for (int j = 0; j < interests; j++) {
      bear(j, random);
    }
    for (int epoch = 1; epoch < EPOCHS; epoch++) {
      for (int j = 0; j < interests; j++) {
        int now = epoch * interests + j;
        int before = now - interests;
        if (random.nextDouble() < death) {
          bear(now, random);
        } else {
          Vectors.perturb(
              latent, before * dimension, step, random, latent, now * dimension, dimension);
          weight[now] = weight[before];
          home[now] = nearestTopic(home[before], now * dimension);
        }
      }
    }
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      float sum = 0;
      for (int j = 0; j < interests; j++) {
        sum += weight[epoch * interests + j];
      }
      for (int j = 0; j < interests; j++) {
        // The raw weight is carried on above: normalise only once everything is drawn.
        weight[epoch * interests + j] /= sum;
      }
    }
    Arrays.fill(topicShareKnown, false);
  }

  private void bear(int cell, RandomStream random) {
    int topic = world.activeTopic[random.nextInt(world.activeTopic.length)];
    Vectors.perturb(
        world.topicLatent,
        topic * dimension,
        BIRTH_SPREAD,
        random,
        latent,
        cell * dimension,
        dimension);
    weight[cell] = (float) StrictMath.exp(WEIGHT_SPREAD * random.nextGaussian());
    home[cell] = nearestTopic(topic, cell * dimension);
  }

  private int nearestTopic(int around, int at) {
    int best = around;
    float bestSimilarity = Float.NEGATIVE_INFINITY;
    for (int n = 0; n < world.neighbours; n++) {
      int topic = world.neighbour[around * world.neighbours + n];
      float s = Vectors.dot(world.topicLatent, topic * dimension, latent, at, dimension);
      if (s > bestSimilarity) {
        bestSimilarity = s;
        best = topic;
      }
    }
    return best;
  }

  /** An interest of this epoch, in proportion to its weight. */
  int drawInterest(int epoch, RandomStream random) {
    double left = random.nextDouble();
    int j = 0;
    while (j < interests - 1 && (left -= weight[epoch * interests + j]) >= 0) {
      j++;
    }
    return j;
  }

  /** A topic near the interest: the more similar, the likelier. */
  int drawTopic(int epoch, int interest, RandomStream random) {
    int cell = epoch * interests + interest;
    int row = cell * world.neighbours;
    if (!topicShareKnown[cell]) {
      fillTopicShare(cell, row);
    }
    float u = (float) random.nextDouble();
    int n = 0;
    while (n < world.neighbours - 1 && u >= topicShare[row + n]) {
      n++;
    }
    return world.neighbour[home[cell] * world.neighbours + n];
  }

  private void fillTopicShare(int cell, int row) {
    double sum = 0;
    for (int n = 0; n < world.neighbours; n++) {
      int topic = world.neighbour[home[cell] * world.neighbours + n];
      float s =
          Vectors.dot(world.topicLatent, topic * dimension, latent, cell * dimension, dimension);
      sum += StrictMath.exp(s / TOPIC_TEMPERATURE);
      topicShare[row + n] = (float) sum;
    }
    for (int n = 0; n < world.neighbours; n++) {
      topicShare[row + n] = (float) (topicShare[row + n] / sum);
    }
    topicShareKnown[cell] = true;
  }

  /** The array that holds the interests' latents. */
  float[] latents() {
    return latent;
  }

  /** Where in {@link #latents} an interest lies. */
  int offset(int epoch, int interest) {
    return (epoch * interests + interest) * dimension;
  }

  /**
   * How much the user likes an item: a soft maximum over the interests, {@code τ log Σ_j w_j
   * exp(<u_j, z> / τ)}, which is what target attention over the behaviours that the interests gave
   * rise to can learn. About −0.5 to 1.
   */
  double affinity(int epoch, float[] itemLatents, int itemOffset, double temperature) {
    double sum = 0;
    for (int j = 0; j < interests; j++) {
      int cell = epoch * interests + j;
      float s = Vectors.dot(latent, cell * dimension, itemLatents, itemOffset, dimension);
      sum += weight[cell] * StrictMath.exp(s / temperature);
    }
    return temperature * StrictMath.log(sum);
  }
}
