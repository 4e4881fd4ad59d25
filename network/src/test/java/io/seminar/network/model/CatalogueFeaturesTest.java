package io.seminar.network.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.DatasetSchema;
import io.seminar.sessions.DatasetWriter;
import io.seminar.sessions.Item;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Query;
import io.seminar.sessions.QueryTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueFeaturesTest {
  /** Numbers that stand nowhere else in their files. */
  private static final int ATTRIBUTE = 7_654_321;

  private static final int TOKEN = 1_234_567;

  private static final NetworkSpec SPEC =
      new NetworkSpec(
          Architecture.SEMINAR, 4, 2, 3, List.of("id", "attributes", "text"), true, true, 8, 2, 3);

  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void write() {
    data = folder.resolve("data");
    DatasetSchema schema = new DatasetSchema(List.of(new Modality("text", 2)), 0);
    try (DatasetWriter writer = DatasetWriter.create(data, schema, false)) {
      writer.addItem(new Item("seen", 0, new int[] {ATTRIBUTE}, new float[][] {{3, 4}}));
      writer.addItem(new Item("unseen", 1, new int[0], new float[][] {{0, 0}}));
      writer.addItem(new Item("mute", 1, new int[] {2}, new float[][] {null}));
      writer.addQuery(new Query("shoes", new int[] {TOKEN}, null));
      writer.addQuery(new Query("wordless", new int[0], null));
      writer.finish("test", Map.of());
    }
  }

  private CatalogueFeatures read() {
    Dataset dataset = Dataset.open(data);
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      CatalogueShape shape = CatalogueShape.of(catalogue, queries);
      return new CatalogueFeatures(SPEC, shape, catalogue, queries, new float[] {5, 0, 1});
    }
  }

  /** Overwrites the one place of a file where a number stands. */
  private void replace(String file, int number, int by) throws IOException {
    Path path = data.resolve(file);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
    int places = 0;
    for (int at = 0; at + 4 <= bytes.limit(); at += 4) {
      if (bytes.getInt(at) == number) {
        bytes.putInt(at, by);
        places++;
      }
    }
    assertThat(places).isEqualTo(1);
    Files.write(path, bytes.array());
  }

  @Test
  void anEmbeddingThatNothingTaughtIsAbsentAndSoAreEmptyFields() {
    CatalogueFeatures features = read();
    assertThat(List.of(features.has(0, 0), features.has(1, 0), features.has(2, 0)))
        .containsExactly(true, true, true);
    // Never seen, no attribute but its category, the zero vector.
    assertThat(List.of(features.has(0, 1), features.has(1, 1), features.has(2, 1)))
        .containsExactly(false, true, false);
    assertThat(List.of(features.has(0, 2), features.has(1, 2), features.has(2, 2)))
        .containsExactly(true, true, false);
    assertThat(List.of(features.hasQuery(0), features.hasQuery(1), features.hasQuery(2)))
        .containsExactly(false, true, false);
  }

  @Test
  void ordinalsBeyondTheTablesAreFolded() {
    CatalogueFeatures features = read();
    assertThat(features.token(1, 0)).isEqualTo(TOKEN % CatalogueShape.MOST_HASHED);
    assertThat(features.attribute(0, 0)).isEqualTo(ATTRIBUTE % CatalogueShape.MOST_HASHED);
    // The category's row lies behind those of the attributes.
    assertThat(features.attribute(1, 0)).isEqualTo(CatalogueShape.MOST_HASHED + 1);
  }

  @Test
  void aTokenThatIsNoOrdinalIsRefusedWithItsPlace() throws IOException {
    replace("queries-00000.arrow", TOKEN, -5);
    assertThatThrownBy(this::read)
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("queries")
        .hasMessageContaining("row 1")
        .hasMessageContaining("tokens")
        .hasMessageContaining("-5")
        .hasMessageContaining("an ordinal of at least 0");
  }

  @Test
  void anAttributeThatIsNoOrdinalIsRefusedWithItsPlace() throws IOException {
    replace("items-00000.arrow", ATTRIBUTE, -5);
    assertThatThrownBy(this::read)
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("items")
        .hasMessageContaining("row 0")
        .hasMessageContaining("attributes")
        .hasMessageContaining("-5");
  }
}
