package io.seminar.pipelines.training;

import io.seminar.network.checkpoint.Stage;
import io.seminar.reports.html.TrainingReport.Measure;
import io.seminar.reports.html.TrainingReport.Panel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;

/** What the measures of an epoch are called and mean, and which belong into one chart. */
public final class Measures {
  /** The negative of a loss that is shown. */
  private static final Set<String> HIDDEN = Set.of("validation.score");

  /** What begins the names of measures on the validation period. */
  static final String VALIDATION = "validation.";

  /** What begins the names of measures on the training period. */
  static final String TRAINING = "train.";

  private static final String NATS = "nats";

  private record Group(String id, String title, String yLabel, String... keys) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group("loss", "Loss", NATS, "train.loss", "validation.loss", "validation.logloss"),
          new Group("gauc", "GAUC", "GAUC", "validation.gauc"),
          new Group("next", "Next pair", NATS, "train.next", "validation.next"),
          new Group("align", "Alignment", NATS, "train.align", "validation.align"),
          new Group("relevance", "Relevance", NATS, "train.relevance", "validation.relevance"),
          new Group("auxiliary", "Auxiliary loss", NATS, "train.auxiliary"));

  private static final String NEXT =
      "Cross-entropy of the pair that came next among those of the other prefixes of the batch and"
          + " sampled ones, nats; ";
  private static final String ALIGN =
      "Symmetric InfoNCE of two fields of the same item, mean over the pairs of fields, nats; ";
  private static final String RELEVANCE =
      "InfoNCE of a query and the item that it led to, against the items of other queries, nats; ";

  private Measures() {}

  /** The measures that people are shown, of those that occur, in the order of their columns. */
  public static List<String> shown(List<SortedMap<String, Double>> epochs) {
    Set<String> rest = new TreeSet<>();
    epochs.forEach(epoch -> rest.addAll(epoch.keySet()));
    rest.removeAll(HIDDEN);
    List<String> shown = new ArrayList<>();
    for (Group group : GROUPS) {
      for (String key : group.keys()) {
        if (rest.remove(key)) {
          shown.add(key);
        }
      }
    }
    shown.addAll(rest);
    return shown;
  }

  /** Whether anything was measured on the validation period. */
  static boolean validated(List<SortedMap<String, Double>> epochs) {
    return epochs.stream()
        .flatMap(epoch -> epoch.entrySet().stream())
        .anyMatch(entry -> entry.getKey().startsWith(VALIDATION) && !entry.getValue().isNaN());
  }

  /** The same with titles and explanations. */
  static List<Measure> described(Stage stage, List<SortedMap<String, Double>> epochs) {
    Map<String, Measure> known = known(stage);
    return shown(epochs).stream()
        .map(key -> known.getOrDefault(key, new Measure(key, key, "Measured in every epoch.")))
        .toList();
  }

  /** The charts of measures that occur. */
  static List<Panel> panels(List<SortedMap<String, Double>> epochs) {
    List<String> shown = shown(epochs);
    List<Panel> panels = new ArrayList<>();
    for (Group group : GROUPS) {
      List<String> keys = List.of(group.keys()).stream().filter(shown::contains).toList();
      if (!keys.isEmpty()) {
        panels.add(new Panel(group.id(), group.title(), group.yLabel(), keys));
      }
    }
    return panels;
  }

  private static Map<String, Measure> known(Stage stage) {
    Map<String, Measure> known = new LinkedHashMap<>();
    String training =
        "mean over the steps of the epoch, while the parameters moved. Lower is better.";
    String validation = "on the validation period, after the epoch. Lower is better.";
    if (stage == Stage.PRETRAINED) {
      String sum = "Weighted sum of the objectives, nats; ";
      put(known, "train.loss", "training loss", sum + training);
      put(known, "validation.loss", "validation loss", sum + validation + " It chooses the epoch.");
    } else {
      put(
          known,
          "train.loss",
          "training loss",
          "Cross-entropy of the clicks at the positions at which they were logged, nats, with"
              + " sim-soft's auxiliary loss added; "
              + training);
    }
    put(
        known,
        "validation.gauc",
        "validation GAUC",
        "Mean over users with clicked and other impressions of their AUC, weighted by impressions,"
            + " on requests of the validation period. Higher is better. It chooses the epoch.");
    put(
        known,
        "validation.logloss",
        "validation log loss",
        "Cross-entropy of the clicks, nats, as at serving: the position is not known and taken to be"
            + " the first, so it is not the training loss of other requests; "
            + validation);
    put(known, "train.next", "training next", NEXT + training);
    put(known, "validation.next", "validation next", NEXT + validation);
    put(known, "train.align", "training align", ALIGN + training);
    put(known, "validation.align", "validation align", ALIGN + validation);
    put(known, "train.relevance", "training relevance", RELEVANCE + training);
    put(known, "validation.relevance", "validation relevance", RELEVANCE + validation);
    put(
        known,
        "train.auxiliary",
        "training auxiliary",
        "Cross-entropy of sim-soft's own prediction from the searched embeddings, nats; "
            + training);
    return known;
  }

  private static void put(Map<String, Measure> known, String key, String title, String doc) {
    known.put(key, new Measure(key, title, doc));
  }
}
