package io.seminar.pipelines.nightly;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.pipelines.arms.ModelFolder;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.Digests;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Systems as they were on the nights that they ran: {@code systems/DIGEST/} holds a copy of their
 * networks and codebooks, and {@code system.json} how they are put together. So a night can be
 * compared with the system of the last night that passed, even after its folders have been trained
 * anew in place. Equal systems are kept once; nothing here is ever changed.
 */
public final class SystemStore {
  private static final String FILE_NAME = "system.json";
  private static final int SCHEMA_VERSION = 1;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /**
   * Systems of a store of runs.
   *
   * @param store its folder
   */
  SystemStore(Path store) {
    folder = store.resolve("systems");
  }

  /**
   * SHA-256 over what the system's numbers depend on: digests of networks and codebooks, and the
   * arms.
   *
   * @throws DatasetException if a network is damaged
   * @throws io.seminar.attention.quantization.CodebookException if a codebook is damaged or of
   *     another catalogue
   */
  public static String digest(EvaluatedSystem system, Dataset dataset) {
    StringBuilder parts = new StringBuilder();
    for (ModelFolder model : system.models()) {
      parts
          .append("model ")
          .append(model.name())
          .append(' ')
          .append(Checkpoint.open(model.folder()).digest())
          .append('\n');
    }
    for (Path codebook : system.codebooks()) {
      parts
          .append("codebook ")
          .append(CodebookFolder.open(codebook, dataset.catalogueDigest()).digest())
          .append('\n');
    }
    system.arms().forEach(arm -> parts.append("arm ").append(arm).append('\n'));
    return Digests.ofText(parts.append("reference ").append(system.reference()).toString());
  }

  /** Keeps a system, unless it is there already. */
  void keep(EvaluatedSystem system, String digest) {
    Path kept = folder.resolve(digest);
    if (Files.isDirectory(kept)) {
      return;
    }
    try {
      Files.createDirectories(folder);
      Path temporary = Publication.temporaryBeside(kept);
      Files.createDirectory(temporary);
      ObjectNode json = JSON.createObjectNode().put("schema_version", SCHEMA_VERSION);
      ArrayNode models = json.putArray("models");
      for (ModelFolder model : system.models()) {
        String name = "model-" + models.size();
        copy(model.folder(), temporary.resolve(name));
        models.addObject().put("name", model.name()).put("folder", name);
      }
      ArrayNode codebooks = json.putArray("codebooks");
      for (Path codebook : system.codebooks()) {
        String name = "codebook-" + codebooks.size();
        copy(codebook, temporary.resolve(name));
        codebooks.add(name);
      }
      ArrayNode arms = json.putArray("arms");
      system.arms().forEach(arms::add);
      json.put("reference", system.reference());
      Files.writeString(
          temporary.resolve(FILE_NAME),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
      Publication.force(temporary);
      Publication.publish(temporary, kept, true);
    } catch (IOException e) {
      throw new DatasetException("cannot keep the system in " + folder + ": " + e, e);
    }
  }

  /** Files only, without reports: what a report draws can be drawn again. */
  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectory(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isRegularFile(file)) {
          Files.copy(file, to.resolve(file.getFileName().toString()));
        }
      }
    }
  }

  /**
   * A system as it was kept.
   *
   * @throws DatasetException if it is not there, or damaged
   */
  EvaluatedSystem open(String digest) {
    Path kept = folder.resolve(digest);
    Path file = kept.resolve(FILE_NAME);
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      if (json.path("schema_version").asInt() != SCHEMA_VERSION) {
        throw new DatasetException(
            new Problem(
                file.toString(),
                -1,
                "schema_version",
                json.path("schema_version").toString(),
                Integer.toString(SCHEMA_VERSION)));
      }
      List<ModelFolder> models = new ArrayList<>();
      json.path("models")
          .forEach(
              model ->
                  models.add(
                      new ModelFolder(
                          model.path("name").asText(),
                          kept.resolve(model.path("folder").asText()))));
      List<Path> codebooks = new ArrayList<>();
      json.path("codebooks").forEach(codebook -> codebooks.add(kept.resolve(codebook.asText())));
      List<String> arms = new ArrayList<>();
      json.path("arms").forEach(arm -> arms.add(arm.asText()));
      return new EvaluatedSystem(models, codebooks, arms, json.path("reference").asText());
    } catch (IOException e) {
      throw new DatasetException("cannot read the system kept in " + kept + ": " + e, e);
    }
  }
}
