package io.seminar.pipelines.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.attention.quantization.Quantizer.Method;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.pipelines.embedding.NetworkLoader;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.replay.TestNetworks;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.QueryTable;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueQuantizerTest {

  private static final int HEADS = 2;

  @TempDir static Path folder;

  private static Path data;
  private static Dataset dataset;
  private static Catalogue catalogue;
  private static QueryTable queries;
  private static TrainedNetwork network;

  @BeforeAll
  static void prepare() {
    data =
        new RandomDataset(71, 120, 15).history(5, 20).pages(3, 6).write(folder.resolve("data"), 20);
    dataset = Dataset.open(data);
    catalogue = dataset.openCatalogue();
    queries = dataset.openQueries();
    Checkpoint checkpoint =
        TestNetworks.write(
            folder.resolve("network"),
            data,
            TestNetworks.spec(Architecture.SEMINAR, HEADS, 10),
            new TimeSplit(1_012_000, 1_018_000),
            Stage.FINETUNED,
            5);
    network = NetworkLoader.load(checkpoint, catalogue, queries);
  }

  @AfterAll
  static void close() {
    catalogue.close();
    queries.close();
  }

  private static CodebookFolder quantize(String name, int bytes, CodeForm form) {
    Path out = folder.resolve(name);
    CatalogueQuantizer.run(options(out, bytes, folder.resolve("network"), form));
    return CodebookFolder.open(out, dataset.catalogueDigest());
  }

  private static CatalogueQuantizer.Options options(
      Path out, int bytes, Path model, CodeForm form) {
    return new CatalogueQuantizer.Options(
        data, out, false, bytes, 0.5f, model, CatalogueQuantizer.TrainOn.ALL, 3, 1, form);
  }

  /** What the codes of a pair stand for in a codebook whose fields have one space. */
  private static float[] decoded(CodebookFolder codes, int head, int item, int query) {
    MultiModalCodebook codebook = codes.codebooks().of(head);
    byte[] code = new byte[codebook.subcodes()];
    codes.copyQueryCodes(head, query, code, 0);
    codes.copyItemCodes(head, item, code, codebook.querySubcodes());
    float[] row = new float[codebook.dimension()];
    codebook.decode(code, 0, row, 0);
    float[] sum = new float[codebook.vectorStart(1)];
    for (int f = 0; f < codebook.fields().size(); f++) {
      for (int d = 0; d < sum.length; d++) {
        sum[d] += codebook.fields().get(f).weight() * row[codebook.vectorStart(f) + d];
      }
    }
    return sum;
  }

  /** With a centroid for every item and query, nothing is lost: a head's codes are its keys. */
  @Test
  void codesOfAHeadStandForItsKeys() {
    int fields = 2; // query and item
    CodebookFolder codes = quantize("heads", HEADS * fields, new CodeForm(Method.PQ, 8, 0, true));
    assertThat(codes.codebooks().perHead()).isTrue();
    assertThat(codes.codebooks().size()).isEqualTo(HEADS);
    assertThat(codes.codebooks().codeBytes()).isEqualTo(HEADS * fields);
    int size = network.spec().headSize();
    float[][] keys = new float[HEADS][size];
    int compared = 0;
    for (int item = 0; item < catalogue.size(); item++) {
      for (int query = 0; query < queries.size(); query += 7) {
        if (!network.features().hasPair(item, query)) {
          continue;
        }
        network.keys(item, query, keys, 0);
        for (int h = 0; h < HEADS; h++) {
          float[] found = decoded(codes, h, item, query);
          for (int d = 0; d < size; d++) {
            assertThat(found[d]).isCloseTo(keys[h][d], within(1e-4f));
          }
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(200);
  }

  @Test
  void everyFormKeepsToItsBytesAndComesNearThePair() {
    float[] pair = new float[network.spec().hidden()];
    for (Method method : Method.values()) {
      for (int bits : new int[] {4, 8}) {
        CodebookFolder codes =
            quantize(method + "-" + bits, 12, new CodeForm(method, bits, 0, false));
        assertThat(codes.codebooks().method()).isEqualTo(method);
        assertThat(codes.codebooks().bits()).isEqualTo(bits);
        assertThat(codes.codebooks().codeBytes()).isEqualTo(12);
        Map<String, String> facts = codes.facts();
        int subcodes = 0;
        for (int f = 0; f < 5; f++) {
          subcodes += Integer.parseInt(facts.get("field-" + f + ".subcodes"));
        }
        assertThat(subcodes).isEqualTo(12 * 8 / bits);
        double error = 0;
        double square = 0;
        for (int item = 0; item < catalogue.size(); item++) {
          if (!network.features().hasPair(item, item % queries.size())) {
            continue;
          }
          network.pair(item, item % queries.size(), pair, 0);
          float[] found = decoded(codes, 0, item, item % queries.size());
          for (int d = 0; d < pair.length; d++) {
            error += (found[d] - pair[d]) * (double) (found[d] - pair[d]);
            square += pair[d] * (double) pair[d];
          }
        }
        assertThat(error / square).as(method + ", " + bits + " bits").isLessThan(0.2);
      }
    }
  }

  @Test
  void refusesFormsThatCannotBe() {
    Path out = folder.resolve("x");
    assertThatThrownBy(() -> new CodeForm(Method.PQ, 5, 0, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("5 bits a sub-code, expected 4 or 8");
    assertThatThrownBy(() -> new CodeForm(Method.PQ, 8, 1, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("anisotropic threshold 1.0, expected 0 (none) to below 1");
    assertThatThrownBy(() -> new CodeForm(Method.RQ, 8, 0.2f, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("anisotropic threshold 0.2 with rq, expected pq or opq");
    CodeForm perHead = new CodeForm(Method.PQ, 8, 0, true);
    assertThatThrownBy(() -> CatalogueQuantizer.run(options(out, 16, null, perHead)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("codes per head of the data set's own vectors, expected a network");
    assertThatThrownBy(() -> quantize("x", 3, perHead))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("3 bytes a behaviour are fewer than 8 bits for each of the fields")
        .hasMessageContaining("of 2 heads, expected at least 4");
    assertThatThrownBy(() -> quantize("x", 4_000, perHead))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("4000 bytes a behaviour are more than the fields");
    assertThat(out).doesNotExist();
  }
}
