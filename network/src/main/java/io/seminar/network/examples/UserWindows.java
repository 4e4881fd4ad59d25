package io.seminar.network.examples;

import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import io.seminar.sessions.UserSplit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * The users of a data set in windows of bounded memory, every user once a pass. Record batches come
 * in an order drawn anew for every epoch, users of a batch in the order of the file; the order
 * depends on seed and epoch alone, not on the bound. Where all users fit into one window, they are
 * read at the first pass and kept.
 *
 * <p>A window holds at most {@code memoryBytes} by {@link #decodedBytes}, or one user who is larger
 * than that. Beside it stand the record batch being read, the user who did not fit, and whatever
 * the window is made into.
 *
 * <p>Rows that break a rule are left out: each is handed to {@code rejected} once, however many
 * passes there are. Not for use by several threads.
 */
public final class UserWindows {
  private final Dataset dataset;
  private final List<UserSplit> splits;
  private final long memoryBytes;
  private final boolean strict;
  private final Consumer<Problem> rejected;

  /** (splits): bad rows handed out so far; the first ones of the split. */
  private final int[] reported;

  /** All users, once they have been read and found to fit. */
  private List<User> kept;

  /** (splits): where a split's users begin and end in {@link #kept}. */
  private int[] keptFrom;

  private int[] keptTo;

  /**
   * Reads the footers of the user files.
   *
   * @param memoryBytes of a window, at least 1
   * @param strict whether the first bad row ends a pass
   * @param rejected is told of every bad row that is left out
   */
  public UserWindows(
      Dataset dataset, long memoryBytes, boolean strict, Consumer<Problem> rejected) {
    if (memoryBytes < 1) {
      throw new IllegalArgumentException(
          "memory of a window is " + memoryBytes + " bytes: expected at least 1");
    }
    this.dataset = dataset;
    this.memoryBytes = memoryBytes;
    this.strict = strict;
    this.rejected = rejected;
    splits = dataset.userSplits();
    reported = new int[splits.size()];
  }

  /** Whose users these are. */
  public Dataset dataset() {
    return dataset;
  }

  /** Bad rows left out so far, each counted once. */
  public long rejected() {
    long sum = 0;
    for (int n : reported) {
      sum += n;
    }
    return sum;
  }

  /**
   * One epoch: hands out windows, never empty ones, until every user has come once. A window is not
   * kept here after the call; nobody may change it.
   *
   * @throws DatasetException if a file cannot be read, or a row is bad and the pass strict
   */
  public void iterate(long seed, int epoch, Consumer<List<User>> window) {
    read(order(seed, epoch), window);
  }

  /**
   * One pass in the order of the files.
   *
   * @throws DatasetException if a file cannot be read, or a row is bad and the pass strict
   */
  public void forEach(Consumer<User> user) {
    int[] order = new int[splits.size()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    read(order, window -> window.forEach(user));
  }

  private int[] order(long seed, int epoch) {
    // The seed is scrambled first: epochs of neighbouring seeds would draw from shifted streams.
    SplittableRandom random =
        new SplittableRandom(new SplittableRandom(seed).nextLong() + 31L * epoch);
    int[] order = new int[splits.size()];
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private void read(int[] order, Consumer<List<User>> consumer) {
    if (kept == null) {
      readFiles(order, consumer);
      return;
    }
    List<User> window = new ArrayList<>(kept.size());
    for (int split : order) {
      window.addAll(kept.subList(keptFrom[split], keptTo[split]));
    }
    handOut(window, consumer);
  }

  private void readFiles(int[] order, Consumer<List<User>> consumer) {
    Filling filling = new Filling(consumer);
    int[] from = new int[order.length];
    int[] to = new int[order.length];
    for (int split : order) {
      from[split] = filling.window.size();
      readSplit(split, filling);
      to[split] = filling.window.size();
    }
    if (!filling.cut) {
      kept = filling.window;
      keptFrom = from;
      keptTo = to;
    }
    handOut(filling.window, consumer);
  }

  private void readSplit(int split, Filling filling) {
    int problems = 0;
    try (UserReader reader = dataset.readUsers(splits.get(split))) {
      while (reader.next()) {
        Problem problem = reader.problem();
        if (problem == null) {
          filling.add(reader.user());
        } else if (strict) {
          throw new DatasetException(problem);
        } else if (++problems > reported[split]) {
          reported[split] = problems;
          rejected.accept(problem);
        }
      }
    }
  }

  /** A window being filled. */
  private final class Filling {
    private final Consumer<List<User>> consumer;
    private List<User> window = new ArrayList<>();
    private long bytes;

    /** Whether a window was handed out before all users had come. */
    private boolean cut;

    Filling(Consumer<List<User>> consumer) {
      this.consumer = consumer;
    }

    void add(User user) {
      long more = decodedBytes(user);
      if (!window.isEmpty() && bytes + more > memoryBytes) {
        List<User> full = window;
        window = new ArrayList<>();
        bytes = 0;
        cut = true;
        handOut(full, consumer);
      }
      window.add(user);
      bytes += more;
    }
  }

  private static void handOut(List<User> window, Consumer<List<User>> consumer) {
    if (!window.isEmpty()) {
      consumer.accept(Collections.unmodifiableList(window));
    }
  }

  /**
   * Heap bytes of a user at most, on a JVM with or without compressed references, the user's place
   * in a list included.
   */
  public static long decodedBytes(User user) {
    int n = user.history().length();
    long bytes = LIST_ENTRY + USER + STRING + array(2L * user.id().length());
    bytes += HISTORY + array(8L * n) + 2 * array(4L * n) + array(n);
    bytes += LIST + array(8L * user.requests().size());
    for (Request request : user.requests()) {
      int k = request.length();
      bytes += REQUEST + array(4L * k) + array(2L * k) + array(k);
      bytes += request.propensity() == null ? 0 : array(4L * k);
    }
    return bytes;
  }

  /** A reference, in a list that grows by half of itself while the old one is still there. */
  private static final int LIST_ENTRY = 20;

  // Objects with references of 8 bytes.
  private static final int USER = 40;
  private static final int STRING = 32;
  private static final int HISTORY = 48;
  private static final int LIST = 32;
  private static final int REQUEST = 72;

  private static long array(long contents) {
    return 16 + (contents + 7 & ~7L);
  }
}
