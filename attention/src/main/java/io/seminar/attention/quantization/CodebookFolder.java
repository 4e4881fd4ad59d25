package io.seminar.attention.quantization;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A codebook on disk, with the codes of the catalogue that it was made for. A folder of four files:
 *
 * <ul>
 *   <li>{@code codebook.properties}: UTF-8, sorted keys, no time stamp. {@code version}; {@code
 *       catalogue.digest}, {@code catalogue.items}, {@code catalogue.queries}; {@code perHead} and
 *       {@code codebooks}; for each {@code codebook.<h>.fields} and for each field {@code
 *       codebook.<h>.field.<m>.name}, {@code .source}, {@code .weight}, {@code .method}, {@code
 *       .dimension}, {@code .subcodes}, {@code .centroids}, {@code .reservesZero} and what else the
 *       method needs; {@code sha256.<file>} of the others; {@code fact.<key>}: whatever the maker
 *       wants to be known of the training.
 *   <li>{@code quantizers.bin}: for each codebook and field what its quantiser is made of, float32:
 *       a rotation, if there is one, then the centroids by sub-code.
 *   <li>{@code items.bin}, {@code queries.bin}: a row an ordinal, for each codebook its sub-codes,
 *       a byte each, or two a byte where they have 4 bits.
 * </ul>
 *
 * (Properties, because this module brings no JSON parser along; the three binary files have the
 * header that {@link FlatFile} describes.) The folder is written under a temporary name beside its
 * own and renamed when it is complete; a folder that opens is whole and belongs to the catalogue
 * asked for.
 *
 * <p>An open folder holds memory-mapped files until it is unreachable and is safe for threads.
 */
public final class CodebookFolder {

  private static final String PROPERTIES = "codebook.properties";
  private static final String QUANTIZERS = "quantizers.bin";
  private static final String ITEMS = "items.bin";
  private static final String QUERIES = "queries.bin";
  private static final int VERSION = 2;

  /**
   * Gives the code of an item or query: its sub-codes in the first codebook, then those in the
   * second, a byte each.
   */
  @FunctionalInterface
  public interface Encoder {
    void encode(int ordinal, byte[] code);
  }

  private final Path folder;
  private final CodebookSet codebooks;
  private final Map<String, String> facts;
  private final String catalogueDigest;
  private final String digest;
  private final FlatFile items;
  private final CodeRows itemRows;
  private final FlatFile queries;
  private final CodeRows queryRows;
  private final long bytes;

  private CodebookFolder(
      Path folder,
      CodebookSet codebooks,
      Map<String, String> facts,
      String catalogueDigest,
      String digest,
      FlatFile items,
      CodeRows itemRows,
      FlatFile queries,
      CodeRows queryRows,
      long bytes) {
    this.folder = folder;
    this.codebooks = codebooks;
    this.facts = facts;
    this.catalogueDigest = catalogueDigest;
    this.digest = digest;
    this.items = items;
    this.itemRows = itemRows;
    this.queries = queries;
    this.queryRows = queryRows;
    this.bytes = bytes;
  }

