package io.seminar.testdata.simulation;

import io.seminar.sessions.Item;
import io.seminar.sessions.Query;
import java.util.Arrays;

/**
 * What exists before any user: categories, their topics, items and queries as points of one unit
 * sphere, with the tables that let a behaviour be drawn in constant time.
 *
 * <p>A topic is a point near its category's centre, an item a point near its topic, a query a point
 * near its topic: two items of a topic have an expected cosine of about 0.74, two of a category but
 * different topics about 0.5, others about 0. Item popularity follows Zipf's law over a random
 * order. Cold items are a random subset; no table of warm items holds one.
 *
 * <p>Topics are limited to one for every eight items, so that they have items to draw from. A topic
 * without warm items attracts neither interests nor queries. Memory: about 4 k + 40 bytes an item
 * or query, k the latent dimension.
 */
final class LatentWorld {
  static final int TOPICS_PER_CATEGORY = 5;

  /**
   * Nearest topics kept for each topic, itself among them: where a drifting interest may go next.
   */
  static final int NEIGHBOURS = 16;

  private static final double TOPIC_SPREAD = 0.6;
  private static final double ITEM_SPREAD = 0.6;
  private static final double QUERY_SPREAD = 0.4;
  private static final int WORDS_PER_TOPIC = 24;
  private static final double ODD_BRAND_SHARE = 0.1;

  final SimulatorOptions options;
  final int dimension; // k
  final float[] topicLatent; // (topics, k)
  final float[] itemLatent; // (items, k)
  final float[] queryLatent; // (queries + 1, k); row 0, the browse query, is not used
  final int[] activeTopic; // topics with warm items
  final int[]
      neighbour; // (topics, neighbours), nearest first; only rows of active topics are filled
  final int neighbours; // per topic, at most NEIGHBOURS
  final int[] warmItem;
  final int[] coldItem;
  final AliasTables warmByTopic;
  final AliasTables coldByTopic;
  final AliasTables popular; // one group of all warm items
  final AliasTables queriesByTopic;
  final int[] topicWithQueries; // by topic: itself, or the nearest one that has queries

  private final int categories;
  private final int[] itemTopic;
  private final int[] queryTopic; // (queries + 1)
  private final ModalityView[] views;
  private final int textModality; // or −1

  LatentWorld(SimulatorOptions options) {
    this.options = options;
    this.dimension = options.latentDimension();
    this.categories = options.categories();
    RandomStream random = new RandomStream();

    int topics = Math.max(1, Math.min(categories * TOPICS_PER_CATEGORY, options.items() / 8));
    this.topicLatent = placeTopics(topics, random);
    this.itemTopic = new int[options.items()];
    this.itemLatent = placeItems(topics, random);

    boolean[] cold = chooseCold(random);
    this.coldItem = membersWhere(cold, true);
    this.warmItem = membersWhere(cold, false);
    double[] popularity = popularity(random);
    this.warmByTopic = byTopic(topics, warmItem, popularity);
    double[] even = new double[options.items()];
    Arrays.fill(even, 1);
    this.coldByTopic = byTopic(topics, coldItem, even);
    this.popular = oneGroup(warmItem, popularity);

    this.activeTopic = activeTopics(topics);
    this.neighbours = Math.min(NEIGHBOURS, activeTopic.length);
    this.neighbour = findNeighbours(topics);

    this.queryTopic = new int[options.queries() + 1];
    this.queryLatent = new float[(options.queries() + 1) * dimension];
    this.queriesByTopic = placeQueries(topics, random);
    this.topicWithQueries = nearestWithQueries(topics);

    this.textModality = options.textModality();
    this.views = new ModalityView[options.modalities().size()];
    for (int m = 0; m < views.length; m++) {
      random.restart(options.seed(), Purpose.MODALITY_MAP, m);
      views[m] = new ModalityView(options.modalities().get(m), dimension, random);
    }
  }

  int topics() {
    return warmByTopic.groups();
  }

  int queryDimension() {
    return textModality < 0 ? 0 : views[textModality].dimension();
  }

