package io.seminar.reports.html;

import io.seminar.reports.store.Machine;
import io.seminar.reports.store.RunManifest;
import io.seminar.reports.text.Numbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where numbers come from, as names and values for {@link Page#facts}, in the order added. */
final class ProvenanceFacts {
  private final Map<String, String> facts = new LinkedHashMap<>();

  ProvenanceFacts add(String name, String fact) {
    facts.put(name, fact);
    return this;
  }

  ProvenanceFacts command(RunManifest.Command command) {
    return add("command", command.name() + " " + String.join(" ", command.arguments()))
        .add("configuration, SHA-256", command.configurationDigest());
  }

  ProvenanceFacts data(RunManifest.Data data) {
    add("data set", data.path());
    add("data origin", data.origin());
    add("data, SHA-256", data.digest());
    add("catalogue, SHA-256", data.catalogueDigest());
    data.notes().forEach((key, note) -> add("data: " + key, note));
    return this;
  }

  ProvenanceFacts models(List<RunManifest.Model> models) {
    models.forEach(
        model ->
            add(
                model.name().isEmpty() ? "network" : "network " + model.name(),
                model.path() + ", " + model.digest() + ", trained on data " + model.dataDigest()));
    return this;
  }

  ProvenanceFacts codebooks(List<RunManifest.Codebook> codebooks) {
    codebooks.forEach(
        book ->
            add(
                "codebook of " + book.arm(),
                book.digest() + ", " + book.bytesPerBehaviour() + " bytes a behaviour"));
    return this;
  }

  ProvenanceFacts code(RunManifest.Code code) {
    return add(
        "code", code.version() + (code.revision() == null ? "" : ", revision " + code.revision()));
  }

  ProvenanceFacts machine(Machine machine) {
    return add(
            "machine",
            machine.cpu()
                + ", "
                + machine.cores()
                + " cores, "
                + Numbers.bytes(machine.memoryBytes()))
        .add("caches", String.join("; ", machine.caches()))
        .add("operating system", machine.os())
        .add("JVM", machine.jvm() + ", heap up to " + Numbers.bytes(machine.maxHeapBytes()))
        .add("JVM flags", String.join(" ", machine.flags()));
  }

  ProvenanceFacts libraries(Map<String, String> libraries) {
    libraries.forEach((name, version) -> add("library " + name, version));
    return this;
  }

  Map<String, String> facts() {
    return facts;
  }
}
