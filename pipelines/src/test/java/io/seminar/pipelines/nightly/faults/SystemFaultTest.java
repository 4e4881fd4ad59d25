package io.seminar.pipelines.nightly.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.MultiModalCodebook;
import io.seminar.pipelines.nightly.EvaluatedSystem;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.replay.RandomDataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemFaultTest {
  private static final int ITEMS = 400;

  @TempDir static Path folder;
  private static EvaluatedSystem alike;
  private static EvaluatedSystem unlike;
  private static final EvaluatedSystem NONE =
      new EvaluatedSystem(List.of(), List.of(), List.of("exact"), "exact");

  @BeforeAll
  static void quantize() {
    alike = system("alike", 12);
    unlike = system("unlike", 7);
  }

  private static EvaluatedSystem system(String name, int images) {
    Path data =
        new RandomDataset(42, ITEMS, 30).images(images).write(folder.resolve(name + "-data"), 20);
    Path codebook = folder.resolve(name);
    CatalogueQuantizer.run(
        new CatalogueQuantizer.Options(
            data, codebook, false, 3, 0.5f, null, CatalogueQuantizer.TrainOn.ALL, 1, 1));
    return new EvaluatedSystem(List.of(), List.of(codebook), List.of("exact", "pq"), "exact");
  }

  private static CodebookFolder open(EvaluatedSystem system) {
    return CodebookFolder.open(system.codebooks().get(0), null);
  }

  private static EvaluatedSystem plant(SystemFault fault, String name) throws IOException {
    EvaluatedSystem planted = fault.plant(alike, Files.createDirectory(folder.resolve(name)));
    assertThat(planted.arms()).isEqualTo(alike.arms());
    assertThat(planted.codebooks()).hasSize(1).doesNotContainAnyElementsOf(alike.codebooks());
    return planted;
  }

  private static float[] decoded(CodebookFolder folder, int field, byte[] code) {
    MultiModalCodebook.Field of = folder.codebooks().of(0).fields().get(field);
    float[] vector = new float[of.quantizer().dimension()];
    of.quantizer().decode(code, 0, vector, 0);
    return vector;
  }

  @Test
  void twoFieldsOfOneShapeDecodeWithTheOthersCentroids() throws IOException {
    SwappedCodebooks fault = new SwappedCodebooks();
    assertThat(fault.obstacle(alike)).isNull();
    CodebookFolder before = open(alike);
    CodebookFolder after = open(plant(fault, "swapped"));
    MultiModalCodebook codebook = before.codebooks().of(0);
    int text = codebook.indexOf("text");
    int image = codebook.indexOf("image");
    byte[] old = new byte[codebook.itemSubcodes()];
    byte[] now = new byte[codebook.itemSubcodes()];
    for (int item = 0; item < ITEMS; item++) {
      before.copyItemCodes(0, item, old, 0);
      after.copyItemCodes(0, item, now, 0);
      assertThat(now).as("codes").isEqualTo(old);
    }
    byte[] code = new byte[codebook.fields().get(text).quantizer().subcodes()];
    code[0] = 3;
    assertThat(decoded(after, text, code)).isEqualTo(decoded(before, image, code));
    assertThat(decoded(after, image, code)).isEqualTo(decoded(before, text, code));
    assertThat(decoded(before, text, code)).isNotEqualTo(decoded(before, image, code));
    assertThat(decoded(after, 0, new byte[] {1}))
        .as("the query's field")
        .isEqualTo(decoded(before, 0, new byte[] {1}));
    assertThat(after.codebooks().of(0).fields()).extracting(f -> f.name()).contains("text");
  }

  @Test
  void someItemsLoseTheirVectorOfOneModality() throws IOException {
    LostVectors fault = new LostVectors("image", 0.2, 7);
    assertThat(fault.obstacle(alike)).isNull();
    CodebookFolder before = open(alike);
    CodebookFolder after = open(plant(fault, "lost"));
    MultiModalCodebook codebook = before.codebooks().of(0);
    int image = codebook.indexOf("image");
    int from = codebook.codeStart(image) - codebook.querySubcodes();
    int to = codebook.codeStart(image + 1) - codebook.querySubcodes();
    int lost = 0;
    for (int item = 0; item < ITEMS; item++) {
      byte[] expected = new byte[codebook.itemSubcodes()];
      byte[] found = new byte[codebook.itemSubcodes()];
      before.copyItemCodes(0, item, expected, 0);
      after.copyItemCodes(0, item, found, 0);
      if (fault.loses(item)) {
        lost++;
        byte[] absent = new byte[codebook.fields().get(image).quantizer().subcodes()];
        codebook.encodeAbsent(image, absent, 0);
        System.arraycopy(absent, 0, expected, from, to - from);
      }
      assertThat(found).isEqualTo(expected);
    }
    // 80 of 400 are expected, with a standard deviation of 8.
    assertThat(lost).isBetween(40, 120);
    for (int query = 0; query < before.queries(); query++) {
      byte[] expected = new byte[codebook.querySubcodes()];
      byte[] found = new byte[codebook.querySubcodes()];
      before.copyQueryCodes(0, query, expected, 0);
      after.copyQueryCodes(0, query, found, 0);
      assertThat(found).isEqualTo(expected);
    }
  }

  @Test
  void saysWhatItTakes() {
    assertThat(new SwappedCodebooks().obstacle(NONE)).contains("no codebook");
    assertThat(new SwappedCodebooks().obstacle(unlike)).contains("two fields of one shape");
    assertThat(new LostVectors("image", 0.2, 7).obstacle(NONE)).contains("no codebook");
    assertThat(new LostVectors("sound", 0.2, 7).obstacle(alike)).contains("sound", "text", "image");
    assertThat(new LostVectors("query", 0.2, 7).obstacle(alike)).isNotNull();
  }
}