  /**
   * Writes a folder. Encoders are called once for each ordinal, in order, on the calling thread.
   *
   * @param out refused if it exists, unless {@code overwrite}; then replaced when all is written
   * @param catalogueDigest of the catalogue (items and queries) whose codes these are
   * @param facts of the training; keys of letters, digits, dots and dashes
   * @throws FileAlreadyExistsException if {@code out} is there and must not be replaced
   */
  public static void write(
      Path out,
      boolean overwrite,
      CodebookSet codebooks,
      String catalogueDigest,
      Map<String, String> facts,
      int items,
      Encoder itemCodes,
      int queries,
      Encoder queryCodes)
      throws IOException {
    if (items < 0 || queries < 0) {
      throw new IllegalArgumentException(
          "items " + items + ", queries " + queries + ": expected at least 0 of each");
    }
    Path target = out.toAbsolutePath().normalize();
    if (Files.exists(target) && !overwrite) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Files.createDirectories(target.getParent());
    Path temporary =
        Files.createTempDirectory(target.getParent(), "." + target.getFileName() + ".writing-");
    try {
      TreeMap<String, String> lines = new TreeMap<>();
      lines.put("version", Integer.toString(VERSION));
      lines.put("catalogue.digest", catalogueDigest);
      lines.put("catalogue.items", Integer.toString(items));
      lines.put("catalogue.queries", Integer.toString(queries));
      float[] floats = describe(codebooks, lines);
      facts.forEach(
          (key, value) -> {
            if (!key.matches("[A-Za-z0-9.-]+")) {
              throw new IllegalArgumentException(
                  "fact '" + key + "': expected letters, digits, dots and dashes");
            }
            lines.put("fact." + key, value);
          });
      FlatFile.write(
          temporary.resolve(QUANTIZERS),
          FlatFile.QUANTIZERS,
          floats.length,
          Float.BYTES,
          (row, four) ->
              ByteBuffer.wrap(four).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, floats[row]));
      writeCodes(temporary.resolve(ITEMS), FlatFile.ITEM_CODES, items, codebooks, itemCodes);
      writeCodes(temporary.resolve(QUERIES), FlatFile.QUERY_CODES, queries, codebooks, queryCodes);
      for (String file : List.of(QUANTIZERS, ITEMS, QUERIES)) {
        lines.put("sha256." + file, sha256(temporary.resolve(file)));
      }
      Files.write(
          temporary.resolve(PROPERTIES),
          PropertiesFile.render(lines).getBytes(StandardCharsets.UTF_8));
      replace(temporary, target);
    } finally {
      delete(temporary);
    }
  }

  /** Writes the keys of all quantisers and returns their floats, one after the other. */
  private static float[] describe(CodebookSet codebooks, Map<String, String> lines) {
    lines.put("perHead", Boolean.toString(codebooks.perHead()));
    lines.put("codebooks", Integer.toString(codebooks.size()));
    List<float[]> parts = new ArrayList<>();
    for (int h = 0; h < codebooks.size(); h++) {
      List<MultiModalCodebook.Field> fields = codebooks.of(h).fields();
      lines.put("codebook." + h + ".fields", Integer.toString(fields.size()));
      for (int m = 0; m < fields.size(); m++) {
        MultiModalCodebook.Field field = fields.get(m);
        String prefix = prefix(h, m);
        lines.put(prefix + "name", field.name());
        lines.put(prefix + "source", field.source().name());
        lines.put(prefix + "weight", Float.toString(field.weight()));
        QuantizerRecords.describe(field.quantizer(), prefix, lines);
        parts.add(QuantizerRecords.floats(field.quantizer()));
      }
    }
    float[] floats = new float[parts.stream().mapToInt(part -> part.length).sum()];
    int at = 0;
    for (float[] part : parts) {
      System.arraycopy(part, 0, floats, at, part.length);
      at += part.length;
    }
    return floats;
  }

  private static String prefix(int codebook, int field) {
    return "codebook." + codebook + ".field." + field + ".";
  }

  private static void writeCodes(
      Path file, int kind, int rows, CodebookSet codebooks, Encoder encoder) throws IOException {
    CodeRows layout = CodeRows.of(codebooks, kind);
    byte[] codes = new byte[layout.subcodes()];
    FlatFile.write(
        file,
        kind,
        rows,
        layout.bytes(),
        (row, packed) -> {
          encoder.encode(row, codes);
          layout.pack(codes, packed);
        });
  }

  /** Puts the finished folder in its place; an old one steps aside first and goes after. */
  private static void replace(Path finished, Path target) throws IOException {
    if (!Files.exists(target)) {
      move(finished, target);
      return;
    }
    Path old = Files.createTempDirectory(target.getParent(), "." + target.getFileName() + ".old-");
    Path aside = old.resolve("folder");
    move(target, aside);
    try {
      move(finished, target);
    } catch (IOException e) {
      move(aside, target);
      throw e;
    } finally {
      delete(old);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> walk = Files.walk(folder)) {
      paths = new ArrayList<>(walk.toList());
    }
    Collections.reverse(paths);
    for (Path path : paths) {
      Files.delete(path);
    }
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    byte[] buffer = new byte[1 << 16];
    try (java.io.InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * Opens a folder and checks all of it: keys, sizes, checksums, and that it was made for this
   * catalogue.
   *
   * @param expectedCatalogueDigest of the catalogue at hand; null: not compared
   * @throws CodebookException naming the file and the field that is wrong
   */
  public static CodebookFolder open(Path folder, String expectedCatalogueDigest) {
    Path file = folder.resolve(PROPERTIES);
    byte[] content;
    try {
      content = Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new CodebookException(folder, "is no codebook, " + PROPERTIES + " is missing", e);
    } catch (IOException e) {
      throw new CodebookException(file, "cannot be read", e);
    }
    PropertiesFile keys = PropertiesFile.parse(file, content);
    if (keys.text("version").equals("1")) {
      throw new CodebookException(
          file, "version", 1, VERSION + " (an earlier release made it: quantize again)");
    }
    keys.expectInteger("version", VERSION, VERSION);
    String catalogue = keys.text("catalogue.digest");
    if (expectedCatalogueDigest != null && !catalogue.equals(expectedCatalogueDigest)) {
      throw new CodebookException(
          file,
          "catalogue.digest",
          catalogue,
          expectedCatalogueDigest + " (the codes belong to another catalogue)");
    }
    int items = keys.expectInteger("catalogue.items", 0, Integer.MAX_VALUE);
    int queries = keys.expectInteger("catalogue.queries", 0, Integer.MAX_VALUE);
    CodebookSet codebooks = readCodebooks(folder, keys);
    CodeRows itemRows = CodeRows.of(codebooks, FlatFile.ITEM_CODES);
    CodeRows queryRows = CodeRows.of(codebooks, FlatFile.QUERY_CODES);
    FlatFile itemCodes =
        FlatFile.open(folder.resolve(ITEMS), FlatFile.ITEM_CODES, items, itemRows.bytes());
    FlatFile queryCodes =
        FlatFile.open(folder.resolve(QUERIES), FlatFile.QUERY_CODES, queries, queryRows.bytes());
    long bytes = content.length;
    for (String name : List.of(QUANTIZERS, ITEMS, QUERIES)) {
      Path part = folder.resolve(name);
      try {
        bytes += Files.size(part);
        String found = sha256(part);
        String expected = keys.text("sha256." + name);
        if (!found.equals(expected)) {
          throw new CodebookException(part, "SHA-256", found, expected);
        }
      } catch (IOException e) {
        throw new CodebookException(part, "cannot be read", e);
      }
    }
    return new CodebookFolder(
        folder,
        codebooks,
        keys.below("fact."),
        catalogue,
        HexFormat.of().formatHex(sha256().digest(content)),
        itemCodes,
        itemRows,
        queryCodes,
        queryRows,
        bytes);
  }

  private static CodebookSet readCodebooks(Path folder, PropertiesFile keys) {
    int n = keys.expectInteger("codebooks", 1, 1 << 12);
    int[] fields = new int[n];
    long floats = 0;
    for (int h = 0; h < n; h++) {
      fields[h] = keys.expectInteger("codebook." + h + ".fields", 1, 1 << 12);
      for (int m = 0; m < fields[h]; m++) {
        floats += QuantizerRecords.floats(keys, prefix(h, m));
      }
    }
    if (floats > Integer.MAX_VALUE) {
      throw new CodebookException(keys.file(), "quantisers", floats, "fewer floats than 2^31");
    }
    FlatFile file =
        FlatFile.open(folder.resolve(QUANTIZERS), FlatFile.QUANTIZERS, floats, Float.BYTES);
    byte[] four = new byte[Float.BYTES];
    ByteBuffer view = ByteBuffer.wrap(four).order(ByteOrder.LITTLE_ENDIAN);
    int row = 0;
    try {
      List<MultiModalCodebook> codebooks = new ArrayList<>();
      for (int h = 0; h < n; h++) {
        List<MultiModalCodebook.Field> list = new ArrayList<>();
        for (int m = 0; m < fields[h]; m++) {
          float[] values = new float[(int) QuantizerRecords.floats(keys, prefix(h, m))];
          for (int i = 0; i < values.length; i++) {
            file.copy("float", row++, 0, Float.BYTES, four, 0);
            values[i] = view.getFloat(0);
          }
          list.add(readField(keys, prefix(h, m), values));
        }
        codebooks.add(new MultiModalCodebook(list));
      }
      return new CodebookSet(keys.flag("perHead"), codebooks);
    } catch (IllegalArgumentException e) {
      throw new CodebookException(keys.file(), "fields make no sense", e);
    }
  }

  private static MultiModalCodebook.Field readField(
      PropertiesFile keys, String prefix, float[] values) {
    try {
      return new MultiModalCodebook.Field(
          keys.text(prefix + "name"),
          keys.source(prefix + "source"),
          keys.number(prefix + "weight"),
          QuantizerRecords.read(keys, prefix, values));
    } catch (IllegalArgumentException e) {
      throw new CodebookException(keys.file(), prefix + "* makes no sense", e);
    }
  }

  /** Where the folder is. */
  public Path folder() {
    return folder;
  }

  /** Fields, quantisers and weights of every head, or of all together. */
  public CodebookSet codebooks() {
    return codebooks;
  }

  /** What the maker wrote down about the training. */
  public Map<String, String> facts() {
    return facts;
  }

  /** The catalogue that the codes belong to. */
  public String catalogueDigest() {
    return catalogueDigest;
  }

  /** SHA-256 of the properties file, and through the checksums in it of the whole folder. */
  public String digest() {
    return digest;
  }

  /** Items that have codes. */
  public int items() {
    return (int) items.rows();
  }

  /** Queries that have codes. */
  public int queries() {
    return (int) queries.rows();
  }

  /** Bytes of all files together. */
  public long bytes() {
    return bytes;
  }

  /**
   * Copies an item's sub-codes, a byte each.
   *
   * @param codebook which of {@link #codebooks}
   * @param out its {@link MultiModalCodebook#itemSubcodes()} bytes from {@code offset}
   */
  public void copyItemCodes(int codebook, int item, byte[] out, int offset) {
    itemRows.copy(items, "item", item, codebook, out, offset);
  }

  /**
   * Copies a query's sub-codes, a byte each.
   *
   * @param codebook which of {@link #codebooks}
   * @param out its {@link MultiModalCodebook#querySubcodes()} bytes from {@code offset}
   */
  public void copyQueryCodes(int codebook, int query, byte[] out, int offset) {
    queryRows.copy(queries, "query", query, codebook, out, offset);
  }
}
