package io.seminar.pipelines.sweep;

import io.seminar.pipelines.arms.ArmCodebooks;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.CodebookSpec;
import io.seminar.pipelines.arms.ModelSpec;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.runner.Durations;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The codebooks of a sweep: those it was given, and those that its arms need and it trains. */
final class SweepCodebooks {
  private static final Pattern CODED = Pattern.compile("([^/@+]+)@(\\d+)(\\+refine\\d*)?");

  private final SweepConfig config;
  private final Dataset dataset;
  private final List<ModelSpec> models;
  private final ArmCodebooks given;
  private final List<Integer> missing;

  /** Opens those that are given and looks which are missing. */
  SweepCodebooks(SweepConfig config, Dataset dataset, List<ModelSpec> models) {
    this.config = config;
    this.dataset = dataset;
    this.models = models;
    this.given = open(config.codebooks());
    this.missing = missing();
  }

  private ArmCodebooks open(List<Path> paths) {
    return ArmCodebooks.open(paths, dataset, models, config.queryWeight());
  }

  private List<Integer> missing() {
    Set<Integer> bytes = new LinkedHashSet<>();
    for (String arm : config.grid().arms()) {
      Matcher coded = CODED.matcher(arm);
      if (coded.matches() && needsCodebook(coded.group(1))) {
        bytes.add(Integer.parseInt(coded.group(2)));
      }
    }
    given.specs().forEach(codebook -> bytes.remove(codebook.bytes()));
    return List.copyOf(bytes);
  }

  private static boolean needsCodebook(String kind) {
    for (ArmSpec.Kind known : ArmSpec.Kind.values()) {
      if (known.key().equals(kind)) {
        return known.needsCodebook();
      }
    }
    return false;
  }

  /** Names of those that are to be trained. */
  List<String> untrained() {
    return missing.stream().map(bytes -> "product quantisation, " + bytes + " bytes").toList();
  }

  /** As arms need to know them, those that are to be trained without a folder. */
  List<CodebookSpec> specs() {
    List<CodebookSpec> specs = new ArrayList<>(given.specs());
    String network = models.isEmpty() ? null : models.get(0).digest();
    missing.forEach(bytes -> specs.add(new CodebookSpec("", bytes, network)));
    return specs;
  }

  /**
   * What training made.
   *
   * @param codebooks all of them
   * @param trained folders of those that were trained
   * @param notes on the training, one a codebook
   */
  record Trained(ArmCodebooks codebooks, Set<String> trained, List<String> notes) {
    /** For the manifest: a codebook that was trained here has no path. */
    List<RunManifest.Codebook> records(List<ArmSpec> arms) {
      return codebooks.records(arms).stream()
          .map(
              record ->
                  trained.contains(record.path())
                      ? new RunManifest.Codebook(
                          record.arm(), null, record.digest(), record.bytesPerBehaviour())
                      : record)
          .toList();
    }
  }

  /**
   * Trains the missing ones.
   *
   * @param folder for them
   * @param threads to train on
   */
  Trained train(Path folder, int threads, SweepProgress progress) {
    List<Path> paths = new ArrayList<>(config.codebooks());
    Set<String> trained = new LinkedHashSet<>();
    List<String> notes = new ArrayList<>();
    for (int bytes : missing) {
      progress.step("training a codebook of " + bytes + " bytes");
      Path out = folder.resolve("codebook-" + bytes);
      long start = System.nanoTime();
      CatalogueQuantizer.run(
          new CatalogueQuantizer.Options(
              config.data(),
              out,
              false,
              bytes,
              config.queryWeight(),
              config.model(),
              config.trainOn(),
              config.seed(),
              threads));
      notes.add(
          "A codebook of "
              + bytes
              + " bytes (product quantisation) was trained for this sweep in "
              + Durations.text((System.nanoTime() - start) / 1e9)
              + " on "
              + threads
              + (threads == 1 ? " thread." : " threads."));
      paths.add(out);
      trained.add(out.toString());
    }
    return new Trained(open(paths), trained, notes);
  }
}
