package io.seminar.network.checkpoint;

import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.Initialization;
import io.seminar.network.model.Parameters;
import io.seminar.network.model.TensorLayout;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.Digests;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A trained network on disk. The folder holds
 *
 * <ul>
 *   <li>{@code checkpoint.json}: schema version; the {@link Description}; name, kind, shape and
 *       offset of every parameter; size and SHA-256 of the other file. Nothing in it depends on the
 *       clock unless the description does.
 *   <li>{@code parameters.bin}: the parameters' values one after the other, float32, little-endian.
 *   <li>{@code report/}, once one was written.
 * </ul>
 *
 * It is written under a temporary name and renamed: a folder that opens is whole. All values are
 * read into memory when it is opened.
 */
public final class Checkpoint {
  static final String MANIFEST = "checkpoint.json";
  static final String PARAMETERS = "parameters.bin";

  private final Path folder;
  private final Description description;
  private final Parameters parameters;
  private final String digest;

  private Checkpoint(Path folder, Description description, Parameters parameters, String digest) {
    this.folder = folder;
    this.description = description;
    this.parameters = parameters;
    this.digest = digest;
  }

  /** Whether a folder says that it is a checkpoint; {@link #open} tells whether it is whole. */
  public static boolean isAt(Path folder) {
    return Files.exists(folder.resolve(MANIFEST));
  }

  /**
   * Checks that a checkpoint can be published, before anything is trained for it.
   *
   * @param overwrite whether a checkpoint, or an empty folder, at {@code out} may be replaced
   * @throws DatasetException if {@code out} exists and may not be replaced: without {@code
   *     overwrite}, or because it is something else than a checkpoint or an empty folder
   */
  public static void checkReplaceable(Path out, boolean overwrite) {
    if (!Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!overwrite) {
      throw JsonFile.problem(out, "", "something there already", "a free name", null);
    }
    if (!Files.isDirectory(out, LinkOption.NOFOLLOW_LINKS)) {
      throw JsonFile.problem(out, "", "no folder", "a checkpoint to overwrite", null);
    }
    try (Stream<Path> entries = Files.list(out)) {
      if (entries.findAny().isPresent() && !Files.exists(out.resolve(MANIFEST))) {
        throw JsonFile.problem(
            out, "", "a folder without " + MANIFEST, "a checkpoint or an empty folder", null);
      }
    } catch (IOException e) {
      throw new DatasetException("cannot read " + out + ": " + e, e);
    }
  }

  /**
   * Writes a checkpoint; the parent folders are made.
   *
   * @param overwrite see {@link #checkReplaceable}; what is there is replaced once all is written
   * @param parameters of the network described, all of them
   * @throws IllegalArgumentException if the parameters are others, or one is not finite
   * @throws DatasetException if {@code out} may not be replaced, or the disk fails
   */
  public static Checkpoint write(
      Path out, boolean overwrite, Description description, Parameters parameters) {
    checkReplaceable(out, overwrite);
    try {
      Path temporary = Publication.temporaryBeside(out);
      Files.createDirectory(temporary);
      try {
        String digest = writeInto(temporary, description, parameters);
        Publication.force(temporary);
        Publication.publish(temporary, out, overwrite);
        return new Checkpoint(out, description, parameters, digest);
      } finally {
        Publication.deleteTree(temporary);
      }
    } catch (IOException e) {
      throw new DatasetException("cannot write a checkpoint at " + out + ": " + e, e);
    }
  }

  /** Writes the files into a folder that exists; returns the digest. */
  static String writeInto(Path folder, Description description, Parameters parameters)
      throws IOException {
    List<TensorLayout> layout = Initialization.layout(description.spec(), description.shape());
    check(layout, parameters);
    List<float[]> values = parameters.tensors().stream().map(Parameters.Tensor::values).toList();
    TreeMap<String, StoredFile> files = new TreeMap<>();
    files.put(PARAMETERS, FloatFile.write(folder.resolve(PARAMETERS), values));
    Path manifest = folder.resolve(MANIFEST);
    JsonFile.write(
        manifest,
        new Manifest(Manifest.SCHEMA_VERSION, description, StoredParameter.of(layout), files));
    return Digests.ofFile(manifest);
  }

