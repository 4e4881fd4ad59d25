package io.seminar.pipelines.training;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Description;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.network.training.Training;
import io.seminar.reports.html.TrainingReport;
import io.seminar.reports.html.TrainingReport.Facts;
import io.seminar.reports.html.TrainingReport.Parameter;
import io.seminar.reports.html.TrainingReport.Scalar;
import io.seminar.reports.html.TrainingReport.Tile;
import io.seminar.reports.html.TrainingReportWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Reports on trainings, from what their checkpoints record. */
public final class TrainingReports {
  private TrainingReports() {}

  /**
   * Writes the report into a checkpoint's folder, or writes it again. It appears when it is whole;
   * the checkpoint itself is not touched.
   *
   * @return the page
   * @throws io.seminar.sessions.DatasetException if it cannot be written
   * @throws IllegalStateException if this machine has no fonts to draw charts with
   */
  public static Path write(Checkpoint checkpoint) {
    return TrainingReportWriter.write(of(checkpoint), checkpoint.reportFolder());
  }

  static TrainingReport of(Checkpoint checkpoint) {
    Description description = checkpoint.description();
    int chosen = Training.chosenEpoch(description);
    return new TrainingReport(
        checkpoint.folder().toAbsolutePath().normalize().getFileName().toString(),
        lead(description),
        tiles(checkpoint, chosen),
        notes(description),
        Measures.described(description.stage(), description.history()),
        description.history(),
        chosen,
        Measures.panels(description.history()),
        List.of(
            new Facts("network", "Network", network(description.spec())),
            new Facts("data", "Data and split", data(description)),
            new Facts("training", "Training", training(description)),
            new Facts("provenance", "Provenance", provenance(checkpoint))),
        scalars(description, checkpoint.parameters()),
        parameters(checkpoint.parameters()));
  }

  private static String lead(Description description) {
    return "network "
        + description.spec().architecture().key()
        + ", "
        + stage(description)
        + " on data of the origin \""
        + description.data().origin()
        + "\" before "
        + Instant.ofEpochMilli(description.timeSplit().trainUntil());
  }

  private static String stage(Description description) {
    return description.stage().name().toLowerCase(Locale.ROOT);
  }

  private static List<Tile> tiles(Checkpoint checkpoint, int chosen) {
    Description description = checkpoint.description();
    List<Tile> tiles = new ArrayList<>();
    tiles.add(new Tile("parameters", count(checkpoint.parameters().size())));
    if (chosen > 0) {
      tiles.add(new Tile("epochs", count(description.history().size())));
      tiles.add(new Tile("chosen epoch", count(chosen)));
    }
    if (!description.history().isEmpty()) {
      Map<String, Double> measures = description.history().get(Math.max(0, chosen - 1));
      boolean ranks = description.stage() == Stage.FINETUNED;
      double value =
          measures.getOrDefault(ranks ? "validation.gauc" : "validation.loss", Double.NaN);
      if (!Double.isNaN(value)) {
        tiles.add(
            new Tile(
                ranks ? "validation GAUC" : "validation loss",
                String.format(Locale.ROOT, "%.4f", value)));
      }
    }
    return tiles;
  }

  private static List<String> notes(Description description) {
    List<String> notes = new ArrayList<>();
    if (description.stage() == Stage.PRETRAINED) {
      notes.add("Pretrained only: its prediction head has learned nothing, so it cannot rank yet.");
    }
    if (description.spec().architecture() == Architecture.POPULARITY) {
      notes.add("Nothing is learned in epochs: it counts how often items occur in training.");
    } else if (!description.history().isEmpty()) {
      notes.add(
          Measures.validated(description.history())
              ? "The network has the parameters of the epoch that validated best, the first of these."
                  + " What was validated on has thereby been used: only later requests tell how good"
                  + " it is."
              : "There was nothing to validate on: the network has the parameters of the last epoch.");
    }
    long leftOut = description.data().examples().getOrDefault("users-left-out", 0L);
    if (leftOut > 0) {
      notes.add(count(leftOut) + " users broke a rule of the data's contract and were left out.");
    }
    return notes;
  }

  /** What a network is made of, for people. */
  public static Map<String, String> network(NetworkSpec spec) {
    Map<String, String> facts = new LinkedHashMap<>();
    Architecture architecture = spec.architecture();
    facts.put("architecture", architecture.key());
    facts.put("behaviours are found by", words(architecture.search()));
    facts.put("and combined by", words(architecture.interest()));
    facts.put("hidden (d)", count(spec.hidden()));
    facts.put("heads (H)", count(spec.heads()));
    facts.put("kept behaviours (K)", count(spec.keep()));
    facts.put("item fields", String.join(", ", spec.fields()));
    facts.put("queries", spec.queries() ? "in pairs" : "not read");
    facts.put("projections", spec.projections() ? "trained" : "frozen");
    if (architecture == Architecture.ETA) {
      facts.put("hash bits", count(spec.hashBits()));
    } else if (architecture == Architecture.SDIM) {
      facts.put("hash bits", spec.hashBits() + " in groups of " + spec.hashGroup());
    } else if (architecture == Architecture.QIN) {
      facts.put("behaviours that the query finds (K1)", count(spec.cascade()));
    }
    return facts;
  }

