package io.seminar.pipelines.arms;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.reports.store.RunManifest;
import io.seminar.sessions.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The codebooks that arms are given, checked before anything runs. */
public final class ArmCodebooks {
  private record Codebook(CodebookSpec spec, String given, String digest) {}

  private final List<Codebook> codebooks = new ArrayList<>();

  private ArmCodebooks() {}

  /**
   * Opens the codebooks.
   *
   * @param models that their arms may belong to
   * @param queryWeight of the data set's own vectors
   * @throws io.seminar.attention.quantization.CodebookException if one is damaged or of another
   *     catalogue
   * @throws IllegalArgumentException if one quantises what no arm here attends to, or two have one
   *     size
   */
  public static ArmCodebooks open(
      List<Path> paths, Dataset dataset, List<ModelSpec> models, float queryWeight) {
    ArmCodebooks opened = new ArmCodebooks();
    for (Path path : paths) {
      CodebookFolder folder = CodebookFolder.open(path, dataset.catalogueDigest());
      String network = folder.facts().get(CatalogueQuantizer.NETWORK);
      checkNetwork(path, network, models);
      if (folder.codebooks().perHead() && network == null) {
        throw new IllegalArgumentException(
            path
                + ": codebooks of "
                + folder.codebooks().size()
                + " heads of no network, expected one for all");
      }
      if (network == null) {
        checkFields(
            path,
            folder.codebooks().of(0),
            FieldLayout.of(dataset.descriptor().schema(), queryWeight));
      }
      opened.add(
          new Codebook(
              CodebookSpec.of(path.toAbsolutePath().toString(), folder.codebooks(), network),
              path.toString(),
              folder.digest()));
    }
    return opened;
  }

  private void add(Codebook codebook) {
    for (Codebook other : codebooks) {
      if (other.spec.bytes() == codebook.spec.bytes()
          && other.spec.bits() == codebook.spec.bits()
          && (other.spec.bits() == 4 || other.spec.method().equals(codebook.spec.method()))
          && Objects.equals(other.spec.network(), codebook.spec.network())) {
        throw new IllegalArgumentException(
            "codebooks "
                + other.given
                + " and "
                + codebook.given
                + " both have "
                + codebook.spec.bytes()
                + " bytes a behaviour for the same arm, expected one for each size");
      }
    }
    codebooks.add(codebook);
  }

  private static void checkNetwork(Path path, String network, List<ModelSpec> models) {
    boolean fits =
        network == null
            ? models.stream().noneMatch(ModelSpec::unnamed)
            : models.stream().anyMatch(model -> model.digest().equals(network));
    if (fits) {
      return;
    }
    List<String> expected = new ArrayList<>();
    models.forEach(model -> expected.add("the " + model.title() + ", " + model.digest()));
    if (models.stream().noneMatch(ModelSpec::unnamed)) {
      expected.add("the data set's own vectors");
    }
    throw new IllegalArgumentException(
        path
            + ": codebook of "
            + (network == null ? "the data set's own vectors" : "another network, " + network)
            + ", expected that of "
            + String.join(", or of ", expected));
  }

  /**
   * A codebook folds the weights of the fields into its tables, so they must be those of the run.
   */
  private static void checkFields(Path path, MultiModalCodebook codebook, FieldLayout layout) {
    List<String> found = new ArrayList<>();
    for (MultiModalCodebook.Field field : codebook.fields()) {
      found.add(field.name() + ":" + field.quantizer().dimension() + "*" + field.weight());
    }
    List<String> expected = new ArrayList<>();
    for (int f = 0; f < layout.fields(); f++) {
      expected.add(
          layout.names().get(f) + ":" + layout.dimensions()[f] + "*" + layout.weights()[f]);
    }
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          path
              + ": codebook of the fields (name:dimension*weight) "
              + found
              + ", expected "
              + expected);
    }
  }

  /** As the arms need to know them. */
  public List<CodebookSpec> specs() {
    return codebooks.stream().map(Codebook::spec).toList();
  }

  private Codebook of(ArmSpec arm) {
    return codebooks.stream()
        .filter(codebook -> codebook.spec.folder().equals(arm.codebook()))
        .findFirst()
        .orElseThrow();
  }

  /** For the run's manifest: those that the arms use. */
  public List<RunManifest.Codebook> records(List<ArmSpec> arms) {
    List<RunManifest.Codebook> records = new ArrayList<>();
    for (ArmSpec arm : arms) {
      if (arm.codebook() != null) {
        Codebook codebook = of(arm);
        records.add(
            new RunManifest.Codebook(
                arm.name(), codebook.given, codebook.digest, codebook.spec.bytes()));
      }
    }
    return records;
  }
}
