package io.seminar.testdata.importers;

/**
 * One option of an importer, as a command line shows it.
 *
 * @param name without dashes, such as {@code page-size}
 * @param placeholder what stands for the value in help texts, such as {@code N}; empty: a switch
 *     without a value
 * @param defaultValue what holds when the flag is absent; empty: nothing
 * @param description one sentence
 */
public record ImportFlag(String name, String placeholder, String defaultValue, String description) {
  static ImportFlag of(String name, String placeholder, Object defaultValue, String description) {
    return new ImportFlag(name, placeholder, String.valueOf(defaultValue), description);
  }

  static ImportFlag toggle(String name, String description) {
    return new ImportFlag(name, "", "", description);
  }

  /** True for a flag that takes no value. */
  public boolean isSwitch() {
    return placeholder.isEmpty();
  }
}
