package io.seminar.testdata.simulation;

import io.seminar.sessions.DatasetDescriptor;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.Modality;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/**
 * Writes a data set whose every click probability is known.
 *
 * <p><b>World.</b> Items, queries and interests are points of one sphere (the latents). Each
 * modality sees an item's latent through a rotation of its own and noise: within a modality cosines
 * mean something, between modalities nothing until they are aligned. Query vectors share the text
 * modality's rotation.
 *
 * <p><b>Users.</b> Several interests each, which drift, die and are born; histories of searched and
 * browsed behaviours follow from them. What a user likes at a request is similarity to the
 * interests of that time (and, on a search page, to the query), so attention over the history can
 * learn it, and old behaviours about dead interests mislead it.
 *
 * <p><b>Requests</b> fill the window at the end of the time span, half of each user's before the
 * launch, the other half from it on. Positions are numbered from 1. The logging policy's
 * propensities are exact marginal probabilities of item and position given the items of the page.
 *
 * <p><b>Cold items</b> are launched in the middle of the request window, and nobody's history holds
 * one, whatever its time: in the data set their {@code history_events} count is 0. No page before
 * the launch shows one, so in the earlier half of every user's requests their IDs are no targets,
 * clicked or not: a model that is fitted on requests before the launch has never seen them. From
 * the launch on they are shown with the share asked for. (A warm item may have a count of 0 too, if
 * it is unpopular: then it is as unseen as a cold one to any reader that goes by counts.)
 *
 * <p><b>Truth</b> is written beside the data set, never into it: see {@link SimulationTruth}.
 *
 * <p><b>Determinism.</b> Everything is drawn from streams keyed by (seed, purpose, user or item or
 * query); users are handed to the writer in order. Equal options give equal bytes, whatever the
 * number of threads, and the first users of a larger data set are those of a smaller one.
 */
public final class Simulator {
  /** Behaviours and impressions after which a chunk of users is handed over. */
  private static final int CHUNK_ROWS = 1 << 16;

  private final SimulatorOptions options;

  public Simulator(SimulatorOptions options) {
    this.options = options;
  }

  /**
   * Writes the data set and, beside it, its truth. Both appear under their names only when
   * complete, the truth last; it names the data set's digest, so a truth left over from another
   * data set is never taken for this one's.
   *
   * @param out the data set's folder; the truth goes to {@link SimulationTruth#folderOf}
   * @param overwrite whether what stands there may be replaced
   * @param usersDone told how many users are written, from the calling thread, in rising order
   * @throws DatasetException if {@code out} or the truth's folder exists and may not be replaced,
   *     or writing fails
   */
  public DatasetDescriptor write(Path out, boolean overwrite, LongConsumer usersDone) {
    List<Modality> modalities = new ArrayList<>();
    for (SimulatedModality modality : options.modalities()) {
      modalities.add(new Modality(modality.name(), modality.dimension()));
    }
    Calendar calendar = Calendar.of(options);
    LatentWorld world = new LatentWorld(options);
    ClickModel clicks = Pilot.fit(world, calendar);
    try (TruthWriter truth = TruthWriter.create(out, options.impressions(), overwrite);
        DatasetWriter writer =
            DatasetWriter.create(
                out, new DatasetSchema(modalities, world.queryDimension()), overwrite)) {
      RandomStream random = new RandomStream();
      for (int i = 0; i < options.items(); i++) {
        writer.addItem(world.item(i, random));
      }
      for (int q = 1; q <= options.queries(); q++) {
        writer.addQuery(world.query(q, random));
      }
      writeUsers(world, calendar, clicks, writer, truth, usersDone);
      DatasetDescriptor descriptor = writer.finish("simulated", notes(calendar));
      truth.finish(descriptor.digest(), clicks, calendar);
      return descriptor;
    }
  }

  private void writeUsers(
      LatentWorld world,
      Calendar calendar,
      ClickModel clicks,
      DatasetWriter writer,
      TruthWriter truth,
      LongConsumer usersDone) {
    ConcurrentLinkedQueue<UserSimulator> idle = new ConcurrentLinkedQueue<>();
    ArrayDeque<Future<SimulatedUser[]>> inFlight = new ArrayDeque<>();
    ExecutorService workers =
        Executors.newFixedThreadPool(
            options.threads(),
            task -> {
              Thread thread = new Thread(task, "simulator");
              thread.setDaemon(true);
              return thread;
            });
    try {
      int next = options.firstUser();
      long done = 0;
      while (true) {
        // Bounded hand-over: at most two chunks a thread are drawn or wait for the writer.
        while (next < options.firstUser() + options.users()
            && inFlight.size() < 2 * options.threads()) {
          int from = next;
          int to = chunkEnd(from);
          inFlight.add(workers.submit(() -> drawChunk(from, to, world, calendar, clicks, idle)));
          next = to;
        }
        if (inFlight.isEmpty()) {
          return;
        }
        for (SimulatedUser user : await(inFlight.remove())) {
          writer.addUser(user.user());
          truth.add(user);
          done++;
        }
        usersDone.accept(done);
      }
    } finally {
      workers.shutdownNow();
    }
  }

