package io.seminar.pipelines.cli;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time as milliseconds since 1970, written like that or as in ISO 8601. */
final class TimeConverter implements ITypeConverter<Long> {
  /** How options that are times name their value. */
  static final String LABEL = "MS|INSTANT";

  @Override
  public Long convert(String text) {
    try {
      return text.matches("-?[0-9]+") ? Long.parseLong(text) : Instant.parse(text).toEpochMilli();
    } catch (NumberFormatException | DateTimeParseException | ArithmeticException e) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is no time, expected ms since 1970 or an instant such as 2024-05-01T00:00:00Z");
    }
  }
}
