package io.seminar.testdata.simulation;

import io.seminar.sessions.Action;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws users. Each depends on (seed, user) and the options alone; the history does not depend on
 * the requests' options.
 *
 * <p>A history is a sequence of sessions: bursts of 8 behaviours on average, started at the order
 * statistics of uniform times, mostly about one interest, often the one of the session before. A
 * behaviour is searched (a query near the interest first, then an item near query and interest) or
 * browsed (an item near the interest, or a popular one). The item is one of four proposals drawn
 * from a topic's items by popularity, chosen by similarity.
 *
 * <p>Clicks on requests are answers to the logged pages only: they enter no history.
 *
 * <p>Work space of one thread; nothing is allocated per behaviour but the history's own arrays.
 */
final class UserSimulator {
  private static final double SESSION_LENGTH = 8;
  private static final double SAME_INTEREST_SHARE = 0.4;
  private static final double STRAY_SHARE = 0.1;
  private static final double NEW_INTENT_SHARE = 0.4;
  private static final double POPULAR_SHARE = 0.05;
  private static final double QUERY_TOPIC_SHARE = 0.8;
  private static final int PROPOSALS = 4;
  private static final double CHOICE_TEMPERATURE = 0.15;

  private final LatentWorld world;
  private final SimulatorOptions options;
  private final Calendar calendar;
  private final ClickModel clicks;
  private final UserInterests interests;
  private final PageDrawer page;
  private final LoggingPolicy policy;
  private final RandomStream random = new RandomStream();
  private final RandomStream other = new RandomStream();

  private final float[] goal; // (k), what a searched behaviour looks for
  private final int[] proposal = new int[PROPOSALS];
  private final double[] choice = new double[PROPOSALS];
  private int[] sessionEnd = new int[256]; // events before the end of each session
  private double[] sessionStart = new double[257];
  private double[] gap = new double[256];

  UserSimulator(LatentWorld world, Calendar calendar, ClickModel clicks) {
    this.world = world;
    this.options = world.options;
    this.calendar = calendar;
    this.clicks = clicks;
    this.interests = new UserInterests(world);
    this.page = new PageDrawer(world);
    this.policy = new LoggingPolicy(options);
    this.goal = new float[world.dimension];
  }

  /** Number of behaviours of a user: log-normal about the mean asked for, at least 1. */
  static int historyLength(SimulatorOptions options, int user, RandomStream random) {
    double spread = options.historySpread();
    double length = options.historyMean();
    if (spread > 0) {
      random.restart(options.seed(), Purpose.USER_LENGTH, user);
      length *= StrictMath.exp(spread * random.nextGaussian() - 0.5 * spread * spread);
    }
    return (int) Math.max(1, Math.min(MAX_HISTORY, Math.round(length)));
  }

  /** Longest history that is drawn: a long tail must not exhaust the memory. */
  static final int MAX_HISTORY = 4_000_000;

  /** The user with this number. */
  SimulatedUser draw(int user) {
    long seed = options.seed();
    interests.draw(random.restart(seed, Purpose.USER_INTERESTS, user));
    int length = historyLength(options, user, other);
    History history = drawHistory(length, random.restart(seed, Purpose.USER_HISTORY, user));
    return drawRequests(user, history);
  }

  private History drawHistory(int length, RandomStream random) {
    long[] time = new long[length];
    int[] item = new int[length];
    int[] query = new int[length];
    byte[] action = new byte[length];
    int sessions = drawSessions(length, random);
    int interest = -1;
    int from = 0;
    for (int s = 0; s < sessions; s++) {
      int to = sessionEnd[s];
      drawTimes(s, from, to, time, random);
      int epoch = calendar.epoch(time[from]);
      if (interest < 0 || random.nextDouble() >= SAME_INTEREST_SHARE) {
        interest = interests.drawInterest(epoch, random);
      }
      drawSession(epoch, interest, from, to, item, query, action, random);
      from = to;
    }
    return new History(time, item, query, action);
  }

  /** Fills sessionEnd and sessionStart; a start is a share of the time span. */
  private int drawSessions(int length, RandomStream random) {
    int sessions = 0;
    for (int events = 0; events < length; sessions++) {
      events = Math.min(length, events + random.nextGeometric(SESSION_LENGTH));
      if (sessions == sessionEnd.length) {
        sessionEnd = Arrays.copyOf(sessionEnd, 2 * sessions);
      }
      sessionEnd[sessions] = events;
    }
    if (sessionStart.length <= sessions) {
      sessionStart = new double[sessionEnd.length + 1];
    }
    // Normalised sums of exponential gaps are the order statistics of uniform numbers.
    double sum = 0;
    for (int s = 0; s <= sessions; s++) {
      sum += random.nextExponential();
      sessionStart[s] = sum;
    }
    double scale = 1 / sum;
    for (int s = 0; s <= sessions; s++) {
      sessionStart[s] *= scale;
    }
    return sessions;
  }

  /**
   * Spaces the events of a session by 10 s and more, or closer if the next session begins too soon.
   */
  private void drawTimes(int session, int from, int to, long[] time, RandomStream random) {
    int n = to - from;
    if (gap.length < n) {
      gap = new double[2 * n];
    }
    double sum = 0;
    for (int i = 0; i < n; i++) {
      double u = random.nextDouble();
      gap[i] = 10_000 + 110_000 * u * u * u;
      sum += gap[i];
    }
    double span = calendar.end() - calendar.start();
    double room = 0.9 * span * (sessionStart[session + 1] - sessionStart[session]);
    double scale = Math.min(1, room / sum);
    double at = calendar.start() + span * sessionStart[session];
    long last = calendar.end() - 1;
    for (int i = 0; i < n; i++) {
      time[from + i] = Math.min(last, (long) at);
      at += gap[i] * scale;
    }
  }

