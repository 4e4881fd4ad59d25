package io.seminar.testdata.simulation;

/**
 * Draws the candidates of a page for a user's interests, and how much the user likes each. Work
 * space of one thread.
 *
 * <p>A page of the browse feed holds items near the user's interests (45 %), popular ones (25 %)
 * and random ones; a search page items of the query's topic (60 %), items near the user's interests
 * (20 %), popular and random ones. After the launch of the cold items each place is given to one of
 * them with the share asked for: half of them near the query or an interest, half at random. No
 * item occurs twice on a page.
 */
final class PageDrawer {
  /** Temperature of the soft maximum over interests. */
  static final double AFFINITY_TEMPERATURE = 0.15;

  /** Weight of the query's own similarity in the affinity of a search page. */
  static final double QUERY_WEIGHT = 0.3;

  private static final int ATTEMPTS = 20;

  private final LatentWorld world;
  final int[] item; // (impressions)
  final double[] affinity; // (impressions)

  PageDrawer(LatentWorld world) {
    this.world = world;
    this.item = new int[world.options.impressions()];
    this.affinity = new double[item.length];
  }

  /** A query near one of the user's interests. */
  int drawQuery(UserInterests interests, int epoch, RandomStream random) {
    int topic = interests.drawTopic(epoch, interests.drawInterest(epoch, random), random);
    return world.queriesByTopic.draw(world.topicWithQueries[topic], random);
  }

  /**
   * Fills {@link #item} and {@link #affinity}.
   *
   * @param query ordinal, 0: a page of the browse feed
   * @param launched whether cold items may be shown
   */
  void draw(UserInterests interests, int epoch, int query, boolean launched, RandomStream random) {
    boolean coldAllowed = launched && world.coldItem.length > 0;
    for (int n = 0; n < item.length; n++) {
      boolean cold = coldAllowed && random.nextDouble() < world.options.coldTargetShare();
      int candidate = -1;
      for (int attempt = 0; attempt < ATTEMPTS && candidate < 0; attempt++) {
        int drawn =
            cold
                ? drawCold(interests, epoch, query, random)
                : drawWarm(interests, epoch, query, random);
        candidate = onPage(drawn, n) ? -1 : drawn;
      }
      if (candidate < 0) {
        candidate = anyWarm(n, random);
      }
      item[n] = candidate;
    }
    for (int n = 0; n < item.length; n++) {
      affinity[n] = affinity(interests, epoch, query, item[n]);
    }
  }

  private double affinity(UserInterests interests, int epoch, int query, int candidate) {
    int k = world.dimension;
    double own = interests.affinity(epoch, world.itemLatent, candidate * k, AFFINITY_TEMPERATURE);
    if (query == 0) {
      return own;
    }
    double match = Vectors.dot(world.queryLatent, query * k, world.itemLatent, candidate * k, k);
    return (1 - QUERY_WEIGHT) * own + QUERY_WEIGHT * match;
  }

  private int drawWarm(UserInterests interests, int epoch, int query, RandomStream random) {
    double kind = random.nextDouble();
    if (query != 0 && kind < 0.6) {
      return world.warmByTopic.draw(world.queryTopic(query), random);
    }
    if (query == 0 ? kind < 0.45 : kind < 0.8) {
      int interest = interests.drawInterest(epoch, random);
      return world.warmByTopic.draw(interests.drawTopic(epoch, interest, random), random);
    }
    if (query == 0 ? kind < 0.7 : kind < 0.9) {
      return world.popular.draw(0, random);
    }
    return world.warmItem[random.nextInt(world.warmItem.length)];
  }

  private int drawCold(UserInterests interests, int epoch, int query, RandomStream random) {
    if (random.nextDouble() < 0.5) {
      int topic =
          query != 0
              ? world.queryTopic(query)
              : interests.drawTopic(epoch, interests.drawInterest(epoch, random), random);
      if (world.coldByTopic.size(topic) > 0) {
        return world.coldByTopic.draw(topic, random);
      }
    }
    return world.coldItem[random.nextInt(world.coldItem.length)];
  }

  /**
   * The first warm item from a random place on that the page lacks: there are as many warm items as
   * places.
   */
  private int anyWarm(int n, RandomStream random) {
    int at = random.nextInt(world.warmItem.length);
    while (onPage(world.warmItem[at], n)) {
      at = at + 1 == world.warmItem.length ? 0 : at + 1;
    }
    return world.warmItem[at];
  }

  private boolean onPage(int candidate, int n) {
    for (int i = 0; i < n; i++) {
      if (item[i] == candidate) {
        return true;
      }
    }
    return false;
  }
}