  /** The item as the data set has it. */
  Item item(int ordinal, RandomStream random) {
    long seed = options.seed();
    int topic = itemTopic[ordinal];
    int latent = ordinal * dimension;

    random.restart(seed, Purpose.MODALITY_MISSING, ordinal);
    boolean[] missing = new boolean[views.length];
    int missed = 0;
    for (int m = 0; m < views.length; m++) {
      missing[m] = random.nextDouble() < options.missingModalityShare();
      missed += missing[m] ? 1 : 0;
    }
    if (missed == views.length) {
      missing[random.nextInt(views.length)] = false;
    }
    float[][] vectors = new float[views.length][];
    for (int m = 0; m < views.length; m++) {
      if (!missing[m]) {
        random.restart(seed, Purpose.ITEM_VIEW, ordinal * 4096L + m);
        vectors[m] = views[m].view(itemLatent, latent, random);
      }
    }
    return new Item("i" + ordinal, topic % categories, attributes(ordinal, random), vectors);
  }

  /**
   * Category, topic, brand and price band, each as a value of the one vocabulary. The brand follows
   * from the category and the signs of three latent coordinates (one item in ten has another one),
   * the price band from two more.
   */
  private int[] attributes(int ordinal, RandomStream random) {
    int topic = itemTopic[ordinal];
    int category = topic % categories;
    int latent = ordinal * dimension;
    int brand = 0;
    for (int bit = 0; bit < 3; bit++) {
      brand = 2 * brand + (itemLatent[latent + bit % dimension] > 0 ? 1 : 0);
    }
    random.restart(options.seed(), Purpose.ITEM_ATTRIBUTES, ordinal);
    if (random.nextDouble() < ODD_BRAND_SHARE) {
      brand = random.nextInt(8);
    }
    int price = 0;
    for (int bit = 3; bit < 5; bit++) {
      price = 2 * price + (itemLatent[latent + bit % dimension] > 0 ? 1 : 0);
    }
    return new int[] {
      attributeValue(0, category, random),
      attributeValue(1, topic, random),
      attributeValue(2, category * 8L + brand, random),
      attributeValue(3, price, random)
    };
  }

  private int attributeValue(int kind, long index, RandomStream random) {
    return random
        .restart(options.seed(), Purpose.ATTRIBUTE, ((long) kind << 40) + index)
        .nextInt(options.attributeVocabulary());
  }

  /** The query as the data set has it; ordinal at least 1. */
  Query query(int ordinal, RandomStream random) {
    random.restart(options.seed(), Purpose.QUERY_VIEW, ordinal);
    int[] word = new int[1 + random.nextInt(5)];
    for (int i = 0; i < word.length; i++) {
      // The first words of a topic are the frequent ones.
      double u = random.nextDouble();
      word[i] = (int) (u * u * WORDS_PER_TOPIC);
    }
    float[] vector =
        textModality < 0
            ? null
            : views[textModality].view(queryLatent, ordinal * dimension, random);
    int[] tokens = new int[word.length];
    for (int i = 0; i < word.length; i++) {
      long name = (long) queryTopic[ordinal] * WORDS_PER_TOPIC + word[i];
      tokens[i] =
          random.restart(options.seed(), Purpose.TOKEN, name).nextInt(options.tokenVocabulary());
    }
    return new Query("q" + ordinal, tokens, vector);
  }

  private float[] placeTopics(int topics, RandomStream random) {
    float[] centre = new float[categories * dimension];
    for (int c = 0; c < categories; c++) {
      random.restart(options.seed(), Purpose.CATEGORY, c);
      Vectors.uniform(random, centre, c * dimension, dimension);
    }
    float[] latent = new float[topics * dimension];
    for (int t = 0; t < topics; t++) {
      random.restart(options.seed(), Purpose.TOPIC, t);
      int from = (t % categories) * dimension;
      Vectors.perturb(centre, from, TOPIC_SPREAD, random, latent, t * dimension, dimension);
    }
    return latent;
  }

  private float[] placeItems(int topics, RandomStream random) {
    float[] latent = new float[Math.multiplyExact(itemTopic.length, dimension)];
    for (int i = 0; i < itemTopic.length; i++) {
      random.restart(options.seed(), Purpose.ITEM_LATENT, i);
      itemTopic[i] = random.nextInt(topics);
      int from = itemTopic[i] * dimension;
      Vectors.perturb(topicLatent, from, ITEM_SPREAD, random, latent, i * dimension, dimension);
    }
    return latent;
  }

  private boolean[] chooseCold(RandomStream random) {
    random.restart(options.seed(), Purpose.ITEM_COLD, 0);
    int[] order = shuffled(options.items(), random);
    boolean[] cold = new boolean[options.items()];
    for (int i = 0; i < options.coldItems(); i++) {
      cold[order[i]] = true;
    }
    return cold;
  }