  private void drawSession(
      int epoch,
      int interest,
      int from,
      int to,
      int[] item,
      int[] query,
      byte[] action,
      RandomStream random) {
    int k = world.dimension;
    boolean searching = false;
    int asked = 0;
    for (int l = from; l < to; l++) {
      int current = interest;
      boolean stray = random.nextDouble() < STRAY_SHARE;
      if (stray) {
        current = interests.drawInterest(epoch, random);
      }
      int own = interests.offset(epoch, current);
      if (l == from || random.nextDouble() < NEW_INTENT_SHARE) {
        searching = random.nextDouble() < options.searchedShare();
        asked = 0;
      }
      if (searching && asked == 0) {
        int topic = interests.drawTopic(epoch, current, random);
        asked = world.queriesByTopic.draw(world.topicWithQueries[topic], random);
        for (int i = 0; i < k; i++) {
          goal[i] = 0.5f * (world.queryLatent[asked * k + i] + interests.latents()[own + i]);
        }
      }
      if (searching) {
        int topic =
            random.nextDouble() < QUERY_TOPIC_SHARE
                ? world.queryTopic(asked)
                : interests.drawTopic(epoch, current, random);
        item[l] = choose(topic, goal, 0, random);
        query[l] = asked;
      } else if (random.nextDouble() < POPULAR_SHARE) {
        item[l] = world.popular.draw(0, random);
      } else {
        int topic = interests.drawTopic(epoch, current, random);
        item[l] = choose(topic, interests.latents(), own, random);
      }
      action[l] = drawAction(random);
    }
  }

  /** One of a few popular items of the topic, the likelier the nearer to the goal. */
  private int choose(int topic, float[] goals, int goalOffset, RandomStream random) {
    int k = world.dimension;
    double sum = 0;
    for (int p = 0; p < PROPOSALS; p++) {
      proposal[p] = world.warmByTopic.draw(topic, random);
      float s = Vectors.dot(goals, goalOffset, world.itemLatent, proposal[p] * k, k);
      sum += StrictMath.exp(s / CHOICE_TEMPERATURE);
      choice[p] = sum;
    }
    double u = random.nextDouble() * sum;
    int p = 0;
    while (p < PROPOSALS - 1 && u >= choice[p]) {
      p++;
    }
    return proposal[p];
  }

  private static byte drawAction(RandomStream random) {
    double u = random.nextDouble();
    Action action =
        u < 0.86 ? Action.CLICK : u < 0.93 ? Action.CART : u < 0.97 ? Action.FAVOURITE : Action.BUY;
    return action.code();
  }

  private SimulatedUser drawRequests(int user, History history) {
    int requests = options.requestsPerUser();
    int n = options.impressions();
    random.restart(options.seed(), Purpose.USER_REQUESTS, user);
    long[] time = new long[requests];
    for (int r = 0; r < requests; r++) {
      time[r] = calendar.requestTime(r >= (requests + 1) / 2, random);
    }
    Arrays.sort(time);
    List<Request> drawn = new ArrayList<>(requests);
    float[][] click = new float[requests][n];
    float[][] relevance = new float[requests][n];
    for (int r = 0; r < requests; r++) {
      long number = (long) user * requests + r; // in the world; the id is that in the data set
      long id = number - (long) options.firstUser() * requests;
      int epoch = calendar.epoch(time[r]);
      boolean search = random.nextDouble() < options.searchedRequestShare();
      int query = search ? page.drawQuery(interests, epoch, random) : 0;
      int scenario = search ? ClickModel.SEARCH : ClickModel.BROWSE;
      page.draw(interests, epoch, query, time[r] >= calendar.launch(), random);
      policy.order(page, scenario, clicks, random);
      drawn.add(answer(id, number, time[r], query, scenario, click[r], relevance[r]));
    }
    return new SimulatedUser(new User("u" + user, history, drawn), click, relevance);
  }

  /**
   * Draws the labels of the page as ordered; its stream is its own, so that pages do not depend on
   * labels.
   */
  private Request answer(
      long id, long number, long time, int query, int scenario, float[] click, float[] relevance) {
    int n = options.impressions();
    int[] item = new int[n];
    short[] position = new short[n];
    byte[] label = new byte[n];
    other.restart(options.seed(), Purpose.USER_CLICKS, number);
    for (int i = 0; i < n; i++) {
      int candidate = policy.order[i];
      item[i] = page.item[candidate];
      position[i] = (short) (i + 1);
      double standard = clicks.standardise(scenario, page.affinity[candidate]);
      double relevant = clicks.relevance(scenario, standard);
      relevance[i] = (float) relevant;
      // Rounded first, drawn after: the label follows exactly the probability that the truth holds.
      click[i] = (float) (relevant * ClickModel.examination(i + 1, options.positionBias()));
      label[i] = (byte) (other.nextDouble() < click[i] ? 1 : 0);
    }
    return new Request(id, time, query, item, position, label, policy.propensities());
  }
}
