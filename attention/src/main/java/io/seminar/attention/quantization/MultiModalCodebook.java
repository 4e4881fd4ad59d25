package io.seminar.attention.quantization;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The codebooks of all fields of a behaviour, and scores from codes.
 *
 * <p>A behaviour is the concatenation of its fields: the query's, if there are any, then the item's
 * modalities. A field m has its own {@link Quantizer}, {@code D_m} floats, {@code C_m} sub-codes
 * and a weight {@code w_m}; {@code D = Σ D_m}, {@code C = Σ C_m}. The score is linear in the
 * fields, {@code s_l = scale_l Σ_m w_m <target_m, x_l,m>}, so everything that weighs a field is
 * folded into its tables once a target, and a behaviour costs C look-ups and additions:
 *
 * <ul>
 *   <li>asymmetric (ADC): the {@link Quantizer#tables} of the target, which stays exact;
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
  public record Field(String name, Source source, float weight, Quantizer quantizer) {
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
  private final int slots;

  /**
   * @param fields in the order in which they stand in vectors and codes; the query's come first;
   *     all of as many bits a sub-code
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
    this.slots = fields.get(0).quantizer().slots();
    for (int m = 0; m < fields.size(); m++) {
      Field field = fields.get(m);
      if (!names.add(field.name())) {
        throw new IllegalArgumentException("two fields are named " + field.name());
      }
      if (field.quantizer().slots() != slots) {
        throw new IllegalArgumentException(
            "field "
                + field.name()
                + " has "
                + field.quantizer().slots()
                + " slots a sub-code: expected as many as the first field, "
                + slots);
      }
      if (field.source() == Source.QUERY) {
        if (queries < m) {
          throw new IllegalArgumentException(
              "query field " + field.name() + " stands at " + m + ", after an item field");
        }
        queries++;
      }
      vectorStarts[m + 1] = Math.addExact(vectorStarts[m], field.quantizer().dimension());
      codeStarts[m + 1] = Math.addExact(codeStarts[m], field.quantizer().subcodes());
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

  /** C, sub-codes of a behaviour, and so bytes of it where codes are handled one a byte. */
  public int subcodes() {
    return codeStarts[fields.size()];
  }

  /** The first of a behaviour's sub-codes, those of its query; 0 if queries have no vectors. */
  public int querySubcodes() {
    return codeStarts[queryFields];
  }

  /** The last of a behaviour's sub-codes, those of its item. */
  public int itemSubcodes() {
    return subcodes() - querySubcodes();
  }

  /** Slots of a sub-code's table, 16 or 256. */
  public int slots() {
    return slots;
  }

  /** Bits of a sub-code, 4 or 8. */
  public int bits() {
    return fields.get(0).quantizer().bits();
  }

  /** Bytes that a behaviour's code takes at least: C, or half of it where sub-codes have 4 bits. */
  public int codeBytes() {
    return (subcodes() * bits() + 7) / 8;
  }

  /** First float of a field in a behaviour; of the number of fields: D. */
  public int vectorStart(int field) {
    return vectorStarts[field];
  }

  /** First sub-code of a field in a behaviour; of the number of fields: C. */
  public int codeStart(int field) {
    return codeStarts[field];
  }

  /** Floats of one target's tables, {@code C * slots}. */
  public int tableLength() {
    return subcodes() * slots;
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

  /** Encodes one field's vector to its {@code C_m} sub-codes. */
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
    Checks.range("codes", codes.length, codesOffset, absent.quantizer().subcodes());
    Arrays.fill(codes, codesOffset, codesOffset + absent.quantizer().subcodes(), (byte) 0);
  }

  /**
   * Encodes a behaviour.
   *
   * @param row D floats, unweighted
   * @param present which fields are there, by field; null: all
   * @param codes C bytes from {@code codesOffset}, overwritten
   */
  public void encode(float[] row, int offset, boolean[] present, byte[] codes, int codesOffset) {
    Checks.range("row", row.length, offset, dimension());
    Checks.range("codes", codes.length, codesOffset, subcodes());
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
    Checks.range("codes", codes.length, codesOffset, subcodes());
    Checks.range("row", row.length, offset, dimension());
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
  // (D) -> (C, slots)
  public void asymmetricTables(float[] target, int offset, float[] tables, int tablesOffset) {
    Checks.range("target", target.length, offset, dimension());
    Checks.range("tables", tables.length, tablesOffset, tableLength());
    for (int m = 0; m < fields.size(); m++) {
      Field field = fields.get(m);
      field
          .quantizer()
          .tables(
              target,
              offset + vectorStarts[m],
              field.weight(),
              tables,
              tablesOffset + codeStarts[m] * slots);
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
  // (C) -> (C, slots)
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
  // (C, slots), (L, C) -> (L)
  public void scores(
      float[] tables,
      int tablesOffset,
      byte[] codes,
      int length,
      float[] scale,
      float[] scores,
      int offset) {
    int width = subcodes();
    if (length < 0 || (long) length * width > codes.length) {
      throw new IllegalArgumentException(
          "codes has "
              + codes.length
              + " bytes: expected at least "
              + (long) length * width
              + " ("
              + length
              + " x "
              + width
              + ")");
    }
    Checks.range("tables", tables.length, tablesOffset, tableLength());
    Checks.range("scores", scores.length, offset, length);
    if (scale != null) {
      Checks.range("scale", scale.length, 0, length);
    }
    CodeScan.scan(tables, tablesOffset, slots, codes, length, width, scores, offset);
    if (scale != null) {
      for (int l = 0; l < length; l++) {
        scores[offset + l] *= scale[l];
      }
    }
  }
}
