package io.seminar.network.examples;

import static io.seminar.network.SmallDataset.request;
import static io.seminar.network.SmallDataset.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.seminar.network.SmallDataset;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.History;
import io.seminar.sessions.Problem;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UserWindowsTest {
  private static final int USERS = 20_000; // more than four record batches of 4,096
  private static final long EVERYTHING = 1L << 30;
  private static final int TOP_ITEM = 9;

  @TempDir static Path folder;
  private static Dataset dataset;

  @BeforeAll
  static void write() {
    List<User> users = new ArrayList<>();
    for (int u = 0; u < USERS; u++) {
      int n = u % 7;
      long[] times = new long[n];
      int[] items = new int[n];
      for (int l = 0; l < n; l++) {
        times[l] = 10L * l;
        items[l] = l;
      }
      users.add(user("u" + u, times, items, request(5, new int[] {1, 2}, 0, 1)));
    }
    dataset = SmallDataset.write(folder.resolve("many"), "by hand", TOP_ITEM + 1, users);
    assertThat(dataset.userSplits()).hasSizeGreaterThan(4);
  }

  @Test
  void everyUserComesOnceAnEpochAndTheOrderDependsOnSeedAndEpochAlone() {
    UserWindows whole = windows(dataset, EVERYTHING, false, new ArrayList<>());
    List<String> reference = ids(whole, 3, 1);
    assertThat(reference).hasSize(USERS).doesNotHaveDuplicates();

    UserWindows small = windows(dataset, 200_000, false, new ArrayList<>());
    assertThat(sizes(small, 3, 1)).hasSizeGreaterThan(10);
    assertThat(ids(small, 3, 1)).as("another bound").isEqualTo(reference);
    assertThat(ids(small, 3, 1)).as("the same pass again").isEqualTo(reference);
    assertThat(ids(whole, 3, 1)).as("kept users").isEqualTo(reference);

    List<List<String>> orders = new ArrayList<>();
    for (int epoch = 0; epoch < 8; epoch++) {
      List<String> order = ids(small, 3, epoch);
      assertThat(order).containsExactlyInAnyOrderElementsOf(reference);
      assertThat(ids(whole, 3, epoch)).isEqualTo(order);
      orders.add(order);
    }
    assertThat(orders.stream().distinct().count()).as("orders of 8 epochs").isGreaterThan(4);
    assertThat(ids(small, 4, 1)).as("another seed").isNotEqualTo(reference);
  }

  @Test
  void usersWhoFitAreReadOnce() throws IOException {
    Path copy = folder.resolve("copy");
    Files.createDirectory(copy);
    for (String name : List.of("dataset.json", "users-00000.arrow")) {
      Files.copy(dataset.folder().resolve(name), copy.resolve(name));
    }
    for (var file : dataset.descriptor().files()) {
      if (!Files.exists(copy.resolve(file.name()))) {
        Files.copy(dataset.folder().resolve(file.name()), copy.resolve(file.name()));
      }
    }
    Dataset lost = Dataset.open(copy);
    UserWindows kept = windows(lost, EVERYTHING, false, new ArrayList<>());
    UserWindows read = windows(lost, 200_000, false, new ArrayList<>());
    List<String> ids = new ArrayList<>();
    kept.forEach(user -> ids.add(user.id()));
    read.forEach(user -> {});
    Files.delete(copy.resolve("users-00000.arrow"));

    assertThat(ids(kept, 1, 0)).containsExactlyInAnyOrderElementsOf(ids);
    assertThatThrownBy(() -> ids(read, 1, 0)).isInstanceOf(DatasetException.class);
  }

  @Test
  void aPassInFileOrderHandsOutEveryUser() {
    for (long bytes : new long[] {EVERYTHING, 200_000}) {
      List<String> ids = new ArrayList<>();
      windows(dataset, bytes, false, new ArrayList<>()).forEach(user -> ids.add(user.id()));
      assertThat(ids).hasSize(USERS).startsWith("u0", "u1", "u2").endsWith("u" + (USERS - 1));
    }
  }

  @Test
  void aWindowStaysBelowTheBoundUnlessOneUserIsLarger() {
    List<User> users = new ArrayList<>();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int u = 0; u < 300; u++) {
      int n = random.nextInt(20) == 0 ? 3_000 : random.nextInt(200);
      users.add(user("u" + u, new long[n], new int[n]));
    }
    Dataset uneven = SmallDataset.write(folder.resolve("uneven"), "by hand", 1, users);
    long bound = 20_000;
    List<String> ids = new ArrayList<>();
    int[] alone = new int[1];
    long[] fullest = new long[1];
    windows(uneven, bound, false, new ArrayList<>())
        .iterate(
            1,
            0,
            window -> {
              long bytes = window.stream().mapToLong(UserWindows::decodedBytes).sum();
              if (window.size() > 1) {
                assertThat(bytes).as("bytes, seed %d", seed).isLessThanOrEqualTo(bound);
                fullest[0] = Math.max(fullest[0], bytes);
              } else if (bytes > bound) {
                alone[0]++;
              }
              window.forEach(user -> ids.add(user.id()));
            });
    assertThat(ids).containsExactlyElementsOf(users.stream().map(User::id).toList());
    assertThat(alone[0]).as("users larger than the bound, seed %d", seed).isPositive();
    assertThat(fullest[0]).as("the fullest window, seed %d", seed).isGreaterThan(bound * 7 / 10);
  }

  @Test
  void theEstimateIsWhatTheHeapTakesOrALittleMore() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    for (int n : new int[] {0, 1, 50, 2_000}) {
      int copies = 200;
      List<User> users = new ArrayList<>(copies);
      make(n, users, copies); // classes are loaded, code is compiled
      users.clear();
      long before = threads.getThreadAllocatedBytes(thread);
      make(n, users, copies);
      long allocated = threads.getThreadAllocatedBytes(thread) - before;
      long estimated = copies * UserWindows.decodedBytes(users.get(0));
      assertThat((double) allocated / estimated).as("%d behaviours", n).isBetween(0.6, 1.0);
    }
  }

  private static void make(int n, List<User> users, int copies) {
    for (int u = 0; u < copies; u++) {
      List<Request> requests = new ArrayList<>(n / 10);
      for (int r = 0; r < n / 10; r++) {
        requests.add(new Request(r, r, 0, new int[10], new short[10], new byte[10], new float[10]));
      }
      History history = new History(new long[n], new int[n], new int[n], new byte[n]);
      users.add(new User(new String(new char[] {'u', (char) u}), history, requests));
    }
  }

  @Test
  void aBadRowIsCountedOnceAndLeftOut() throws IOException {
    Dataset damaged = withoutTopItems(folder.resolve("damaged"));
    for (long bytes : new long[] {EVERYTHING, 1}) {
      List<Problem> problems = new ArrayList<>();
      UserWindows windows = windows(damaged, bytes, false, problems);
      for (int epoch = 0; epoch < 3; epoch++) {
        assertThat(ids(windows, 1, epoch)).containsExactly("good", "better");
      }
      assertThat(windows.rejected()).isEqualTo(2);
      assertThat(problems).extracting(Problem::row).containsExactly(1L, 3L);
      assertThat(problems.get(0).toString())
          .contains("users-00000.arrow, row 1, history[1].item: found 9");
      assertThat(problems.get(1).field()).isEqualTo("requests[0].impressions[0].item");
    }
  }

  @Test
  void underStrictABadRowEndsThePassAndIsNamed() throws IOException {
    Dataset damaged = withoutTopItems(folder.resolve("strict"));
    List<Problem> problems = new ArrayList<>();
    UserWindows windows = windows(damaged, EVERYTHING, true, problems);
    assertThatThrownBy(() -> ids(windows, 1, 0))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("users-00000.arrow, row 1, history[1].item: found 9");
    assertThat(problems).isEmpty();
  }

  @Test
  void withoutUsersThereIsNoWindow() {
    Dataset empty = SmallDataset.write(folder.resolve("empty"), "by hand", 1, List.of());
    UserWindows windows = windows(empty, 1, false, new ArrayList<>());
    assertThat(sizes(windows, 1, 0)).isEmpty();
    assertThat(sizes(windows, 1, 1)).isEmpty();
  }

  /** Four users, two of whom name an item that the catalogue turns out not to have. */
  private static Dataset withoutTopItems(Path path) throws IOException {
    SmallDataset.write(
        path,
        "by hand",
        TOP_ITEM + 1,
        List.of(
            user("good", new long[] {1, 2}, new int[] {0, 1}),
            user("bad", new long[] {1, 2}, new int[] {0, TOP_ITEM}),
            user("better", new long[] {1}, new int[] {8}),
            user("worse", new long[0], new int[0], request(1, new int[] {TOP_ITEM}, 0))));
    Path json = path.resolve("dataset.json");
    String text = Files.readString(json);
    String fewer = text.replace("\"items\" : 10,", "\"items\" : 9,");
    assertThat(fewer).isNotEqualTo(text);
    Files.writeString(json, fewer);
    return Dataset.open(path);
  }

  private static UserWindows windows(
      Dataset dataset, long bytes, boolean strict, List<Problem> problems) {
    return new UserWindows(dataset, bytes, strict, problems::add);
  }

  private static List<String> ids(UserWindows windows, long seed, int epoch) {
    List<String> ids = new ArrayList<>();
    windows.iterate(seed, epoch, window -> window.forEach(user -> ids.add(user.id())));
    return ids;
  }

  private static List<Integer> sizes(UserWindows windows, long seed, int epoch) {
    List<Integer> sizes = new ArrayList<>();
    windows.iterate(seed, epoch, window -> sizes.add(window.size()));
    return sizes;
  }
}