  private static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** What a network was trained on, for people. */
  public static Map<String, String> data(Description description) {
    Map<String, String> facts = new LinkedHashMap<>();
    CatalogueShape shape = description.shape();
    facts.put("trained on what lies before", time(description.timeSplit().trainUntil()));
    facts.put("validated on requests before", time(description.timeSplit().validateUntil()));
    description
        .data()
        .examples()
        .forEach((name, examples) -> facts.put(name.replace('-', ' '), count(examples)));
    facts.put("items", count(shape.items()));
    facts.put(
        "vectors",
        shape.modalities().stream()
            .map(modality -> modality.name() + " " + modality.dimension())
            .collect(Collectors.joining(", ")));
    facts.put("queries' vectors", shape.queryDimension() == 0 ? "" : count(shape.queryDimension()));
    facts.put("attribute values and categories", count(shape.attributes()));
    facts.put("tokens", count(shape.tokens()));
    facts.put("origin", description.data().origin());
    facts.put("data, SHA-256", description.data().digest());
    facts.put("catalogue, SHA-256", description.data().catalogueDigest());
    return facts;
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis) + " (" + millis + " ms)";
  }

  /** How a network was trained, for people. */
  public static Map<String, String> training(Description description) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("stage", stage(description));
    facts.put("seed", Long.toString(description.seed()));
    description.options().forEach((name, value) -> put(facts, name, value.toString()));
    return facts;
  }

  /** Which network it is, by which code and on which machine it was trained, for people. */
  public static Map<String, String> provenance(Checkpoint checkpoint) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("network, SHA-256", checkpoint.digest());
    checkpoint.description().provenance().forEach((name, value) -> put(facts, name, value));
    return facts;
  }

  /** Bytes are said in MiB, in which they are asked for. */
  private static void put(Map<String, String> facts, String name, String value) {
    String bytes = "-bytes";
    if (name.endsWith(bytes)) {
      String shorter = name.substring(0, name.length() - bytes.length());
      facts.put(shorter, count(Long.parseLong(value) >> 20) + " MiB");
    } else {
      facts.put(name, value);
    }
  }

  /** What was learned and can be read as a number. */
  public static List<Scalar> scalars(Description description, Parameters parameters) {
    List<Scalar> scalars = new ArrayList<>();
    if (parameters.has("items.gate")) {
      List<String> fields = description.spec().fields();
      double[] shares = softmax(parameters.values("items.gate"));
      for (int f = 0; f < shares.length; f++) {
        scalars.add(
            new Scalar(
                "gate, share of " + fields.get(f),
                shares[f],
                "Of this field in an item that has all; where others are missing it has more, in"
                    + " proportion. At the start "
                    + String.format(Locale.ROOT, "%.4f", 1.0 / shares.length)
                    + "."));
      }
    }
    if (parameters.has("pair.balance")) {
      scalars.add(
          new Scalar(
              "balance a, share of the query",
              1 / (1 + Math.exp(-parameters.values("pair.balance")[0])),
              "Of the query in a pair, the rest is the item's. At the start 0.5."));
    }
    if (parameters.has("attention.scale")) {
      float[] scale = parameters.values("attention.scale");
      for (int h = 0; h < scale.length; h++) {
        scalars.add(
            new Scalar(
                "inverse temperature of head " + (h + 1),
                Math.exp(scale[h]),
                "exp(attention.scale): the larger, the fewer behaviours the head attends to. At the"
                    + " start 128."));
      }
    }
    if (description.stage() == Stage.PRETRAINED && parameters.has("psu.scale")) {
      scalars.add(
          new Scalar(
              "inverse temperature of the next pair",
              Math.exp(parameters.values("psu.scale")[0]),
              "exp(psu.scale), of the cosines in the loss. At the start 10."));
    }
    return scalars;
  }

  private static double[] softmax(float[] logits) {
    double[] shares = new double[logits.length];
    double sum = 0;
    for (int i = 0; i < logits.length; i++) {
      shares[i] = Math.exp(logits[i]);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  private static List<Parameter> parameters(Parameters parameters) {
    return parameters.tensors().stream()
        .map(
            tensor ->
                new Parameter(
                    tensor.name(),
                    switch (tensor.kind()) {
                      case DENSE -> "in every step";
                      case TABLE -> "rows that are read";
                      case FIXED -> "never";
                    },
                    Arrays.stream(tensor.shape()).boxed().toList(),
                    tensor.values().length))
        .toList();
  }

  private static String count(long n) {
    return String.format(Locale.ROOT, "%,d", n);
  }
}
