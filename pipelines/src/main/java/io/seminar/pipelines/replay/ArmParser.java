package io.seminar.pipelines.replay;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Reads a list of arms.
 *
 * <p>An arm of a named network is written {@code NAME/exact}; {@code NAME} alone is the network's
 * own forward pass. With one network without a name, arms without a prefix are its own, and its
 * forward pass is {@code network}. Otherwise an arm without a prefix attends to the data set's own
 * vectors.
 *
 * <p>An arm that needs a codebook is written {@code pq@16} to name the codebook of 16 bytes a
 * behaviour, or just {@code pq} where one codebook of its model is given.
 */
public final class ArmParser {
  private final List<ModelSpec> models;
  private final List<CodebookSpec> codebooks;

  /**
   * Reads arms of these models.
   *
   * @param models either one without a name, or any number of distinct names
   * @param codebooks those given: for each model at most one of every size
   */
  public ArmParser(List<ModelSpec> models, List<CodebookSpec> codebooks) {
    this.models = models;
    this.codebooks = codebooks;
  }

  /**
   * Reads the arms.
   *
   * @param names the arms, each at most once
   * @throws IllegalArgumentException naming the arm that is unknown, repeated, not offered by its
   *     model, or without its codebook
   */
  public List<ArmSpec> parse(List<String> names) {
    if (names.isEmpty()) {
      throw new IllegalArgumentException("no arm is named, expected at least one of " + offered());
    }
    List<ArmSpec> arms = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("arm '" + name + "' is named twice, expected once");
      }
      arms.add(arm(name));
    }
    return List.copyOf(arms);
  }

  private ArmSpec arm(String name) {
    for (ModelSpec model : models) {
      if (!model.unnamed() && model.name().equals(name)) {
        return new ArmSpec(name, ArmSpec.Kind.NETWORK, name, null);
      }
    }
    int slash = name.indexOf('/');
    String rest = name.substring(slash + 1);
    int at = rest.indexOf('@');
    ArmSpec.Kind kind = kind(name, at < 0 ? rest : rest.substring(0, at));
    ModelSpec model = slash < 0 ? unprefixed(kind) : named(name, name.substring(0, slash));
    if (kind == ArmSpec.Kind.NETWORK && (model == null || slash >= 0)) {
      throw new IllegalArgumentException(
          "arm '"
              + name
              + "' is no arm here, expected "
              + (models.isEmpty() ? "a network to be given" : "one of " + modelNames()));
    }
    if (kind.consultsTruth() && slash >= 0) {
      throw new IllegalArgumentException(
          "arm '" + name + "' belongs to no network, expected plain '" + kind.key() + "'");
    }
    if (kind.retrieves() && model != null && !model.retrieves()) {
      throw new IllegalArgumentException(
          "arm '"
              + name
              + "' is not offered by "
              + model.title()
              + ", which is "
              + model.architecture().key()
              + ": expected '"
              + (model.unnamed() ? ArmSpec.Kind.NETWORK.key() : model.name())
              + "', its own forward pass");
    }
    String codebook = codebook(name, kind, at < 0 ? null : rest.substring(at + 1), model);
    return new ArmSpec(name, kind, model == null ? null : model.name(), codebook);
  }

  private ArmSpec.Kind kind(String name, String key) {
    for (ArmSpec.Kind kind : ArmSpec.Kind.values()) {
      if (kind.key().equals(key)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "arm '" + name + "' is unknown, expected one of " + offered());
  }

  /** The model that an arm without a prefix belongs to; null: none. */
  private ModelSpec unprefixed(ArmSpec.Kind kind) {
    boolean ofTheOnly = models.size() == 1 && models.get(0).unnamed() && !kind.consultsTruth();
    return ofTheOnly ? models.get(0) : null;
  }

  private ModelSpec named(String arm, String name) {
    for (ModelSpec model : models) {
      if (!model.unnamed() && model.name().equals(name)) {
        return model;
      }
    }
    throw new IllegalArgumentException(
        "arm '"
            + arm
            + "' is of the network '"
            + name
            + "', which is unknown, expected "
            + (modelNames().isEmpty() ? "no prefix" : "one of " + modelNames()));
  }

  private List<String> modelNames() {
    return models.stream().filter(model -> !model.unnamed()).map(ModelSpec::name).toList();
  }

  private String codebook(String name, ArmSpec.Kind kind, String bytes, ModelSpec model) {
    if (!kind.needsCodebook()) {
      if (bytes != null) {
        throw new IllegalArgumentException(
            "arm '" + name + "' names a codebook, expected plain '" + kind.key() + "'");
      }
      return null;
    }
    String network = model == null ? null : model.digest();
    List<CodebookSpec> own =
        codebooks.stream().filter(book -> Objects.equals(book.network(), network)).toList();
    if (bytes == null) {
      if (own.size() != 1) {
        throw new IllegalArgumentException(
            "arm '"
                + name
                + "' does not say which codebook, expected "
                + (own.isEmpty()
                    ? "one of " + source(model) + " to be given"
                    : "one of " + own.stream().map(book -> name + "@" + book.bytes()).toList()));
      }
      return own.get(0).folder();
    }
    for (CodebookSpec book : own) {
      if (Integer.toString(book.bytes()).equals(bytes)) {
        return book.folder();
      }
    }
    throw new IllegalArgumentException(
        "arm '"
            + name
            + "' needs a codebook of "
            + bytes
            + " bytes a behaviour of "
            + source(model)
            + ", given are "
            + own.stream().map(CodebookSpec::bytes).toList());
  }

  private static String source(ModelSpec model) {
    return model == null ? "the data set's own vectors" : "the " + model.title();
  }

  private List<String> offered() {
    List<String> keys = new ArrayList<>();
    boolean named = !modelNames().isEmpty();
    for (ArmSpec.Kind kind : ArmSpec.Kind.values()) {
      if (kind != ArmSpec.Kind.NETWORK || (!models.isEmpty() && !named)) {
        keys.add(kind.needsCodebook() ? kind.key() + "@BYTES" : kind.key());
      }
    }
    for (ModelSpec model : models) {
      if (!model.unnamed()) {
        keys.add(model.name());
      }
      if (!model.unnamed() && model.retrieves()) {
        Arrays.stream(ArmSpec.Kind.values())
            .filter(ArmSpec.Kind::retrieves)
            .map(kind -> model.name() + "/" + kind.key() + (kind.needsCodebook() ? "@BYTES" : ""))
            .forEach(keys::add);
      }
    }
    return keys;
  }
}
