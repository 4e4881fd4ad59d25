package io.seminar.pipelines.sweep;

import io.seminar.attention.quantization.Quantizer;
import io.seminar.pipelines.arms.ArmCodebooks;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.CodebookSpec;
import io.seminar.pipelines.arms.ModelSpec;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.quantization.CodeForm;
import io.seminar.pipelines.runner.Durations;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The codebooks of a sweep: those it was given, and those that its arms need and it trains. */
final class SweepCodebooks {
  private static final String UNTRAINED = "";
  private static final Pattern CODED = Pattern.compile("([^/@+]+)@(\\d+)(\\+refine\\d*)?");

  private final SweepConfig config;
  private final Dataset dataset;
  private final List<ModelSpec> models;
  private final ArmCodebooks given;
  private final List<CodebookSpec> missing;

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

  private List<CodebookSpec> missing() {
    Set<CodebookSpec> needed = new LinkedHashSet<>();
    for (String arm : config.grid().arms()) {
      Matcher coded = CODED.matcher(arm);
      if (!coded.matches()) {
        continue;
      }
      for (ArmSpec.Kind kind : ArmSpec.Kind.values()) {
        if (kind.key().equals(coded.group(1)) && kind.needsCodebook()) {
          need(kind, Integer.parseInt(coded.group(2)), needed);
        }
      }
    }
    return List.copyOf(needed);
  }

  /** Adds what a kind of arm can read, unless something that it can is given or needed already. */
  private void need(ArmSpec.Kind kind, int bytes, Set<CodebookSpec> needed) {
    String network = models.isEmpty() ? null : models.get(0).digest();
    Stream<CodebookSpec> there = Stream.concat(given.specs().stream(), needed.stream());
    if (there.anyMatch(codebook -> codebook.bytes() == bytes && kind.reads(codebook))) {
      return;
    }
    Stream.concat(forms(config.perHead(), bytes, network), forms(false, bytes, network))
        .filter(kind::reads)
        .findFirst()
        .ifPresent(codebook -> add(kind, codebook, needed));
  }

  private static void add(ArmSpec.Kind kind, CodebookSpec codebook, Set<CodebookSpec> needed) {
    for (CodebookSpec other : needed) {
      if (other.perHead()
          && !codebook.perHead()
          && other.bytes() == codebook.bytes()
          && other.bits() == codebook.bits()
          && other.method().equals(codebook.method())) {
        throw new IllegalArgumentException(
            "arm '"
                + kind.key()
                + "@"
                + codebook.bytes()
                + "' reads only codes that the heads share, and another arm of its size has a"
                + " head's own: expected 'codes: shared', or another size");
      }
    }
    needed.add(codebook);
  }

  /** All forms of codes that can be trained, the plainest first. */
  private static Stream<CodebookSpec> forms(boolean perHead, int bytes, String network) {
    return IntStream.of(8, 4)
        .boxed()
        .flatMap(
            bits ->
                Arrays.stream(Quantizer.Method.values())
                    .map(
                        method ->
                            new CodebookSpec(
                                UNTRAINED, method.key(), bits, perHead, bytes, network)));
  }

  /** Names of those that are to be trained. */
  List<String> untrained() {
    return missing.stream().map(SweepCodebooks::title).toList();
  }

  private static String title(CodebookSpec codebook) {
    return codebook.bytes()
        + " bytes ("
        + codebook.method()
        + ", "
        + codebook.bits()
        + " bits"
        + (codebook.perHead() ? ", a head its own)" : ")");
  }

  /** As arms need to know them, those that are to be trained without a folder. */
  List<CodebookSpec> specs() {
    List<CodebookSpec> specs = new ArrayList<>(given.specs());
    specs.addAll(missing);
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
    for (CodebookSpec codebook : missing) {
      progress.step("training a codebook of " + title(codebook));
      Path out =
          folder.resolve(
              "codebook-" + codebook.method() + codebook.bits() + "-" + codebook.bytes());
      long start = System.nanoTime();
      CatalogueQuantizer.run(
          new CatalogueQuantizer.Options(
              config.data(),
              out,
              false,
              codebook.bytes(),
              config.queryWeight(),
              config.model(),
              config.trainOn(),
              config.seed(),
              threads,
              form(codebook)));
      notes.add(
          "A codebook of "
              + title(codebook)
              + " was trained for this sweep in "
              + Durations.text((System.nanoTime() - start) / 1e9)
              + " on "
              + threads
              + (threads == 1 ? " thread." : " threads."));
      paths.add(out);
      trained.add(out.toString());
    }
    return new Trained(open(paths), trained, notes);
  }

  private static CodeForm form(CodebookSpec codebook) {
    for (Quantizer.Method method : Quantizer.Method.values()) {
      if (method.key().equals(codebook.method())) {
        return new CodeForm(method, codebook.bits(), 0, codebook.perHead());
      }
    }
    throw new IllegalArgumentException(
        title(codebook) + ": unknown method, expected one of this build's");
  }
}
