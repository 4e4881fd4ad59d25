package io.seminar.pipelines.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.seminar.pipelines.arms.ArmParser;
import io.seminar.pipelines.arms.ArmSpec;
import io.seminar.pipelines.arms.SimilarityModel;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.embedding.PairEmbedder;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.QueryTable;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeapNeedTest {
  @TempDir Path folder;

  @Test
  void asManyHistoriesAreOpenAsFit() {
    Dataset dataset = Dataset.open(new RandomDataset(1, 50, 5).write(folder.resolve("data"), 2));
    try (Catalogue catalogue = dataset.openCatalogue();
        QueryTable queries = dataset.openQueries()) {
      SimilarityModel model =
          new SimilarityModel(
              new PairEmbedder(
                  catalogue, queries, FieldLayout.of(dataset.descriptor().schema(), 0.5f)),
              1,
              1);
      // 24 floats of keys, which are the values too.
      assertThat(HeapNeed.attendedBytes(model, 1_000)).isEqualTo(96_000);
      HeapNeed need = new HeapNeed(model, 0);
      CaseSpec spec = new CaseSpec(100_000, 50, 32);
      List<ArmSpec> arms =
          new ArmParser(List.of(), List.of()).parse(List.of("exact", "recent", "recent+refine"));
      long four = need.bytes(spec, arms, 4);
      assertThat(need.bytes(spec, arms, 5) - four)
          .as("another history takes at least what is embedded of it")
          .isGreaterThan(100_000L * 24 * 4 * 3);
      assertThat(new HeapNeed(model, 1 << 20).bytes(spec, arms, 4) - four)
          .isGreaterThanOrEqualTo(4L << 20);
      assertThat(need.histories(spec, arms, 8, four)).isEqualTo(4);
      assertThat(need.histories(spec, arms, 3, four)).isEqualTo(3);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> need.histories(spec, arms, 8, 256L << 20))
          .withMessageContaining("measure.memory-mb is 256")
          .withMessageContaining("3 arms at L = 100,000");
    }
  }
}
