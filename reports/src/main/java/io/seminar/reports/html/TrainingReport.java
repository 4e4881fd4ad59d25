package io.seminar.reports.html;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * What the report of a training shows. Texts are written as they are; what a number means is said
 * by whoever makes the record.
 *
 * @param title name of the network, such as its folder's
 * @param lead what it is, in one line
 * @param tiles the main figures, in words
 * @param notes what a reader must know
 * @param measures what was measured in every epoch, in the order of the columns
 * @param epochs oldest first
 * @param chosen the epoch whose parameters the network has, counted from 1; 0: there were none
 * @param panels the charts
 * @param facts of network, data and so on, a section each
 * @param scalars what was learned and can be read as a number
 * @param parameters all of them
 */
public record TrainingReport(
    String title,
    String lead,
    List<Tile> tiles,
    List<String> notes,
    List<Measure> measures,
    List<SortedMap<String, Double>> epochs,
    int chosen,
    List<Panel> panels,
    List<Facts> facts,
    List<Scalar> scalars,
    List<Parameter> parameters) {
  /**
   * A figure worth a large type.
   *
   * @param name what it is
   * @param value with its unit
   */
  public record Tile(String name, String value) {}

  /**
   * Something measured in every epoch.
   *
   * @param key its name in the epochs and in the CSV
   * @param title for people
   * @param doc how it is computed, over what, and which direction is better
   */
  public record Measure(String key, String title, String doc) {}

  /**
   * A chart of measures that can be compared.
   *
   * @param id letters, digits and hyphens; also the files' name
   * @param title of the chart
   * @param yLabel with its unit
   * @param keys of the measures, at least one
   */
  public record Panel(String id, String title, String yLabel, List<String> keys) {
    public Panel {
      keys = List.copyOf(keys);
    }
  }

  /**
   * A section of names and values.
   *
   * @param id of the section: letters, digits and hyphens
   * @param title of the section
   * @param values in their order; an empty value is shown as a dash
   */
  public record Facts(String id, String title, Map<String, String> values) {}

  /**
   * A number that was learned.
   *
   * @param name of it
   * @param value NaN: not defined
   * @param meaning how to read it
   */
  public record Scalar(String name, double value, String meaning) {}

  /**
   * A parameter.
   *
   * @param name unique
   * @param kind how training updates it
   * @param shape its dimensions
   * @param values how many numbers it holds
   */
  public record Parameter(String name, String kind, List<Integer> shape, long values) {
    public Parameter {
      shape = List.copyOf(shape);
    }
  }

  public TrainingReport {
    tiles = List.copyOf(tiles);
    notes = List.copyOf(notes);
    measures = List.copyOf(measures);
    epochs = List.copyOf(epochs);
    panels = List.copyOf(panels);
    facts = List.copyOf(facts);
    scalars = List.copyOf(scalars);
    parameters = List.copyOf(parameters);
    if (chosen < 0 || chosen > epochs.size()) {
      throw new IllegalArgumentException(
          "chosen epoch is " + chosen + ": expected 0 to " + epochs.size());
    }
  }

  /** The measure with this key. */
  Measure measure(String key) {
    return measures.stream()
        .filter(measure -> measure.key().equals(key))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no measure has the key " + key));
  }

  /** A measure's value in an epoch, counted from 1; NaN where it has none. */
  double value(int epoch, String key) {
    return epochs.get(epoch - 1).getOrDefault(key, Double.NaN);
  }
}
