package io.seminar.reports.gate;

/** A rule about the numbers of its scope. */
public sealed interface Rule permits ValueLimit, NonInferiority {
  /** Unique within a gate; shown, and what follows a rule from night to night. */
  String name();

  /** Which numbers it is about. */
  Scope scope();

  /** The name given, or one made of what the rule says. */
  static String named(String name, String text) {
    if (name != null && name.isBlank()) {
      throw new IllegalArgumentException("name of a rule: found '" + name + "', expected a name");
    }
    return name == null ? text : name;
  }
}
