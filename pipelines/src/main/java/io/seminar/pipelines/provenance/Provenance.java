package io.seminar.pipelines.provenance;

import io.seminar.attention.AttentionKernels;
import io.seminar.reports.store.Machine;
import io.seminar.reports.store.RunManifest;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The facts of code and machine as names and values. No time is among them: the same training on
 * the same machine leaves the same record.
 */
public final class Provenance {
  private Provenance() {}

  /** Those of this JVM. */
  public static SortedMap<String, String> current() {
    SortedMap<String, String> facts = new TreeMap<>();
    Build build = new Build();
    RunManifest.Code code = build.code();
    facts.put("code.version", code.version());
    facts.put("code.revision", code.revision() == null ? "" : code.revision());
    build.libraries().forEach((name, version) -> facts.put("library." + name, version));
    Machine machine = Machine.current();
    facts.put("machine.cpu", machine.cpu());
    facts.put("machine.cores", Integer.toString(machine.cores()));
    facts.put("machine.memory-bytes", Long.toString(machine.memoryBytes()));
    facts.put("machine.os", machine.os());
    facts.put("jvm", machine.jvm());
    facts.put("jvm.heap-bytes", Long.toString(machine.maxHeapBytes()));
    facts.put("jvm.flags", String.join(" ", machine.flags()));
    facts.put("kernels", AttentionKernels.implementation());
    return facts;
  }
}