  private double[] popularity(RandomStream random) {
    random.restart(options.seed(), Purpose.ITEM_ORDER, 0);
    int[] order = shuffled(options.items(), random);
    double[] weight = new double[order.length];
    for (int rank = 0; rank < order.length; rank++) {
      weight[order[rank]] = StrictMath.pow(rank + 1.0, -options.popularityExponent());
    }
    return weight;
  }

  private AliasTables placeQueries(int topics, RandomStream random) {
    int queries = options.queries();
    int[] ordinal = new int[queries];
    double[] weight = new double[queries + 1];
    for (int q = 1; q <= queries; q++) {
      ordinal[q - 1] = q;
      random.restart(options.seed(), Purpose.QUERY, q);
      queryTopic[q] = activeTopic[random.nextInt(activeTopic.length)];
      int from = queryTopic[q] * dimension;
      Vectors.perturb(
          topicLatent, from, QUERY_SPREAD, random, queryLatent, q * dimension, dimension);
      double rank = 1 + random.nextInt(queries);
      weight[q] = StrictMath.pow(rank, -options.popularityExponent());
    }
    return grouped(topics, ordinal, queryTopic, weight);
  }

  private AliasTables byTopic(int topics, int[] items, double[] weight) {
    return grouped(topics, items, itemTopic, weight);
  }

  /** Alias tables of the members, grouped by topic in a stable counting sort. */
  private static AliasTables grouped(int topics, int[] members, int[] topicOf, double[] weight) {
    int[] start = new int[topics + 1];
    for (int member : members) {
      start[topicOf[member] + 1]++;
    }
    for (int t = 0; t < topics; t++) {
      start[t + 1] += start[t];
    }
    int[] next = start.clone();
    int[] sorted = new int[members.length];
    double[] sortedWeight = new double[members.length];
    for (int member : members) {
      int at = next[topicOf[member]]++;
      sorted[at] = member;
      sortedWeight[at] = weight[member];
    }
    return new AliasTables(start, sorted, sortedWeight);
  }

  private static AliasTables oneGroup(int[] members, double[] weight) {
    double[] own = new double[members.length];
    for (int i = 0; i < members.length; i++) {
      own[i] = weight[members[i]];
    }
    return new AliasTables(new int[] {0, members.length}, members, own);
  }

  private int[] activeTopics(int topics) {
    int[] active = new int[topics];
    int n = 0;
    for (int t = 0; t < topics; t++) {
      if (warmByTopic.size(t) > 0) {
        active[n++] = t;
      }
    }
    return Arrays.copyOf(active, n);
  }

  private int[] findNeighbours(int topics) {
    int[] found = new int[topics * neighbours];
    float[] similarity = new float[neighbours];
    for (int topic : activeTopic) {
      int row = topic * neighbours;
      int n = 0;
      for (int other : activeTopic) {
        float s =
            Vectors.dot(topicLatent, topic * dimension, topicLatent, other * dimension, dimension);
        if (n == neighbours && s <= similarity[n - 1]) {
          continue;
        }
        int at = n < neighbours ? n++ : n - 1;
        while (at > 0 && similarity[at - 1] < s) {
          similarity[at] = similarity[at - 1];
          found[row + at] = found[row + at - 1];
          at--;
        }
        similarity[at] = s;
        found[row + at] = other;
      }
    }
    return found;
  }

  private int[] nearestWithQueries(int topics) {
    int[] nearest = new int[topics];
    if (options.queries() == 0) {
      return nearest;
    }
    for (int topic : activeTopic) {
      float best = Float.NEGATIVE_INFINITY;
      for (int other : activeTopic) {
        if (queriesByTopic.size(other) > 0) {
          float s =
              Vectors.dot(
                  topicLatent, topic * dimension, topicLatent, other * dimension, dimension);
          if (s > best) {
            best = s;
            nearest[topic] = other;
          }
        }
      }
    }
    return nearest;
  }

  /** The topic that a query belongs to. */
  int queryTopic(int query) {
    return queryTopic[query];
  }

  private static int[] membersWhere(boolean[] flag, boolean value) {
    int[] members = new int[flag.length];
    int n = 0;
    for (int i = 0; i < flag.length; i++) {
      if (flag[i] == value) {
        members[n++] = i;
      }
    }
    return Arrays.copyOf(members, n);
  }

  private static int[] shuffled(int n, RandomStream random) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