  static void check(List<TensorLayout> expected, Parameters parameters) {
    List<TensorLayout> found = new ArrayList<>();
    for (Parameters.Tensor tensor : parameters.tensors()) {
      List<Integer> shape = new ArrayList<>();
      for (int dimension : tensor.shape()) {
        shape.add(dimension);
      }
      found.add(new TensorLayout(tensor.name(), tensor.kind(), shape));
      float[] values = tensor.values();
      for (int i = 0; i < values.length; i++) {
        if (!Float.isFinite(values[i])) {
          throw new IllegalArgumentException(
              "parameter "
                  + tensor.name()
                  + "["
                  + i
                  + "] is "
                  + values[i]
                  + ": expected finite numbers");
        }
      }
    }
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "parameters are " + found + ": expected those of the network, " + expected);
    }
  }

  /**
   * Opens a checkpoint, checks all of it and reads the parameters.
   *
   * @throws DatasetException if it is none, one of another version, or damaged; the message names
   *     file and field
   */
  public static Checkpoint open(Path folder) {
    Path record = folder.resolve(MANIFEST);
    Manifest manifest =
        JsonFile.read(
            record, Manifest.class, Manifest.SCHEMA_VERSION, "the checkpoint of a network");
    Description description = manifest.description();
    List<TensorLayout> layout = layout(record, description);
    checkParameters(record, manifest.parameters(), layout);
    Path file = folder.resolve(PARAMETERS);
    StoredFile stored =
        StoredFile.find(record, manifest.files(), PARAMETERS, StoredParameter.bytes(layout));
    FloatFile.checkSize(file, stored); // before memory is taken for it
    Parameters parameters = read(file, stored, layout);
    try {
      return new Checkpoint(folder, description, parameters, Digests.ofFile(record));
    } catch (IOException e) {
      throw new DatasetException("cannot read " + record + ": " + e, e);
    }
  }

  private static List<TensorLayout> layout(Path record, Description description) {
    try {
      return Initialization.layout(description.spec(), description.shape());
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw JsonFile.problem(
          record,
          "description.spec",
          String.valueOf(e.getMessage()),
          "a network for the catalogue in description.shape",
          e);
    }
  }

  private static void checkParameters(
      Path record, List<StoredParameter> found, List<TensorLayout> layout) {
    List<StoredParameter> expected = StoredParameter.of(layout);
    for (int i = 0; i < Math.min(found.size(), expected.size()); i++) {
      StoredParameter a = found.get(i);
      StoredParameter b = expected.get(i);
      String field = "parameters[" + i + "].";
      require(record, field + "name", a.name(), b.name());
      require(record, field + "kind", a.kind(), b.kind());
      require(record, field + "shape", a.shape(), b.shape());
      require(record, field + "offset", a.offset(), b.offset());
    }
    require(record, "parameters", found.size() + " entries", expected.size() + " entries");
  }

  private static void require(Path record, String field, Object found, Object expected) {
    if (!expected.equals(found)) {
      throw JsonFile.problem(
          record,
          field,
          String.valueOf(found),
          expected + ", as description.spec and description.shape say",
          null);
    }
  }

  /** Reads a file of all parameters of a layout. */
  static Parameters read(Path file, StoredFile stored, List<TensorLayout> layout) {
    Parameters parameters = new Parameters();
    for (TensorLayout tensor : layout) {
      parameters.add(
          tensor.name(),
          tensor.kind(),
          tensor.shape().stream().mapToInt(Integer::intValue).toArray(),
          new float[Math.toIntExact(tensor.size())]);
    }
    FloatFile.read(
        file, stored, parameters.tensors().stream().map(Parameters.Tensor::values).toList());
    return parameters;
  }

  /** Where it lies. */
  public Path folder() {
    return folder;
  }

  /** Where a report on the training stands, or will. */
  public Path reportFolder() {
    return folder.resolve("report");
  }

  /** What was trained, on what, and how. */
  public Description description() {
    return description;
  }

  /** The values; not a copy. */
  public Parameters parameters() {
    return parameters;
  }

  /** One SHA-256 over description and values: the identity of the network. */
  public String digest() {
    return digest;
  }

  /**
   * Refuses a data set of another catalogue: ordinals of items, queries, attributes and tokens
   * would mean something else.
   *
   * @throws DatasetException if items or queries, or the vectors that they have, are others than
   *     those of the training; the message has both sides
   */
  public void requireCatalogue(Dataset dataset) {
    Description.Data trained = description.data();
    if (trained.catalogueDigest().equals(dataset.catalogueDigest())) {
      return;
    }
    CatalogueShape shape = description.shape();
    DatasetSchema schema = dataset.descriptor().schema();
    throw new DatasetException(
        new Problem(
            folder.resolve(MANIFEST).toString(),
            -1,
            "description.data.catalogueDigest",
            trained.catalogueDigest()
                + " ("
                + catalogue(
                    trained.origin(), shape.items(), shape.modalities(), shape.queryDimension())
                + ")",
            dataset.catalogueDigest()
                + " ("
                + catalogue(
                    dataset.descriptor().origin(),
                    dataset.descriptor().counts().items(),
                    schema.modalities(),
                    schema.queryDimension())
                + "), the catalogue of "
                + dataset.folder()));
  }

  private static String catalogue(
      String origin, int items, List<Modality> modalities, int queryDimension) {
    String vectors =
        modalities.stream()
            .map(modality -> modality.name() + " of " + modality.dimension())
            .collect(Collectors.joining(", "));
    return "\""
        + origin
        + "\": "
        + items
        + " items, vectors "
        + (vectors.isEmpty() ? "none" : vectors)
        + ", queries' "
        + (queryDimension == 0 ? "none" : "of " + queryDimension);
  }
}
