package io.seminar.pipelines.arms;

import io.seminar.attention.hashing.SimHash;
import io.seminar.attention.quantization.RaBitQCodes;
import io.seminar.attention.retrieval.CollisionPooling;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a list of arms.
 *
 * <p>An arm of a named network is written {@code NAME/exact}; {@code NAME} alone is the network's
 * own forward pass. With one network without a name, arms without a prefix are its own, and its
 * forward pass is {@code network}. Otherwise an arm without a prefix attends to the data set's own
 * vectors.
 *
 * <p>The form is {@code [MODEL/]KIND[@SIZE][+refine[R]]}. What the size is depends on the kind, see
 * {@link ArmSpec.Size}: {@code pq@16} names the codebook of 16 bytes a behaviour; just {@code pq}
 * will do where one codebook of its model is given. {@code +refine} asks for an exact last step,
 * see {@link ArmSpec#refine}.
 */
public final class ArmParser {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(?<model>[^/]*)/)?(?<kind>[^/@+]*)(?:@(?<size>[^/@+]*))?(?:\\+refine(?<refine>[^/@+]*))?");

  /** R at most: a re-ranking of a thousand times K is an exact scan. */
  private static final int MOST_REFINE = 1_000;

  /** SDIM's signature and group, in bits (arXiv 2205.10249). */
  private static final int DEFAULT_GROUPED = 48;

  private static final int DEFAULT_GROUP = 3;

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
        return new ArmSpec(name, ArmSpec.Kind.NETWORK, 0, 0, 0, name, null);
      }
    }
    Matcher form = FORM.matcher(name);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "arm '"
              + name
              + "' is not of the form [MODEL/]KIND[@SIZE][+refine[R]], expected one of "
              + offered());
    }
    boolean prefixed = form.group("model") != null;
    ArmSpec.Kind kind = kind(name, form.group("kind"));
    ModelSpec model = prefixed ? named(name, form.group("model")) : unprefixed(kind);
    check(name, kind, model, prefixed);
    int refine = refine(name, kind, form.group("refine"));
    String size = form.group("size");
    if (size != null && kind.size() == ArmSpec.Size.NONE) {
      throw new IllegalArgumentException(
          "arm '" + name + "' has a size, expected plain '" + kind.usage() + "'");
    }
    String modelName = model == null ? null : model.name();
    if (kind.needsCodebook()) {
      CodebookSpec codebook = codebook(name, kind, size, model);
      return new ArmSpec(name, kind, codebook.bytes(), 0, refine, modelName, codebook.folder());
    }
    int group = kind.size() == ArmSpec.Size.GROUPS ? DEFAULT_GROUP : 0;
    int number = kind.size() == ArmSpec.Size.GROUPS ? DEFAULT_GROUPED : 0;
    if (kind.size() == ArmSpec.Size.GROUPS && size != null) {
      int cross = size.indexOf('x');
      number = number(name, "size", cross < 0 ? size : size.substring(0, cross));
      group = number(name, "size of a group", cross < 0 ? "" : size.substring(cross + 1));
      checkGroups(name, number, group);
    } else if (kind.size() == ArmSpec.Size.SIGNATURE) {
      number = size == null ? SimHash.MOST_BITS : number(name, "size", size);
      checkBits(name, number);
    } else if (kind.size() == ArmSpec.Size.DIMENSION_BITS) {
      number = size == null ? 1 : number(name, "size", size);
      if (number > RaBitQCodes.MOST_BITS) {
        throw new IllegalArgumentException(
            "arm '"
                + name
                + "' has "
                + number
                + " bits a dimension, expected 1 to "
                + RaBitQCodes.MOST_BITS);
      }
    } else if (kind.size() == ArmSpec.Size.CANDIDATES && size != null) {
      number = number(name, "size", size);
    }
    return new ArmSpec(name, kind, number, group, refine, modelName, null);
  }

  private static void checkBits(String name, int bits) {
    if (bits > SimHash.MOST_BITS) {
      throw new IllegalArgumentException(
          "arm '" + name + "' hashes to " + bits + " bits, expected 1 to " + SimHash.MOST_BITS);
    }
  }

  private static void checkGroups(String name, int bits, int group) {
    checkBits(name, bits);
    if (group > CollisionPooling.MOST_GROUP_BITS || bits % group != 0) {
      throw new IllegalArgumentException(
          "arm '"
              + name
              + "' has "
              + bits
              + " bits in groups of "
              + group
              + ", expected groups of 1 to "
              + CollisionPooling.MOST_GROUP_BITS
              + " and a multiple of that");
    }
  }

  private void check(String name, ArmSpec.Kind kind, ModelSpec model, boolean prefixed) {
    if (kind == ArmSpec.Kind.NETWORK && (model == null || prefixed)) {
      throw new IllegalArgumentException(
          "arm '"
              + name
              + "' is no arm here, expected "
              + (models.isEmpty() ? "a network to be given" : "one of " + modelNames()));
    }
    if (kind.consultsTruth() && prefixed) {
      throw new IllegalArgumentException(
          "arm '" + name + "' belongs to no network, expected plain '" + kind.key() + "'");
    }
    if (kind.attends() && model != null && !model.retrieves()) {
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
  }

  /**
   * R.
   *
   * @param text what stands behind {@code +refine}; null: it is not refined
   */
  private static int refine(String name, ArmSpec.Kind kind, String text) {
    if (text == null) {
      return 0;
    }
    if (!kind.refinable()) {
      throw new IllegalArgumentException(
          "arm '" + name + "' cannot be refined, expected '" + kind.usage() + "'");
    }
    int factor = text.isEmpty() ? ArmSpec.DEFAULT_REFINE : number(name, "refine factor", text);
    if (factor < 1 || factor > MOST_REFINE) {
      throw new IllegalArgumentException(
          "arm '" + name + "' has the refine factor " + text + ", expected 1 to " + MOST_REFINE);
    }
    return factor;
  }

  private static int number(String name, String what, String text) {
    if (!text.matches("[1-9][0-9]{0,6}")) {
      throw new IllegalArgumentException(
          "arm '" + name + "' has the " + what + " '" + text + "', expected a positive number");
    }
    return Integer.parseInt(text);
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

  private CodebookSpec codebook(String name, ArmSpec.Kind kind, String bytes, ModelSpec model) {
    String network = model == null ? null : model.digest();
    List<CodebookSpec> own =
        codebooks.stream().filter(book -> Objects.equals(book.network(), network)).toList();
    List<CodebookSpec> fitting = own.stream().filter(kind::reads).toList();
    if (bytes == null) {
      if (fitting.size() != 1) {
        throw new IllegalArgumentException(
            "arm '"
                + name
                + "' does not say which codebook, expected "
                + (fitting.isEmpty()
                    ? "one of " + source(model) + " to be given"
                    : "one of "
                        + fitting.stream().map(book -> kind.key() + "@" + book.bytes()).toList()));
      }
      return fitting.get(0);
    }
    for (CodebookSpec book : fitting) {
      if (Integer.toString(book.bytes()).equals(bytes)) {
        return book;
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
            + own.stream().map(CodebookSpec::title).toList());
  }

  private static String source(ModelSpec model) {
    return model == null ? "the data set's own vectors" : "the " + model.title();
  }

  private List<String> offered() {
    List<String> keys = new ArrayList<>();
    boolean named = !modelNames().isEmpty();
    for (ArmSpec.Kind kind : ArmSpec.Kind.values()) {
      if (kind != ArmSpec.Kind.NETWORK || (!models.isEmpty() && !named)) {
        keys.add(kind.usage());
      }
    }
    for (ModelSpec model : models) {
      if (!model.unnamed()) {
        keys.add(model.name());
      }
      if (!model.unnamed() && model.retrieves()) {
        keys.add(model.name() + "/KIND");
      }
    }
    return keys;
  }
}