  /**
   * Chunks follow from the options alone, and hold a bounded number of rows unless a single user
   * has more.
   */
  private int chunkEnd(int from) {
    RandomStream random = new RandomStream();
    long requestRows = (long) options.requestsPerUser() * options.impressions();
    long rows = 0;
    int to = from;
    while (to < options.firstUser() + options.users() && rows < CHUNK_ROWS) {
      // A user without rows to speak of still costs memory.
      rows += 16 + requestRows + UserSimulator.historyLength(options, to, random);
      to++;
    }
    return to;
  }

  private static SimulatedUser[] drawChunk(
      int from,
      int to,
      LatentWorld world,
      Calendar calendar,
      ClickModel clicks,
      ConcurrentLinkedQueue<UserSimulator> idle) {
    UserSimulator simulator = idle.poll();
    if (simulator == null) {
      simulator = new UserSimulator(world, calendar, clicks);
    }
    SimulatedUser[] users = new SimulatedUser[to - from];
    for (int u = from; u < to; u++) {
      users[u - from] = simulator.draw(u);
    }
    idle.add(simulator);
    return users;
  }

  private static SimulatedUser[] await(Future<SimulatedUser[]> chunk) {
    try {
      return chunk.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new DatasetException("the simulation was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a user could not be drawn", e.getCause());
    }
  }

  /**
   * What goes into the data set about its making: options and constructions, never the click
   * model's parameters.
   */
  private Map<String, String> notes(Calendar calendar) {
    Map<String, String> notes = new TreeMap<>();
    notes.put("constructed", "everything: users, items, queries, behaviours, requests and labels");
    notes.put("position", "1 is the top of the page");
    notes.put(
        "propensity",
        "exact marginal probability of item and position under the logging policy, given the"
            + " page's items");
    notes.put(
        "cold items",
        "in no history; not shown before the launch at " + calendar.launch() + " ms since 1970");
    notes.put("clicks", "enter no history");
    notes.put("users", Integer.toString(options.users()));
    notes.put("firstUser", Integer.toString(options.firstUser()));
    notes.put("items", Integer.toString(options.items()));
    notes.put("queries", Integer.toString(options.queries()));
    notes.put("historyMean", Double.toString(options.historyMean()));
    notes.put("historySpread", Double.toString(options.historySpread()));
    notes.put("requestsPerUser", Integer.toString(options.requestsPerUser()));
    notes.put("impressions", Integer.toString(options.impressions()));
    notes.put("modalities", options.modalities().toString());
    notes.put("latentDimension", Integer.toString(options.latentDimension()));
    notes.put("interestsPerUser", Integer.toString(options.interestsPerUser()));
    notes.put("drift", Double.toString(options.drift()));
    notes.put("renewals", Double.toString(options.renewals()));
    notes.put("searchedShare", Double.toString(options.searchedShare()));
    notes.put("searchedRequestShare", Double.toString(options.searchedRequestShare()));
    notes.put("coldItemShare", Double.toString(options.coldItemShare()));
    notes.put("coldTargetShare", Double.toString(options.coldTargetShare()));
    notes.put("missingModalityShare", Double.toString(options.missingModalityShare()));
    notes.put("positionBias", Double.toString(options.positionBias()));
    notes.put("clickBaseRate", Double.toString(options.clickBaseRate()));
    notes.put("affinityStrength", Double.toString(options.affinityStrength()));
    notes.put("loggingStrength", Double.toString(options.loggingStrength()));
    notes.put("categories", Integer.toString(options.categories()));
    notes.put("attributeVocabulary", Integer.toString(options.attributeVocabulary()));
    notes.put("tokenVocabulary", Integer.toString(options.tokenVocabulary()));
    notes.put("popularityExponent", Double.toString(options.popularityExponent()));
    notes.put("start", options.start().toString());
    notes.put("span", options.span().toString());
    notes.put("requestWindow", Double.toString(options.requestWindow()));
    notes.put("seed", Long.toString(options.seed()));
    return notes;
  }
}
