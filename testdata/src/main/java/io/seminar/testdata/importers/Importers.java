package io.seminar.testdata.importers;

import java.util.List;
import java.util.stream.Collectors;

/** All formats that can be imported, by name. */
public final class Importers {
  private static final List<ImportFormat> ALL =
      List.of(
          MovieLensImporter.FORMAT,
          JdSearchImporter.FORMAT,
          OttoImporter.FORMAT,
          OpenBanditImporter.FORMAT,
          KuaiSarImporter.FORMAT,
          AmazonImporter.FORMAT,
          SqlImporter.FORMAT);

  private Importers() {}

  /** In the order in which help texts list them. */
  public static List<ImportFormat> all() {
    return ALL;
  }

  /**
   * The format of this name.
   *
   * @throws IllegalArgumentException if there is none; the message lists those there are
   */
  public static ImportFormat byName(String name) {
    return ALL.stream()
        .filter(format -> format.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no importer is called \""
                        + name
                        + "\"; there are "
                        + ALL.stream().map(ImportFormat::name).collect(Collectors.joining(", "))));
  }
}
