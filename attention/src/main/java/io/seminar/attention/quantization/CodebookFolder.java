package io.seminar.attention.quantization;

import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
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
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A codebook on disk, with the codes of the catalogue that it was made for. A folder of four files:
 *
 * <ul>
 *   <li>{@code codebook.properties}: UTF-8, sorted keys, no time stamp. {@code version}; {@code
 *       catalogue.digest}, {@code catalogue.items}, {@code catalogue.queries}; {@code fields} and
 *       for each {@code field.<m>.name}, {@code .source}, {@code .weight}, {@code .dimension},
 *       {@code .subspaces}, {@code .centroids}, {@code .reservesZero}; {@code sha256.<file>} of the
 *       others; {@code fact.<key>}: whatever the maker wants to be known of the training.
 *   <li>{@code centroids.bin}: for each field and sub-space its centroids, float32.
 *   <li>{@code items.bin}, {@code queries.bin}: one row of code bytes an ordinal.
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
  private static final String CENTROIDS = "centroids.bin";
  private static final String ITEMS = "items.bin";
  private static final String QUERIES = "queries.bin";
  private static final int VERSION = 1;

  /** Gives the code of an item or query: as many bytes as the codebook has for it. */
  @FunctionalInterface
  public interface Encoder {
    void encode(int ordinal, byte[] code);
  }

  private final Path folder;
  private final MultiModalCodebook codebook;
  private final Map<String, String> facts;
  private final String catalogueDigest;
  private final String digest;
  private final FlatFile items;
  private final FlatFile queries;
  private final long bytes;

  private CodebookFolder(
      Path folder,
      MultiModalCodebook codebook,
      Map<String, String> facts,
      String catalogueDigest,
      String digest,
      FlatFile items,
      FlatFile queries,
      long bytes) {
    this.folder = folder;
    this.codebook = codebook;
    this.facts = facts;
    this.catalogueDigest = catalogueDigest;
    this.digest = digest;
    this.items = items;
    this.queries = queries;
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
      MultiModalCodebook codebook,
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
      List<MultiModalCodebook.Field> fields = codebook.fields();
      lines.put("fields", Integer.toString(fields.size()));
      for (int m = 0; m < fields.size(); m++) {
        MultiModalCodebook.Field field = fields.get(m);
        ProductQuantizer quantizer = (ProductQuantizer) field.quantizer();
        lines.put("field." + m + ".name", field.name());
        lines.put("field." + m + ".source", field.source().name());
        lines.put("field." + m + ".weight", Float.toString(field.weight()));
        lines.put("field." + m + ".dimension", Integer.toString(quantizer.dimension()));
        lines.put("field." + m + ".subspaces", Integer.toString(quantizer.subcodes()));
        lines.put("field." + m + ".centroids", Integer.toString(quantizer.centroids()));
        lines.put("field." + m + ".reservesZero", Boolean.toString(quantizer.reservesZero()));
      }
      facts.forEach(
          (key, value) -> {
            if (!key.matches("[A-Za-z0-9.-]+")) {
              throw new IllegalArgumentException(
                  "fact '" + key + "': expected letters, digits, dots and dashes");
            }
            lines.put("fact." + key, value);
          });
      float[] centroids = centroids(codebook);
      FlatFile.write(
          temporary.resolve(CENTROIDS),
          FlatFile.CENTROIDS,
          centroids.length,
          Float.BYTES,
          (row, code) ->
              ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, centroids[row]));
      FlatFile.write(
          temporary.resolve(ITEMS),
          FlatFile.ITEM_CODES,
          items,
          codebook.itemSubcodes(),
          itemCodes::encode);
      FlatFile.write(
          temporary.resolve(QUERIES),
          FlatFile.QUERY_CODES,
          queries,
          codebook.querySubcodes(),
          queryCodes::encode);
      for (String file : List.of(CENTROIDS, ITEMS, QUERIES)) {
        lines.put("sha256." + file, sha256(temporary.resolve(file)));
      }
      Files.write(temporary.resolve(PROPERTIES), render(lines).getBytes(StandardCharsets.UTF_8));
      replace(temporary, target);
    } finally {
      delete(temporary);
    }
  }

  private static float[] centroids(MultiModalCodebook codebook) {
    int n = 0;
    for (MultiModalCodebook.Field field : codebook.fields()) {
      n += ((ProductQuantizer) field.quantizer()).centroids() * field.quantizer().dimension();
    }
    float[] values = new float[n];
    int at = 0;
    for (MultiModalCodebook.Field field : codebook.fields()) {
      ProductQuantizer quantizer = (ProductQuantizer) field.quantizer();
      for (int c = 0; c < quantizer.subcodes(); c++) {
        for (int slot = 0; slot < quantizer.centroids(); slot++) {
          quantizer.copyCentroid(c, slot, values, at);
          at += quantizer.start(c + 1) - quantizer.start(c);
        }
      }
    }
    return values;
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

  /** The properties format by hand: the library's writer puts the date on top. */
  private static String render(TreeMap<String, String> lines) {
    StringBuilder text = new StringBuilder();
    lines.forEach(
        (key, value) -> {
          StringBuilder escaped = new StringBuilder();
          for (char c : value.toCharArray()) {
            switch (c) {
              case '\\':
                escaped.append("\\\\");
                break;
              case '\n':
                escaped.append("\\n");
                break;
              case '\r':
                escaped.append("\\r");
                break;
              case ' ':
                escaped.append(escaped.length() == 0 ? "\\ " : " ");
                break;
              case '\t':
                escaped.append("\\t");
                break;
              case '\f':
                escaped.append("\\f");
                break;
              default:
                escaped.append(c);
            }
          }
          text.append(key).append('=').append(escaped).append('\n');
        });
    return text.toString();
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
    Entries entries = Entries.parse(file, content);
    entries.expectInteger("version", VERSION, VERSION);
    String catalogue = entries.text("catalogue.digest");
    if (expectedCatalogueDigest != null && !catalogue.equals(expectedCatalogueDigest)) {
      throw new CodebookException(
          file,
          "catalogue.digest",
          catalogue,
          expectedCatalogueDigest + " (the codes belong to another catalogue)");
    }
    int items = entries.expectInteger("catalogue.items", 0, Integer.MAX_VALUE);
    int queries = entries.expectInteger("catalogue.queries", 0, Integer.MAX_VALUE);
    MultiModalCodebook codebook = readCodebook(folder, entries);
    FlatFile itemCodes =
        FlatFile.open(folder.resolve(ITEMS), FlatFile.ITEM_CODES, items, codebook.itemSubcodes());
    FlatFile queryCodes =
        FlatFile.open(
            folder.resolve(QUERIES), FlatFile.QUERY_CODES, queries, codebook.querySubcodes());
    long bytes = content.length;
    for (String name : List.of(CENTROIDS, ITEMS, QUERIES)) {
      Path part = folder.resolve(name);
      try {
        bytes += Files.size(part);
        String found = sha256(part);
        String expected = entries.text("sha256." + name);
        if (!found.equals(expected)) {
          throw new CodebookException(part, "SHA-256", found, expected);
        }
      } catch (IOException e) {
        throw new CodebookException(part, "cannot be read", e);
      }
    }
    return new CodebookFolder(
        folder,
        codebook,
        entries.below("fact."),
        catalogue,
        HexFormat.of().formatHex(sha256().digest(content)),
        itemCodes,
        queryCodes,
        bytes);
  }

  private static MultiModalCodebook readCodebook(Path folder, Entries entries) {
    int n = entries.expectInteger("fields", 1, 1 << 16);
    long floats = 0;
    for (int m = 0; m < n; m++) {
      int dimension = entries.expectInteger("field." + m + ".dimension", 1, 1 << 20);
      floats +=
          (long) dimension
              * entries.expectInteger(
                  "field." + m + ".centroids", 1, ProductQuantizer.MOST_CENTROIDS);
    }
    if (floats > Integer.MAX_VALUE) {
      throw new CodebookException(entries.file, "centroids", floats, "fewer floats than 2^31");
    }
    FlatFile file =
        FlatFile.open(folder.resolve(CENTROIDS), FlatFile.CENTROIDS, floats, Float.BYTES);
    byte[] four = new byte[Float.BYTES];
    ByteBuffer view = ByteBuffer.wrap(four).order(ByteOrder.LITTLE_ENDIAN);
    int row = 0;
    List<MultiModalCodebook.Field> fields = new ArrayList<>();
    for (int m = 0; m < n; m++) {
      String prefix = "field." + m + ".";
      int dimension = entries.expectInteger(prefix + "dimension", 1, 1 << 20);
      int centroids =
          entries.expectInteger(prefix + "centroids", 1, ProductQuantizer.MOST_CENTROIDS);
      float[] values = new float[centroids * dimension];
      for (int i = 0; i < values.length; i++) {
        file.copy("centroid", row++, four, 0);
        values[i] = view.getFloat(0);
      }
      try {
        fields.add(
            new MultiModalCodebook.Field(
                entries.text(prefix + "name"),
                entries.source(prefix + "source"),
                entries.number(prefix + "weight"),
                ProductQuantizer.of(
                    dimension,
                    entries.expectInteger(prefix + "subspaces", 1, dimension),
                    centroids,
                    entries.flag(prefix + "reservesZero"),
                    values)));
      } catch (IllegalArgumentException e) {
        throw new CodebookException(entries.file, "field " + m + " makes no sense", e);
      }
    }
    try {
      return new MultiModalCodebook(fields);
    } catch (IllegalArgumentException e) {
      throw new CodebookException(entries.file, "fields make no sense", e);
    }
  }

  /** The keys and values of the properties file, read with the file's name in every complaint. */
  private static final class Entries {
    private final Path file;
    private final Properties values;

    private Entries(Path file, Properties values) {
      this.file = file;
      this.values = values;
    }

    static Entries parse(Path file, byte[] content) {
      Properties values = new Properties();
      try (Reader reader = new java.io.StringReader(new String(content, StandardCharsets.UTF_8))) {
        values.load(reader);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (IllegalArgumentException e) {
        throw new CodebookException(file, "is not a properties file", e);
      }
      return new Entries(file, values);
    }

    String text(String key) {
      String value = values.getProperty(key);
      if (value == null) {
        throw new CodebookException(file, key, "missing", "a value");
      }
      return value;
    }

    int expectInteger(String key, int least, int most) {
      String value = text(key);
      String expected = least == most ? "" + least : "an integer from " + least + " to " + most;
      try {
        int number = Integer.parseInt(value);
        if (number >= least && number <= most) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw new CodebookException(file, key, value, expected);
      }
      throw new CodebookException(file, key, value, expected);
    }

    float number(String key) {
      try {
        return Float.parseFloat(text(key));
      } catch (NumberFormatException e) {
        throw new CodebookException(file, key, text(key), "a number");
      }
    }

    boolean flag(String key) {
      String value = text(key);
      if (!value.equals("true") && !value.equals("false")) {
        throw new CodebookException(file, key, value, "true or false");
      }
      return value.equals("true");
    }

    MultiModalCodebook.Source source(String key) {
      try {
        return MultiModalCodebook.Source.valueOf(text(key));
      } catch (IllegalArgumentException e) {
        throw new CodebookException(file, key, text(key), "QUERY or ITEM");
      }
    }

    Map<String, String> below(String prefix) {
      TreeMap<String, String> found = new TreeMap<>();
      for (String key : values.stringPropertyNames()) {
        if (key.startsWith(prefix)) {
          found.put(key.substring(prefix.length()), values.getProperty(key));
        }
      }
      return Collections.unmodifiableMap(found);
    }
  }

  /** Where the folder is. */
  public Path folder() {
    return folder;
  }

  /** Fields, quantisers and weights. */
  public MultiModalCodebook codebook() {
    return codebook;
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

  /** Copies an item's {@link MultiModalCodebook#itemSubcodes()} bytes. */
  public void copyItemCodes(int item, byte[] out, int offset) {
    items.copy("item", item, out, offset);
  }

  /** Copies a query's {@link MultiModalCodebook#querySubcodes()} bytes. */
  public void copyQueryCodes(int query, byte[] out, int offset) {
    queries.copy("query", query, out, offset);
  }
}
