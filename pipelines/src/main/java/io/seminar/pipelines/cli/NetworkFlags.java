package io.seminar.pipelines.cli;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.training.NetworkOptions;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Option;

/** What a network is made of: shared by the commands that train. Not given is null. */
final class NetworkFlags {
  private static final int HIDDEN = 64;
  private static final int HEADS = 4;
  private static final int KEEP = 50;

  @Option(names = "--hidden", paramLabel = "D", description = "Floats of every embedding (64).")
  Integer hidden;

  @Option(
      names = "--heads",
      paramLabel = "H",
      description = "Heads of the attention; --hidden is a multiple of it (4).")
  Integer heads;

  @Option(
      names = "--keep",
      paramLabel = "K",
      description = "Behaviours that a head attends to (50).")
  Integer keep;

  @Option(
      names = "--fields",
      split = ",",
      paramLabel = "FIELD",
      description =
          "Fields of the item that are read: id, attributes and names of the data set's modalities"
              + " (all that it has).")
  List<String> fields;

  @Option(
      names = "--queries",
      negatable = true,
      arity = "0",
      fallbackValue = "true",
      description = "Whether pairs hold the query (yes).")
  Boolean queries;

  @Option(
      names = "--freeze-projections",
      negatable = true,
      arity = "0",
      fallbackValue = "true",
      description = "Whether the modality-aware projections stay as they are (no).")
  Boolean freezeProjections;

  @Option(
      names = "--hash-bits",
      paramLabel = "N",
      description = "Bits of a signature, eta and sdim (as in their papers: 32, 48).")
  Integer hashBits;

  /** A new network. */
  NetworkOptions fresh(Architecture architecture) {
    return new NetworkOptions(
        architecture,
        or(hidden, HIDDEN),
        or(heads, HEADS),
        or(keep, KEEP),
        or(fields, List.of()),
        or(queries, true),
        !or(freezeProjections, false),
        bits(0));
  }

  /**
   * A network that goes on from another's parameters: it has that one's settings unless others are
   * given.
   *
   * @throws BadInputException if one is given that the parameters do not allow
   */
  NetworkOptions from(NetworkSpec start, Architecture architecture, Path folder) {
    requireSame("--hidden", hidden, start.hidden(), folder);
    requireSame("--heads", heads, start.heads(), folder);
    if (fields == null || !new HashSet<>(fields).equals(new HashSet<>(start.fields()))) {
      requireSame("--fields", fields, start.fields(), folder);
    }
    if (queries != null && queries != start.queries()) {
      throw new BadInputException(
          (queries ? "--queries" : "--no-queries")
              + " is given, but "
              + folder
              + " was trained "
              + (start.queries() ? "with" : "without")
              + " them, expected the same");
    }
    return new NetworkOptions(
        architecture,
        start.hidden(),
        start.heads(),
        or(keep, start.keep()),
        start.fields(),
        start.queries(),
        !or(freezeProjections, !start.projections()),
        bits(architecture == start.architecture() ? start.hashBits() : 0));
  }

  private static void requireSame(String option, Object given, Object trained, Path folder) {
    if (given != null && !given.equals(trained)) {
      throw new BadInputException(
          option + " is " + given + ", but " + folder + " was trained with " + trained);
    }
  }

  private int bits(int otherwise) {
    if (hashBits != null && hashBits < 1) {
      throw new BadInputException("--hash-bits is " + hashBits + ", expected 1 to 64");
    }
    return or(hashBits, otherwise);
  }

  private static <T> T or(T given, T otherwise) {
    return Objects.requireNonNullElse(given, otherwise);
  }
}
