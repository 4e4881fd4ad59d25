package io.seminar.attention.quantization;

import io.seminar.attention.Samples;
import io.seminar.attention.quantization.MultiModalCodebook.Field;
import io.seminar.attention.quantization.MultiModalCodebook.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** ADC for one target: tables of four fields of 64 dimensions, and the scan of a history's codes. */
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CodeScanBenchmark {

  private static final int FIELDS = 4;
  private static final int D = 64;

  @Param({"16", "32", "64"})
  public int bytes;

  @Param({"2000", "10000", "100000"})
  public int length;

  private MultiModalCodebook codebook;
  private float[] target;
  private float[] tables;
  private byte[] codes;
  private float[] scores;

  @Setup(Level.Trial)
  public void fill() {
    Random random = new Random(1);
    List<Field> fields = new ArrayList<>();
    for (int m = 0; m < FIELDS; m++) {
      ProductQuantizer quantizer =
          ProductQuantizer.train(
              Samples.gaussian(random, 300 * D),
              300,
              D,
              TrainingOptions.of(bytes / FIELDS, 1).withIterations(1));
      fields.add(new Field("field" + m, Source.ITEM, 1, quantizer));
    }
    codebook = new MultiModalCodebook(fields);
    target = Samples.gaussian(random, FIELDS * D);
    tables = new float[codebook.tableLength()];
    codes = new byte[length * bytes];
    random.nextBytes(codes);
    scores = new float[length];
    codebook.asymmetricTables(target, 0, tables, 0);
  }

  @Benchmark
  public float[] tables() {
    codebook.asymmetricTables(target, 0, tables, 0);
    return tables;
  }

  @Benchmark
  public float[] scan() {
    codebook.scores(tables, 0, codes, length, null, scores, 0);
    return scores;
  }
}
