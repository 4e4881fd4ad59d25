package io.seminar.pipelines.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SliceSetTest {
  private static final Map<String, List<String>> DIMENSIONS = new LinkedHashMap<>();

  static {
    DIMENSIONS.put("history", List.of("0-99", "100-999", "1000-9999", "10000+"));
    DIMENSIONS.put("scenario", List.of("CTR", "PSR"));
    DIMENSIONS.put("entry", List.of("query", "browse"));
    DIMENSIONS.put("item", List.of("cold", "warm"));
  }

  /** The slices of an impression, by what their names say. */
  private static List<String> expected(int history, int query, float searched, boolean cold) {
    Map<String, String> single = new LinkedHashMap<>();
    single.put(
        "history",
        history < 100
            ? "0-99"
            : history < 1000 ? "100-999" : history < 10000 ? "1000-9999" : "10000+");
    single.put("scenario", query == 0 ? "CTR" : "PSR");
    single.put("entry", searched > 0.5f ? "query" : "browse");
    single.put("item", cold ? "cold" : "warm");
    List<String> parts =
        single.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
    List<String> slices = new ArrayList<>(List.of("all"));
    slices.addAll(parts);
    for (int i = 0; i < parts.size(); i++) {
      for (int j = i + 1; j < parts.size(); j++) {
        slices.add(parts.get(i) + ";" + parts.get(j));
      }
    }
    return slices;
  }

  @Test
  void anImpressionIsInOneValueOfEachDimensionAndInTheirCrosses() {
    List<String> names = SliceSet.names();
    for (int history : new int[] {0, 1, 99, 100, 999, 1000, 9999, 10000, 200_000}) {
      for (int query : new int[] {0, 1, 77}) {
        for (float searched : new float[] {0, 0.25f, 0.5f, 0.500001f, 1}) {
          for (boolean cold : new boolean[] {false, true}) {
            long mask = SliceSet.mask(history, query, searched, cold);
            List<String> slices = new ArrayList<>();
            for (int s = 0; s < Long.SIZE; s++) {
              if ((mask >>> s & 1) != 0) {
                slices.add(names.get(s));
              }
            }
            assertThat(slices)
                .as("history %d, query %d, searched %f, cold %b", history, query, searched, cold)
                .containsExactlyInAnyOrderElementsOf(expected(history, query, searched, cold));
          }
        }
      }
    }
  }

  @Test
  void namesAreDistinctAndFitAMask() {
    assertThat(SliceSet.names()).doesNotHaveDuplicates().hasSize(SliceSet.size());
    assertThat(SliceSet.size()).isLessThanOrEqualTo(Long.SIZE);
    assertThat(SliceSet.names().get(0)).isEqualTo(SliceSet.ALL);
    int crosses = 0;
    List<List<String>> values = List.copyOf(DIMENSIONS.values());
    for (int i = 0; i < values.size(); i++) {
      for (int j = i + 1; j < values.size(); j++) {
        crosses += values.get(i).size() * values.get(j).size();
      }
    }
    assertThat(SliceSet.size()).isEqualTo(1 + 4 + 2 + 2 + 2 + crosses);
    DIMENSIONS.forEach(
        (dimension, all) ->
            assertThat(SliceSet.names())
                .containsAll(all.stream().map(value -> dimension + "=" + value).toList()));
  }
}
