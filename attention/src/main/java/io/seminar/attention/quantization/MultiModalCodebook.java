package io.seminar.attention.quantization;

import static io.seminar.attention.quantization.ProductQuantizer.SLOTS;
import static io.seminar.attention.quantization.ProductQuantizer.checkRange;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The codebooks of all fields of a behaviour, and scores from codes.
 *
 * <p>A behaviour is the concatenation of its fields: the query's, if there are any, then the item's
 * modalities. A field m has its own {@link ProductQuantizer}, {@code D_m} floats, {@code C_m} bytes
 * and a weight {@code w_m}; {@code D = Σ D_m}, {@code C = Σ C_m}. The score is linear in the
 * fields, {@code s_l = scale_l Σ_m w_m <target_m, x_l,m>}, so everything that weighs a field is
 * folded into its tables once a target, and a behaviour costs C look-ups and additions:
 *
 * <ul>
 *   <li>asymmetric (ADC): {@code T[c][k] = w_m <target_c, centroid_c,k>}, the target stays exact;
 *   <li>symmetric (SDC): the same of the decoded target, so both sides are quantised.
 * </ul>
 *
 * <p>Where all fields live in one space and the score is {@code Σ_m <v, x_l,m>} (a folded target
 * {@code v}), the target's blocks are all {@code v}. For SDC the decoded blocks are added up first:
 * the M² cross tables collapse into M, because the score is linear.
 *
 * <p>A score is four partial sums by {@code c mod 4}, {@code ((s_0 + s_1) + s_2) + s_3}, times the
 * scale: the same bits for every way to compute it here.
 *
 * <p>Immutable and safe for threads; {@code scores} and the tables do not allocate.
 */
public final class MultiModalCodebook {

  /** Where the vectors of a field come from. */
  public enum Source {
    QUERY,
    ITEM
  }

