package io.seminar.pipelines.cli;

import io.seminar.attention.quantization.Quantizer;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.quantization.CodeForm;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "quantize",
    description = "Trains quantisers for a data set's catalogue and encodes every item and query.")
final class QuantizeCommand implements Callable<Integer> {
  @Mixin CommonOptions common;
  @Spec CommandSpec spec;

  @Option(names = "--data", required = true, paramLabel = "DATA", description = "The data set.")
  Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "CODEBOOK",
      description = "Codebook folder to make.")
  Path out;

  @Option(
      names = "--bytes",
      defaultValue = "16",
      paramLabel = "N",
      description =
          "Bytes a behaviour, over query and modalities, and over heads with --per-head (16).")
  int bytes;

  @Option(
      names = "--method",
      defaultValue = "pq",
      paramLabel = "pq|opq|rq",
      description =
          "Product quantisation, that after a learnt rotation, or residual quantisation (pq).")
  String method;

  @Option(
      names = "--bits",
      defaultValue = "8",
      paramLabel = "8|4",
      description = "Bits of a sub-code: 4 for fast scans (8).")
  int bits;

  @Option(
      names = "--anisotropic",
      defaultValue = "0",
      paramLabel = "T",
      description =
          "Train and encode for inner products above this share of a vector's length, 0 to below 1"
              + " (0: all errors count alike).")
  float threshold;

  @Option(
      names = "--per-head",
      description = "Codes of its own for every head of the network (none: shared by all).")
  boolean perHead;

  @Option(
      names = "--query-weight",
      defaultValue = "0.5",
      paramLabel = "A",
      description =
          "Share of the query in a query-item pair (0.5); the same as in the replay. A network has"
              + " its own.")
  float queryWeight;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "Checkpoint of the SEMINAR network whose projected fields are quantised (none: the data"
              + " set's own vectors).")
  Path model;

  @Option(
      names = "--train-on",
      defaultValue = "unseen",
      paramLabel = "unseen|all",
      description = "Train on items that are in no impression, or on all (unseen).")
  CatalogueQuantizer.TrainOn trainOn;

  @Override
  public Integer call() {
    Map<String, String> facts =
        CatalogueQuantizer.run(
            new CatalogueQuantizer.Options(
                data,
                out,
                common.overwrite,
                bytes,
                queryWeight,
                model,
                trainOn,
                common.seed,
                common.threads(),
                form()));
    spec.commandLine().getOut().println(out);
    facts.forEach((fact, value) -> spec.commandLine().getOut().println("  " + fact + " " + value));
    return 0;
  }

  private CodeForm form() {
    return new CodeForm(method(), bits, threshold, perHead);
  }

  private Quantizer.Method method() {
    for (Quantizer.Method known : Quantizer.Method.values()) {
      if (known.key().equals(method)) {
        return known;
      }
    }
    throw new IllegalArgumentException("--method " + method + ", expected pq, opq or rq");
  }
}
