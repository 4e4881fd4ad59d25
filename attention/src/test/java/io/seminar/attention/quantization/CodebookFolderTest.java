package io.seminar.attention.quantization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.attention.Samples;
import io.seminar.attention.quantization.MultiModalCodebook.Field;
import io.seminar.attention.quantization.MultiModalCodebook.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodebookFolderTest {

  private static final int ITEMS = 211;
  private static final int QUERIES = 17;
  private static final Map<String, String> FACTS =
      Map.of("seed", "7", "note", " all of it: a=b \\ # ü\nnext", "sample.text", "300");

  @TempDir Path temp;

  private static Field field(String name, Source source, float weight, int dimension, int bytes) {
    float[] sample = Samples.gaussian(new Random(name.hashCode()), 300 * dimension);
    return new Field(
        name,
        source,
        weight,
        ProductQuantizer.train(
            sample,
            300,
            dimension,
            TrainingOptions.of(bytes, 1)
                .withIterations(2)
                .withReserveZero(source == Source.QUERY)));
  }

  private static final MultiModalCodebook CODEBOOK =
      new MultiModalCodebook(
          List.of(
              field("query", Source.QUERY, 0.5f, 10, 3),
              field("text", Source.ITEM, 0.25f, 12, 4),
              field("imäge", Source.ITEM, 0.1f, 7, 2)));

  private static byte[] code(int ordinal, int bytes) {
    byte[] code = new byte[bytes];
    new Random(ordinal * 31L + bytes).nextBytes(code);
    return code;
  }

  private static void copy(int ordinal, byte[] out) {
    System.arraycopy(code(ordinal, out.length), 0, out, 0, out.length);
  }

  private Path write() throws IOException {
    Path out = temp.resolve("codebook");
    CodebookFolder.write(
        out,
        false,
        CodebookSet.shared(CODEBOOK),
        "d1",
        FACTS,
        ITEMS,
        CodebookFolderTest::copy,
        QUERIES,
        CodebookFolderTest::copy);
    return out;
  }

  @Test
  void givesBackWhatWasWritten() throws IOException {
    Path out = write();
    CodebookFolder folder = CodebookFolder.open(out, "d1");
    assertThat(folder.facts()).isEqualTo(FACTS);
    assertThat(folder.catalogueDigest()).isEqualTo("d1");
    assertThat(folder.items()).isEqualTo(ITEMS);
    assertThat(folder.queries()).isEqualTo(QUERIES);
    assertThat(folder.digest()).hasSize(64);
    MultiModalCodebook codebook = folder.codebooks().of(0);
    assertThat(codebook.fields()).extracting(Field::name).containsExactly("query", "text", "imäge");
    assertThat(codebook.fields()).extracting(Field::weight).containsExactly(0.5f, 0.25f, 0.1f);
    assertThat(codebook.querySubcodes()).isEqualTo(3);
    assertThat(codebook.itemSubcodes()).isEqualTo(6);
    byte[] buffer = new byte[8];
    for (int i = 0; i < ITEMS; i++) {
      folder.copyItemCodes(0, i, buffer, 1);
      assertThat(Arrays.copyOfRange(buffer, 1, 7)).isEqualTo(code(i, 6));
    }
    for (int q = 0; q < QUERIES; q++) {
      folder.copyQueryCodes(0, q, buffer, 0);
      assertThat(Arrays.copyOf(buffer, 3)).isEqualTo(code(q, 3));
    }
    float[] row = Samples.gaussian(new Random(2), CODEBOOK.dimension());
    byte[] expected = new byte[9];
    byte[] found = new byte[9];
    CODEBOOK.encode(row, 0, null, expected, 0);
    codebook.encode(row, 0, null, found, 0);
    assertThat(found).isEqualTo(expected);
    float[] a = new float[CODEBOOK.tableLength()];
    float[] b = new float[CODEBOOK.tableLength()];
    CODEBOOK.asymmetricTables(row, 0, a, 0);
    codebook.asymmetricTables(row, 0, b, 0);
    assertThat(b).isEqualTo(a);
    long size = 0;
    try (Stream<Path> files = Files.list(out)) {
      for (Path file : files.toList()) {
        size += Files.size(file);
      }
    }
    assertThat(folder.bytes()).isEqualTo(size);
    assertThatThrownBy(() -> folder.copyItemCodes(0, ITEMS, buffer, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("item 211 has no code: expected 0 to 210");
    assertThatThrownBy(() -> folder.copyItemCodes(0, 0, buffer, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("codes has 8 elements: 6 from 3 do not fit");
  }

  @ParameterizedTest
  @EnumSource
  void givesBackEveryKindOfQuantiser(Quantizers way) throws IOException {
    float[] vectors = Samples.gaussian(new Random(8), 200 * 10);
    for (int bits : new int[] {4, 8}) {
      Quantizer quantizer =
          way.train(
              vectors,
              200,
              10,
              TrainingOptions.of(3, 1)
                  .withCentroids(1 << bits)
                  .withIterations(3)
                  .withReserveZero(true));
      MultiModalCodebook codebook =
          new MultiModalCodebook(List.of(new Field("text", Source.ITEM, 0.5f, quantizer)));
      Path out = temp.resolve(way + "-" + bits);
      CodebookFolder.write(
          out,
          false,
          CodebookSet.shared(codebook),
          "d",
          Map.of(),
          200,
          (item, code) -> codebook.encodeField(0, vectors, item * 10, code, 0),
          0,
          CodebookFolderTest::copy);
      CodebookFolder folder = CodebookFolder.open(out, "d");
      MultiModalCodebook again = folder.codebooks().of(0);
      assertThat(folder.codebooks().method()).isEqualTo(quantizer.method());
      assertThat(folder.codebooks().bits()).isEqualTo(bits);
      assertThat(again.fields().get(0).quantizer().reservesZero()).isTrue();
      byte[] expected = new byte[3];
      byte[] found = new byte[3];
      float[] a = new float[codebook.tableLength()];
      float[] b = new float[codebook.tableLength()];
      for (int item = 0; item < 200; item++) {
        codebook.encodeField(0, vectors, item * 10, expected, 0);
        folder.copyItemCodes(0, item, found, 0);
        assertThat(found).isEqualTo(expected);
        again.encodeField(0, vectors, item * 10, found, 0);
        assertThat(found).isEqualTo(expected);
        codebook.asymmetricTables(vectors, item * 10, a, 0);
        again.asymmetricTables(vectors, item * 10, b, 0);
        assertThat(b).isEqualTo(a);
      }
    }
  }

  private static MultiModalCodebook ofFourBits(String name, int dimension, int query, int item) {
    List<Field> fields = new ArrayList<>();
    for (Source source : Source.values()) {
      fields.add(
          new Field(
              name + source,
              source,
              1,
              ProductQuantizer.train(
                  Samples.gaussian(new Random(dimension), 100 * dimension),
                  100,
                  dimension,
                  TrainingOptions.of(source == Source.QUERY ? query : item, 1)
                      .withCentroids(16)
                      .withIterations(2))));
    }
    return new MultiModalCodebook(fields);
  }

  /** Odd numbers of sub-codes, so that half a byte is left over at the end of every codebook. */
  @Test
  void packsFourBitsAndKeepsHeadsApart() throws IOException {
    CodebookSet set =
        new CodebookSet(
            true,
            List.of(ofFourBits("a", 7, 3, 5), ofFourBits("b", 9, 1, 8), ofFourBits("c", 5, 2, 1)));
    int[] query = {3, 1, 2};
    int[] item = {5, 8, 1};
    Path out = temp.resolve("heads");
    CodebookFolder.Encoder encoder =
        (ordinal, code) -> {
          for (int c = 0; c < code.length; c++) {
            code[c] = (byte) ((ordinal * 7 + c * 5 + code.length) % 16);
          }
        };
    CodebookFolder.write(out, false, set, "d", Map.of(), ITEMS, encoder, QUERIES, encoder);
    assertThat(Files.size(out.resolve("items.bin")))
        .isEqualTo(FlatFile.HEADER + ITEMS * (3 + 4 + 1));
    assertThat(Files.size(out.resolve("queries.bin")))
        .isEqualTo(FlatFile.HEADER + QUERIES * (2 + 1 + 1));
    CodebookFolder folder = CodebookFolder.open(out, "d");
    assertThat(folder.codebooks().perHead()).isTrue();
    assertThat(folder.codebooks().bits()).isEqualTo(4);
    assertThat(folder.codebooks().method()).isEqualTo(Quantizer.Method.PQ);
    assertThat(folder.codebooks().codeBytes()).isEqualTo(4 + 5 + 2);
    int queriesBefore = 0;
    int itemsBefore = 0;
    for (int h = 0; h < 3; h++) {
      assertThat(folder.codebooks().of(h).fields()).hasSize(2);
      assertThat(folder.codebooks().of(h).vectorStart(1)).isEqualTo(set.of(h).vectorStart(1));
      byte[] found = new byte[item[h] + 2];
      for (int i = 0; i < ITEMS; i++) {
        folder.copyItemCodes(h, i, found, 1);
        for (int c = 0; c < item[h]; c++) {
          assertThat(found[1 + c]).isEqualTo((byte) ((i * 7 + (itemsBefore + c) * 5 + 14) % 16));
        }
      }
      for (int q = 0; q < QUERIES; q++) {
        folder.copyQueryCodes(h, q, found, 0);
        for (int c = 0; c < query[h]; c++) {
          assertThat(found[c]).isEqualTo((byte) ((q * 7 + (queriesBefore + c) * 5 + 6) % 16));
        }
      }
      queriesBefore += query[h];
      itemsBefore += item[h];
    }
    assertThatThrownBy(
            () ->
                CodebookFolder.write(
                    out, true, set, "d", Map.of(), 1, (ordinal, code) -> code[3] = 16, 0, encoder))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sub-code 3 is 16: expected 0 to 15, 4 bits");
    assertThatThrownBy(() -> new CodebookSet(false, set.codebooks()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 codebooks: expected one that all heads share");
    assertThatThrownBy(() -> new CodebookSet(true, List.of(set.of(0), CODEBOOK)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "field query is quantised by pq of 8 bits: expected pq of 4 bits as in the first");
  }

  @Test
  void worksWithoutQueries() throws IOException {
    Path out = temp.resolve("plain");
    MultiModalCodebook codebook =
        new MultiModalCodebook(List.of(field("text", Source.ITEM, 1, 5, 2)));
    CodebookFolder.write(
        out,
        false,
        CodebookSet.shared(codebook),
        "d",
        Map.of(),
        3,
        CodebookFolderTest::copy,
        4,
        CodebookFolderTest::copy);
    CodebookFolder folder = CodebookFolder.open(out, null);
    assertThat(folder.queries()).isEqualTo(4);
    folder.copyQueryCodes(0, 3, new byte[0], 0);
  }

  @Test
  void refusesAnotherCatalogueByName() throws IOException {
    Path out = write();
    assertThatThrownBy(() -> CodebookFolder.open(out, "d2"))
        .isInstanceOf(CodebookException.class)
        .hasMessage(
            out.resolve("codebook.properties")
                + ": catalogue.digest is d1: expected d2 (the codes belong to another catalogue)");
  }

  @Test
  void leavesNothingHalfWrittenAndReplacesOnlyWhenAsked() throws IOException {
    Path out = temp.resolve("codebook");
    assertThatThrownBy(
            () ->
                CodebookFolder.write(
                    out,
                    false,
                    CodebookSet.shared(CODEBOOK),
                    "d1",
                    FACTS,
                    ITEMS,
                    (item, code) -> {
                      if (item == 100) {
                        throw new IllegalStateException("stop");
                      }
                    },
                    0,
                    CodebookFolderTest::copy))
        .hasMessage("stop");
    assertThat(temp).isEmptyDirectory();
    write();
    String first = CodebookFolder.open(out, null).digest();
    assertThatThrownBy(this::write).isInstanceOf(FileAlreadyExistsException.class);
    CodebookFolder.write(
        out,
        true,
        CodebookSet.shared(CODEBOOK),
        "d1",
        FACTS,
        5,
        CodebookFolderTest::copy,
        0,
        CodebookFolderTest::copy);
    assertThat(CodebookFolder.open(out, null).items()).isEqualTo(5);
    assertThat(CodebookFolder.open(out, null).digest()).isNotEqualTo(first);
    CodebookFolder.write(
        out,
        true,
        CodebookSet.shared(CODEBOOK),
        "d1",
        FACTS,
        ITEMS,
        CodebookFolderTest::copy,
        QUERIES,
        CodebookFolderTest::copy);
    assertThat(CodebookFolder.open(out, null).digest())
        .as("same input, same bytes")
        .isEqualTo(first);
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).containsExactly(out);
    }
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    Path out = write();
    for (String name : List.of("quantizers.bin", "items.bin", "queries.bin")) {
      Path file = out.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int length : new int[] {0, 10, 63, 64, whole.length - 1}) {
        Files.write(file, Arrays.copyOf(whole, length));
        assertThatThrownBy(() -> CodebookFolder.open(out, "d1"))
            .isInstanceOf(CodebookException.class)
            .hasMessageContaining(file + ": size is " + length);
      }
      Files.delete(file);
      assertThatThrownBy(() -> CodebookFolder.open(out, "d1"))
          .isInstanceOf(CodebookException.class)
          .hasMessageContaining(file + ": cannot be read");
      Files.write(file, whole);
    }
    CodebookFolder.open(out, "d1");
    Files.delete(out.resolve("codebook.properties"));
    assertThatThrownBy(() -> CodebookFolder.open(out, "d1"))
        .isInstanceOf(CodebookException.class)
        .hasMessageContaining(out + ": is no codebook, codebook.properties is missing");
  }

  @Test
  void everyFlippedBitIsRefused() throws IOException {
    Path out = write();
    Random random = new Random(13);
    for (String name : List.of("quantizers.bin", "items.bin", "queries.bin")) {
      Path file = out.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int round = 0; round < 40; round++) {
        byte[] flipped = whole.clone();
        int at = round < 36 ? round : random.nextInt(whole.length);
        flipped[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, flipped);
        assertThatThrownBy(() -> CodebookFolder.open(out, "d1"))
            .as(name + " byte " + at)
            .isInstanceOf(CodebookException.class)
            .hasMessageContaining(file.toString())
            .hasMessageContaining("expected");
      }
      Files.write(file, whole);
    }
    Files.write(
        out.resolve("items.bin"), "PAR1 something else".repeat(9).getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> CodebookFolder.open(out, "d1"))
        .hasMessageContaining("magic is PAR1 som: expected SEMINARQ");
    // A whole file of another codebook: all checksums are right, but it is not ours.
    Path other = temp.resolve("other");
    CodebookFolder.write(
        other,
        false,
        CodebookSet.shared(CODEBOOK),
        "d1",
        FACTS,
        ITEMS,
        (item, code) -> Arrays.fill(code, (byte) 1),
        QUERIES,
        CodebookFolderTest::copy);
    Files.write(out.resolve("items.bin"), Files.readAllBytes(other.resolve("items.bin")));
    assertThatThrownBy(() -> CodebookFolder.open(out, "d1"))
        .isInstanceOf(CodebookException.class)
        .hasMessageContaining("items.bin: SHA-256 is");
  }

  @Test
  void everyWrongKeyIsRefusedByName() throws IOException {
    Path out = write();
    Path file = out.resolve("codebook.properties");
    String whole = Files.readString(file);
    String[][] changes = {
      {"version=2", "version=3", "version is 3: expected 2"},
      {"version=2", "version=1", "version is 1: expected 2 (an earlier release made it: quantize"},
      {"version=2", "", "version is missing"},
      {"catalogue.items=211", "catalogue.items=x", "catalogue.items is x: expected an integer"},
      {"catalogue.items=211", "catalogue.items=210", "items.bin: rows is 211: expected 210"},
      {"fields=3", "fields=0", "codebook.0.fields is 0: expected an integer from 1"},
      {"fields=3", "fields=4", "codebook.0.field.3.dimension is missing"},
      {"field.1.source=ITEM", "field.1.source=SHOP", "field.1.source is SHOP: expected QUERY"},
      {"field.1.source=ITEM", "field.1.source=QUERY", "bytes a row is"},
      {"field.0.weight=0.5", "field.0.weight=NaN", "weight of field query is NaN"},
      {"field.0.weight=0.5", "field.0.weight=half", "field.0.weight is half: expected a number"},
      {"field.1.dimension=12", "field.1.dimension=13", "quantizers.bin: rows is"},
      {"field.1.subcodes=4", "field.1.subcodes=14", "field.1.subcodes is 14"},
      {"field.1.method=pq", "field.1.method=xq", "field.1.method is xq: expected one of [pq"},
      {"codebooks=1", "codebooks=2", "codebook.1.fields is missing"},
      {"perHead=false", "perHead=no", "perHead is no: expected true or false"},
      {"field.0.reservesZero=true", "field.0.reservesZero=yes", "is yes: expected true or false"},
      {"field.2.name=imäge", "field.2.name=text", "two fields are named text"},
      {"fact.seed=7", "fact.seed=\\u00zz", "is not a properties file"},
    };
    for (String[] change : changes) {
      assertThat(whole).contains(change[0]);
      Files.writeString(file, whole.replace(change[0], change[1]));
      assertThatThrownBy(() -> CodebookFolder.open(out, "d1"))
          .as(change[1])
          .isInstanceOf(CodebookException.class)
          .hasMessageContaining(change[2]);
    }
  }
}
