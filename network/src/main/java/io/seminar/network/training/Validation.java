package io.seminar.network.training;

import io.seminar.metrics.ranking.Auc;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.examples.UserWindows;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.Parameters;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.network.scoring.UserScorer;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Measures a network on the requests of the validation period, scored as they will be at serving:
 * with the kernels and the whole history. Users are scored by several threads; the sums are taken
 * in their order, so they do not depend on it.
 */
final class Validation {
  /** GAUC: the mean over users with both classes of their AUC, weighted by impressions. */
  static final String GAUC = "validation.gauc";

  private final UserWindows users;
  private final TimeSplit split;
  private final int threads;

  Validation(UserWindows users, TimeSplit split, int threads) {
    this.users = users;
    this.split = split;
    this.threads = threads;
  }

  /** A user's impressions: their AUC, NaN with one class only, how many, and their log loss. */
  private record Score(double auc, int impressions, double logLoss) {}

  /** Measures by name; NaN where there is nothing to measure on. */
  SortedMap<String, Double> measure(CatalogueFeatures features, Parameters parameters) {
    TrainedNetwork network = new TrainedNetwork(features, parameters);
    double[] sums = new double[4]; // n AUC, n of users with both classes, log loss, n
    ExecutorService workers = Executors.newFixedThreadPool(threads, Validation::thread);
    try {
      users.iterate(0, 0, window -> add(score(window, network, workers), sums));
    } finally {
      workers.shutdownNow();
    }
    SortedMap<String, Double> measures = new TreeMap<>();
    measures.put(GAUC, sums[0] / sums[1]);
    measures.put("validation.logloss", sums[2] / sums[3]);
    return measures;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "validation");
    thread.setDaemon(true);
    return thread;
  }

  private static void add(List<Score> scores, double[] sums) {
    for (Score score : scores) {
      if (!Double.isNaN(score.auc())) {
        sums[0] += score.auc() * score.impressions();
        sums[1] += score.impressions();
      }
      sums[2] += score.logLoss();
      sums[3] += score.impressions();
    }
  }

  private List<Score> score(List<User> window, TrainedNetwork network, ExecutorService workers) {
    int pieces = Math.min(window.size(), 4 * threads);
    List<Future<List<Score>>> futures = new ArrayList<>();
    for (int piece = 0; piece < pieces; piece++) {
      List<User> part =
          window.subList(
              (int) ((long) window.size() * piece / pieces),
              (int) ((long) window.size() * (piece + 1) / pieces));
      futures.add(workers.submit(() -> score(part, new UserScorer(network))));
    }
    List<Score> scores = new ArrayList<>();
    for (Future<List<Score>> future : futures) {
      try {
        scores.addAll(future.get());
      } catch (ExecutionException e) {
        throw new TrainingException("validation failed: " + e.getCause(), e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new TrainingException("validation was interrupted", e);
      }
    }
    return scores;
  }

  private List<Score> score(List<User> part, UserScorer scorer) {
    List<Score> scores = new ArrayList<>();
    for (User user : part) {
      int n = 0;
      for (Request request : user.requests()) {
        n += split.validates(request.time()) ? request.length() : 0;
      }
      if (n > 0) {
        scores.add(score(user, n, scorer));
      }
    }
    return scores;
  }

  private Score score(User user, int impressions, UserScorer scorer) {
    float[] logits = new float[impressions];
    byte[] labels = new byte[impressions];
    float[] page = new float[0];
    double logLoss = 0;
    int n = 0;
    scorer.open(user.history());
    for (Request request : user.requests()) {
      if (split.validates(request.time())) {
        page = page.length < request.length() ? new float[request.length()] : page;
        scorer.score(request, page);
        for (int i = 0; i < request.length(); i++) {
          logits[n] = page[i];
          labels[n] = (byte) (request.label()[i] > 0 ? 1 : 0);
          // log(1 + exp(z)) − y z, in the form that cannot overflow
          logLoss += Math.max(page[i], 0) + Math.log1p(Math.exp(-Math.abs(page[i])));
          logLoss -= labels[n] * page[i];
          n++;
        }
      }
    }
    return new Score(Auc.of(logits, labels, 0, n), n, logLoss);
  }
}
