package io.seminar.testdata.importers;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A format that can be imported: its name, its flags, and how to get an importer from their values.
 */
public final class ImportFormat {
  private final String name;
  private final String description;
  private final List<ImportFlag> flags;
  private final Function<FlagValues, Importer> factory;

  ImportFormat(
      String name,
      String description,
      List<ImportFlag> flags,
      Function<FlagValues, Importer> factory) {
    this.name = name;
    this.description = description;
    this.flags = List.copyOf(flags);
    this.factory = factory;
  }

  /** As in {@code ./seminar import <name>}. */
  public String name() {
    return name;
  }

  /** One sentence. */
  public String description() {
    return description;
  }

  /** The flags that this format has beside those common to all. */
  public List<ImportFlag> flags() {
    return flags;
  }

  /**
   * An importer with these options.
   *
   * @param values by flag name without dashes; switches are {@code "true"} or {@code "false"};
   *     absent flags have their defaults
   * @throws IllegalArgumentException if a flag is unknown or a value cannot be used; the message
   *     names it
   */
  public Importer create(Map<String, String> values) {
    for (String given : values.keySet()) {
      if (flags.stream().noneMatch(flag -> flag.name().equals(given))) {
        throw new IllegalArgumentException(
            "--"
                + given
                + " is no option of the "
                + name
                + " importer; it has "
                + flags.stream().map(flag -> "--" + flag.name()).collect(Collectors.joining(", ")));
      }
    }
    return factory.apply(new FlagValues(flags, values));
  }
}
