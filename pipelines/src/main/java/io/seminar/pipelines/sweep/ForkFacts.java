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
 * @param preemptions a second that this thread lost its processor to another while time was taken;
 *     NaN where the system does not say
 */
record ForkFacts(
    String kernels, List<String> flags, long maxHeapBytes, Pinning pinning, double preemptions)
    implements Serializable {
  static ForkFacts current(Pinning pinning, double preemptions) {
    return new ForkFacts(
        AttentionKernels.implementation(),
        List.copyOf(ManagementFactory.getRuntimeMXBean().getInputArguments()),
        Runtime.getRuntime().maxMemory(),
        pinning,
        preemptions);
  }
}