  /**
   * One field of a behaviour.
   *
   * @param name unique within the codebook
   * @param source query or item
   * @param weight w_m, finite and not negative
   */
  public record Field(String name, Source source, float weight, ProductQuantizer quantizer) {
    public Field {
      if (name.isEmpty()) {
        throw new IllegalArgumentException("a field has an empty name");
      }
      if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "weight of field " + name + " is " + weight + ": expected a finite number, at least 0");
      }
    }
  }

  private final List<Field> fields;
  private final int[] vectorStarts;
  private final int[] codeStarts;
  private final int queryFields;

  /**
   * @param fields in the order in which they stand in vectors and codes; the query's come first
   */
  public MultiModalCodebook(List<Field> fields) {
    if (fields.isEmpty()) {
      throw new IllegalArgumentException("a codebook needs at least one field");
    }
    this.fields = List.copyOf(fields);
    this.vectorStarts = new int[fields.size() + 1];
    this.codeStarts = new int[fields.size() + 1];
    Set<String> names = new HashSet<>();
    int queries = 0;
    for (int m = 0; m < fields.size(); m++) {
      Field field = fields.get(m);
      if (!names.add(field.name())) {
        throw new IllegalArgumentException("two fields are named " + field.name());
      }
      if (field.source() == Source.QUERY) {
        if (queries < m) {
          throw new IllegalArgumentException(
              "query field " + field.name() + " stands at " + m + ", after an item field");
        }
        queries++;
      }
      vectorStarts[m + 1] = Math.addExact(vectorStarts[m], field.quantizer().dimension());
      codeStarts[m + 1] = Math.addExact(codeStarts[m], field.quantizer().subspaces());
    }
    this.queryFields = queries;
  }

  /** The fields in order. */
  public List<Field> fields() {
    return fields;
  }

  /** D, floats of a behaviour and of a target. */
  public int dimension() {
    return vectorStarts[fields.size()];
  }

  /** C, bytes of a behaviour. */
  public int codeBytes() {
    return codeStarts[fields.size()];
  }

  /** The first of a behaviour's bytes, which come from its query; 0 if queries have no vectors. */
  public int queryCodeBytes() {
    return codeStarts[queryFields];
  }

  /** The last of a behaviour's bytes, which come from its item. */
  public int itemCodeBytes() {
    return codeBytes() - queryCodeBytes();
  }

  /** First float of a field in a behaviour; of the number of fields: D. */
  public int vectorStart(int field) {
    return vectorStarts[field];
  }

  /** First byte of a field in a behaviour; of the number of fields: C. */
  public int codeStart(int field) {
    return codeStarts[field];
  }

  /** Floats of one target's tables, {@code C * 256}. */
  public int tableLength() {
    return codeBytes() * SLOTS;
  }

  /** The number of the field with this name; -1 if there is none. */
  public int indexOf(String name) {
    for (int m = 0; m < fields.size(); m++) {
      if (fields.get(m).name().equals(name)) {
        return m;
      }
    }
    return -1;
  }

  /** Encodes one field's vector to its {@code C_m} bytes. */
  public void encodeField(int field, float[] vector, int offset, byte[] codes, int codesOffset) {
    fields.get(field).quantizer().encode(vector, offset, codes, codesOffset);
  }

  /**
   * Writes the code of an absent vector, all zero.
   *
   * @throws IllegalArgumentException if the field's quantiser has not reserved it
   */
  public void encodeAbsent(int field, byte[] codes, int codesOffset) {
    Field absent = fields.get(field);
    if (!absent.quantizer().reservesZero()) {
      throw new IllegalArgumentException(
          "field " + absent.name() + " is absent, but its quantiser reserves no code for that");
    }
    checkRange("codes", codes.length, codesOffset, absent.quantizer().subspaces());
    Arrays.fill(codes, codesOffset, codesOffset + absent.quantizer().subspaces(), (byte) 0);
  }

  /**
   * Encodes a behaviour.
   *
   * @param row D floats, unweighted
   * @param present which fields are there, by field; null: all
   * @param codes C bytes from {@code codesOffset}, overwritten
   */
  public void encode(float[] row, int offset, boolean[] present, byte[] codes, int codesOffset) {
    checkRange("row", row.length, offset, dimension());
    checkRange("codes", codes.length, codesOffset, codeBytes());
    if (present != null && present.length != fields.size()) {
      throw new IllegalArgumentException(
          "present has " + present.length + " elements: expected one a field, " + fields.size());
    }
    for (int m = 0; m < fields.size(); m++) {
      if (present == null || present[m]) {
        encodeField(m, row, offset + vectorStarts[m], codes, codesOffset + codeStarts[m]);
      } else {
        encodeAbsent(m, codes, codesOffset + codeStarts[m]);
      }
    }
  }

  /** Decodes a behaviour to D unweighted floats. */
  public void decode(byte[] codes, int codesOffset, float[] row, int offset) {
    checkRange("codes", codes.length, codesOffset, codeBytes());
    checkRange("row", row.length, offset, dimension());
    for (int m = 0; m < fields.size(); m++) {
      fields
          .get(m)
          .quantizer()
          .decode(codes, codesOffset + codeStarts[m], row, offset + vectorStarts[m]);
    }
  }

  /**
   * ADC tables of a target, weights folded in.
   *
   * @param target D floats, unweighted
   * @param tables {@link #tableLength()} floats from {@code tablesOffset}, overwritten
   */
  // (D) -> (C, 256)
  public void asymmetricTables(float[] target, int offset, float[] tables, int tablesOffset) {
    checkRange("target", target.length, offset, dimension());
    checkRange("tables", tables.length, tablesOffset, tableLength());
    for (int m = 0; m < fields.size(); m++) {
      Field field = fields.get(m);
      field
          .quantizer()
          .products(
              target,
              offset + vectorStarts[m],
              field.weight(),
              tables,
              tablesOffset + codeStarts[m] * SLOTS);
    }
  }

  /**
   * SDC tables of a target that is itself a code: those of the decoded target. Decodes into {@code
   * target}, which the caller lends.
   *
   * @param targetCodes C bytes from {@code codesOffset}
   * @param target work space, D floats
   * @param tables {@link #tableLength()} floats from {@code tablesOffset}, overwritten
   */
  // (C) -> (C, 256)
  public void symmetricTables(
      byte[] targetCodes, int codesOffset, float[] target, float[] tables, int tablesOffset) {
    decode(targetCodes, codesOffset, target, 0);
    asymmetricTables(target, 0, tables, tablesOffset);
  }

  /**
   * Scores a history by its codes: {@code scores[offset + l] = scale[l] Σ_c tables[c][code_l,c]}.
   *
   * @param tables of one target, from {@link #asymmetricTables} or {@link #symmetricTables}
   * @param codes (L, C)
   * @param scale a factor a behaviour, (L); null: all one
   * @param scores L floats from {@code offset}, overwritten
   */
  // (C, 256), (L, C) -> (L)
  public static void scores(
      float[] tables,
      int tablesOffset,
      byte[] codes,
      int length,
      int codeBytes,
      float[] scale,
      float[] scores,
      int offset) {
    if (length < 0 || codeBytes < 1 || (long) length * codeBytes > codes.length) {
      throw new IllegalArgumentException(
          "codes has "
              + codes.length
              + " bytes: expected at least "
              + (long) length * codeBytes
              + " ("
              + length
              + " x "
              + codeBytes
              + ")");
    }
    checkRange("tables", tables.length, tablesOffset, Math.multiplyExact(codeBytes, SLOTS));
    checkRange("scores", scores.length, offset, length);
    if (scale != null) {
      checkRange("scale", scale.length, 0, length);
    }
    CodeScan.scan(tables, tablesOffset, codes, length, codeBytes, scores, offset);
    if (scale != null) {
      for (int l = 0; l < length; l++) {
        scores[offset + l] *= scale[l];
      }
    }
  }
}
