package io.seminar.pipelines.runner;

import java.util.List;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.runners.flink.FlinkRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** The runners that a pipeline can be handed to. */
public enum Runner {
  /** Beam's Direct runner, in this JVM. */
  DIRECT {
    @Override
    public PipelineOptions options(int parallelism, List<String> beamOptions) {
      DirectOptions options = parse(beamOptions).as(DirectOptions.class);
      options.setRunner(DirectRunner.class);
      if (isDefault("targetParallelism", beamOptions)) {
        options.setTargetParallelism(parallelism);
      }
      // Both are a check of the pipeline's own code, made in its tests; here they only cost time.
      options.setEnforceImmutability(false);
      options.setEnforceEncodability(false);
      return options;
    }
  },
  /** Apache Flink, embedded in this JVM unless Beam's {@code --flinkMaster} says otherwise. */
  FLINK {
    @Override
    public PipelineOptions options(int parallelism, List<String> beamOptions) {
      FlinkPipelineOptions options = parse(beamOptions).as(FlinkPipelineOptions.class);
      options.setRunner(FlinkRunner.class);
      if (isDefault("parallelism", beamOptions)) {
        options.setParallelism(parallelism);
      }
      options.setObjectReuse(true);
      if (isDefault("flinkMaster", beamOptions)) {
        options.setFlinkMaster("[local]");
      }
      return options;
    }
  };

  /**
   * Pipeline options for this runner.
   *
   * @param parallelism how many workers' threads, at least 1
   * @param beamOptions Beam's own options, {@code --name=value}; they win over the defaults here
   */
  public abstract PipelineOptions options(int parallelism, List<String> beamOptions);

  private static boolean isDefault(String name, List<String> beamOptions) {
    return beamOptions.stream().noneMatch(option -> option.startsWith("--" + name + "="));
  }

  private static PipelineOptions parse(List<String> beamOptions) {
    return PipelineOptionsFactory.fromArgs(beamOptions.toArray(String[]::new)).create();
  }
}
