package io.seminar.pipelines.sweep;

import io.seminar.attention.AttentionKernels;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * What a fork ran on and with.
 *
 * @param kernels implementation of the attention kernels
 * @param flags of the JVM
 * @param maxHeapBytes of the JVM
 * @param pinning of the thread that was measured
 */
record ForkFacts(String kernels, List<String> flags, long maxHeapBytes, Pinning pinning)
    implements Serializable {
  static ForkFacts current(Pinning pinning) {
    return new ForkFacts(
        AttentionKernels.implementation(),
        List.copyOf(ManagementFactory.getRuntimeMXBean().getInputArguments()),
        Runtime.getRuntime().maxMemory(),
        pinning);
  }
}
