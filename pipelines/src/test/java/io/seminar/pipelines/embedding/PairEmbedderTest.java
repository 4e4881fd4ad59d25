package io.seminar.pipelines.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.pipelines.replay.DamagedDataset;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.History;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Query;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.User;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairEmbedderTest {
  @TempDir Path folder;

  private static double score(PairEmbedder embedder, int[] behaviour, int[] target) {
    int dimension = embedder.layout().dimension();
    float[] row = new float[dimension];
    float[] vector = new float[dimension];
    embedder.row(behaviour[0], behaviour[1], row, 0);
    embedder.target(target[0], target[1], vector, 0);
    double score = 0;
    for (int d = 0; d < dimension; d++) {
      score += (double) row[d] * vector[d];
    }
    return score;
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 0.3f, 0.5f, 1})
  void aPairScoresOneWithItselfAndNoPairMore(float queryWeight) {
    Dataset dataset = Dataset.open(new RandomDataset(5, 60, 10).write(folder.resolve("data"), 1));
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      PairEmbedder embedder =
          new PairEmbedder(
              catalogue, queries, FieldLayout.of(dataset.descriptor().schema(), queryWeight));
      for (int item = 0; item < catalogue.size(); item++) {
        for (int query = 0; query < queries.size(); query++) {
          if (embedder.presentWeight(item, query) == 0) {
            continue;
          }
          int[] pair = {item, query};
          assertThat(score(embedder, pair, pair)).isCloseTo(1, within(1e-6));
          for (int other = 0; other < catalogue.size(); other++) {
            if (embedder.presentWeight(other, (item + other) % queries.size()) > 0) {
              int[] target = {other, (item + other) % queries.size()};
              assertThat(score(embedder, pair, target)).isBetween(-1.000001, 1.000001);
            }
          }
        }
      }
    }
  }

  /** Squares that would overflow, or vanish, in float. */
  @Test
  void normalisesVectorsOfAnyLength() {
    DatasetSchema schema = new DatasetSchema(List.of(new Modality("text", 2)), 0);
    Path data = folder.resolve("data");
    try (DatasetWriter writer = DatasetWriter.create(data, schema, false)) {
      for (float length : new float[] {1, 1e-30f, 1e30f, 0}) {
        writer.addItem(
            new Item("length " + length, 0, new int[0], new float[][] {{3 * length, -4 * length}}));
      }
      writer.addQuery(new Query("q", new int[0], null));
      writer.addUser(new User("u", History.EMPTY, List.of()));
      writer.finish("by hand", Map.of());
    }
    Dataset dataset = Dataset.open(data);
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      PairEmbedder embedder = new PairEmbedder(catalogue, queries, FieldLayout.of(schema, 0.5f));
      float[] vector = new float[2];
      for (int item = 0; item < 3; item++) {
        assertThat(embedder.item(0, item, vector, 0)).as(catalogue.id(item)).isTrue();
        assertThat(vector)
            .as(catalogue.id(item))
            .containsExactly(new float[] {0.6f, -0.8f}, within(1e-6f));
      }
      assertThat(embedder.hasItem(0, 3)).as("the zero vector").isFalse();
      assertThat(embedder.presentWeight(3, 0)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void refusesVectorsThatAreNotFinite(float bad) {
    Path data = new RandomDataset(6, 30, 4).write(folder.resolve("data"), 1);
    DamagedDataset.setItemFloat(data, "image", 17, 3, bad);
    Dataset dataset = Dataset.open(data);
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      FieldLayout layout = FieldLayout.of(dataset.descriptor().schema(), 0.5f);
      assertThatThrownBy(() -> new PairEmbedder(catalogue, queries, layout))
          .isInstanceOf(DatasetException.class)
          .hasMessageContaining("items, row 17, image")
          .hasMessageContaining("item17")
          .hasMessageContaining("expected finite numbers");
    }
  }
}
