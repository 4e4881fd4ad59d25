package io.seminar.attention.quantization;

import io.seminar.attention.Samples;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Codes of 16 bytes of vectors of 64 dimensions, and the tables of a target. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EncodingBenchmark {

  private static final int N = 256;
  private static final int D = 64;

  @Param({"pq", "opq", "anisotropic", "rq-beam1", "rq-beam4"})
  public String method;

  @Param({"8", "4"})
  public int bits;

  private Quantizer quantizer;
  private float[] vectors;
  private byte[] codes;
  private float[] tables;

  @Setup(Level.Trial)
  public void train() {
    vectors = Samples.gaussian(new Random(1), 2 * N * D);
    TrainingOptions options =
        TrainingOptions.of(128 / bits, 1).withCentroids(1 << bits).withIterations(2);
    quantizer =
        switch (method) {
          case "pq" -> ProductQuantizer.train(vectors, 2 * N, D, options);
          case "opq" -> RotatedQuantizer.train(vectors, 2 * N, D, options);
          case "anisotropic" ->
              ProductQuantizer.train(vectors, 2 * N, D, options.withThreshold(0.3f));
          case "rq-beam1" -> ResidualQuantizer.train(vectors, 2 * N, D, options.withBeam(1));
          case "rq-beam4" -> ResidualQuantizer.train(vectors, 2 * N, D, options.withBeam(4));
          default -> throw new IllegalArgumentException(method);
        };
    codes = new byte[N * quantizer.subcodes()];
    tables = new float[quantizer.subcodes() * quantizer.slots()];
  }

  @Benchmark
  @OperationsPerInvocation(N)
  public byte[] encode() {
    quantizer.encodeAll(vectors, N, codes);
    return codes;
  }

  @Benchmark
  public float[] tables() {
    quantizer.tables(vectors, 0, 1, tables, 0);
    return tables;
  }
}
