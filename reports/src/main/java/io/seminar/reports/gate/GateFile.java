package io.seminar.reports.gate;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import io.seminar.reports.store.ManifestJson;
import java.io.IOException;
import java.nio.file.Path;

/**
 * {@code gate.json}: the gate's report for machines. Keys are those of {@link GateReport} and
 * {@link Finding} in snake_case, in their order. A number that is not there is {@code null}, an
 * infinite one {@code "Infinity"} or {@code "-Infinity"}.
 */
public final class GateFile {
  /** Name of the file in the folder of a night. */
  public static final String FILE_NAME = "gate.json";

  private static final ManifestJson<GateReport> JSON =
      new ManifestJson<>(
          GateReport.class, "a gate report", GateReport.SCHEMA_VERSION, nothingIsNull());

  private GateFile() {}

  /** Writes {@code file}: under a temporary name, then renamed. */
  public static void write(Path file, GateReport report) {
    JSON.write(file, report);
  }

  /**
   * Reads {@code gate.json}.
   *
   * @throws io.seminar.sessions.DatasetException if the file is no JSON object, of another version,
   *     or a key is unknown or of the wrong type
   */
  public static GateReport read(Path file) {
    return JSON.read(file);
  }

  /** NaN as null, there and back: JSON has no NaN, and quoted ones break whoever sums. */
  static SimpleModule nothingIsNull() {
    return new SimpleModule("nan-is-null")
        .addSerializer(double.class, new NanIsNull())
        .addSerializer(Double.class, new NanIsNull())
        .addDeserializer(double.class, new NullIsNan());
  }

  private static final class NanIsNull extends StdScalarSerializer<Double> {
    private static final long serialVersionUID = 1L;

    NanIsNull() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      if (value.isNaN()) {
        out.writeNull();
      } else if (value.isInfinite()) {
        out.writeString(value.toString());
      } else {
        out.writeNumber(value);
      }
    }
  }

  private static final class NullIsNan extends StdScalarDeserializer<Double> {
    private static final long serialVersionUID = 1L;

    NullIsNan() {
      super(double.class);
    }

    @Override
    public Double deserialize(JsonParser in, DeserializationContext context) throws IOException {
      String text = in.getValueAsString("");
      if (in.currentToken().isNumeric()) {
        return in.getDoubleValue();
      }
      if (text.equals("Infinity") || text.equals("-Infinity")) {
        return Double.valueOf(text);
      }
      return (Double) context.handleUnexpectedToken(double.class, in);
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }
}
