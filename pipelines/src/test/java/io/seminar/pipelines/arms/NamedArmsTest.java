package io.seminar.pipelines.arms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.quantization.Quantizer;
import io.seminar.attention.retrieval.Cost;
import io.seminar.attention.retrieval.Kept;
import io.seminar.attention.retrieval.Targets;
import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.device.TorchDevice;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.model.Architecture;
import io.seminar.network.scoring.TrainedNetwork;
import io.seminar.pipelines.embedding.FieldLayout;
import io.seminar.pipelines.embedding.NetworkLoader;
import io.seminar.pipelines.embedding.PairEmbedder;
import io.seminar.pipelines.quantization.CatalogueQuantizer;
import io.seminar.pipelines.quantization.CodeForm;
import io.seminar.pipelines.replay.RandomDataset;
import io.seminar.pipelines.replay.TestNetworks;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import io.seminar.sessions.UserSplit;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every arm by its name, for the vectors of a data set and for a network: each reads no more of a
 * history than it says, keeps its promises, and those that are exact are.
 */
class NamedArmsTest {
  private static final long SEED = 20261130;
  private static final int KEEP = 20;
  private static final int HEADS = 3;
  private static final float QUERY_WEIGHT = 0.4f;

  /** Of a behaviour: two a field. */
  private static final int BYTES = 10;

  private static final int BYTES_OF_OWN = 6;
  private static final int BYTES_OF_HEADS = 12;

  private static final List<String> NAMES =
      List.of(
          "exact",
          "recent",
          "recent+refine2",
          "sim-hard",
          "sim-soft",
          "sim-soft+refine",
          "eta",
          "eta@16+refine",
          "sdim",
          "sdim@32x4",
          "twin",
          "qin",
          "qin@25",
          "two-stage-ann",
          "two-stage-ann@30",
          "pq@BYTES",
          "pq-sdc@BYTES+refine2",
          "opq@BYTES",
          "rq@BYTES+refine",
          "pq4@BYTES",
          "pq4@BYTES+refine",
          "rabitq",
          "rabitq@8+refine",
          "certified");

  @TempDir static Path folder;
  private static Dataset dataset;
  private static Catalogue catalogue;
  private static QueryTable queries;
  private static List<User> users;
  private static TrainedNetwork network;
  private static PairEmbedder embedder;
  private static int made; // codebooks

  @BeforeAll
  static void prepare() {
    System.out.println("seed " + SEED);
    Path data =
        new RandomDataset(SEED, 300, 40)
            .history(0, 160)
            .pages(2, 37)
            .write(folder.resolve("data"), 10);
    dataset = Dataset.open(data);
    catalogue = dataset.openCatalogue();
    queries = dataset.openQueries();
    users = new ArrayList<>();
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          users.add(reader.user());
        }
      }
    }
    Checkpoint checkpoint =
        TestNetworks.write(
            folder.resolve("network"),
            data,
            TestNetworks.spec(Architecture.SEMINAR, HEADS, KEEP),
            new TimeSplit(1_010_000, 1_020_000),
            Stage.FINETUNED,
            SEED);
    network = NetworkLoader.load(checkpoint, catalogue, queries);
    embedder =
        new PairEmbedder(
            catalogue, queries, FieldLayout.of(dataset.descriptor().schema(), QUERY_WEIGHT));
  }

  @AfterAll
  static void close() {
    catalogue.close();
    queries.close();
  }

  private static AttentionModel model(boolean trained) {
    return trained ? new NetworkModel(network) : new SimilarityModel(embedder, KEEP, 0.1f);
  }

  /** Codebooks of all forms, for the network's arms those of its heads too. */
  private static Map<String, CodebookFolder> codebooks(boolean trained) {
    Map<String, CodebookFolder> folders = new HashMap<>();
    List<CodeForm> forms = new ArrayList<>();
    for (Quantizer.Method method : Quantizer.Method.values()) {
      forms.add(new CodeForm(method, 8, 0, false));
    }
    forms.add(new CodeForm(Quantizer.Method.PQ, 4, 0, false));
    if (trained) {
      forms.add(new CodeForm(Quantizer.Method.PQ, 8, 0, true));
      forms.add(new CodeForm(Quantizer.Method.PQ, 4, 0, true));
    }
    for (CodeForm form : forms) {
      Path out = folder.resolve("codebook-" + made++);
      int bytes = form.perHead() ? BYTES_OF_HEADS : trained ? BYTES : BYTES_OF_OWN;
      CatalogueQuantizer.run(
          new CatalogueQuantizer.Options(
              dataset.folder(),
              out,
              false,
              bytes,
              QUERY_WEIGHT,
              trained ? folder.resolve("network") : null,
              CatalogueQuantizer.TrainOn.ALL,
              SEED,
              1,
              form));
      folders.put(out.toString(), CodebookFolder.open(out, dataset.catalogueDigest()));
    }
    return folders;
  }

  private static List<ArmSpec> parse(Map<String, CodebookFolder> codebooks, boolean trained) {
    List<CodebookSpec> specs = new ArrayList<>();
    codebooks.forEach((at, book) -> specs.add(CodebookSpec.of(at, book.codebooks(), null)));
    return new ArmParser(List.of(), specs).parse(names(trained));
  }

  private static List<String> names(boolean trained) {
    List<String> names = new ArrayList<>();
    for (String name : NAMES) {
      names.add(name.replace("BYTES", Integer.toString(trained ? BYTES : BYTES_OF_OWN)));
    }
    if (trained) {
      names.addAll(List.of("pq@" + BYTES_OF_HEADS, "pq4@" + BYTES_OF_HEADS + "+refine"));
    }
    return names;
  }

  // What an arm makes of all requests.

  /** Kept rows and outputs, one after the other; recall and mass summed up. */
  private static final class Trace {
    final List<int[]> kept = new ArrayList<>();
    final List<float[]> outputs = new ArrayList<>();
    double recall;
    double mass;
    double cosine;
    int measured;
  }

  private static Trace run(ArmSpec spec, AttentionModel model, CodebookFolder codebook, int most) {
    return run(spec, model, codebook, most, null);
  }

  private static Trace run(
      ArmSpec spec, AttentionModel model, CodebookFolder codebook, int most, TorchDevice device) {
    Trace trace = new Trace();
    Arm arm = Arms.of(spec, model, codebook, device);
    EmbeddedHistory history = new EmbeddedHistory(model, ArmSpec.views(List.of(spec)));
    RequestTargets targets = new RequestTargets(model);
    Fidelity fidelity = new Fidelity(model, new int[] {KEEP});
    int width = model.heads() * model.valueSize();
    float[] outputs = new float[Targets.MAXIMUM * width];
    double[] logSums = new double[Targets.MAXIMUM * model.heads()];
    Cost cost = new Cost(false);
    for (User user : users) {
      history.embed(user.history());
      arm.open(history);
      assertThat(arm.indexBytes()).as(spec.name()).isNotNegative();
      for (Request request : user.requests()) {
        int length = history.lengthBefore(request.time());
        for (int from = 0; from < request.length(); from += targets.count()) {
          targets.take(request, from, most, length);
          arm.retrieve(targets, cost);
          arm.attend(targets, outputs, logSums, cost);
          if (length > 0) {
            fidelity.turnTo(history, targets);
          }
          for (int b = 0; b < targets.count(); b++) {
            trace.outputs.add(Arrays.copyOfRange(outputs, b * width, (b + 1) * width));
            kept(spec, arm.kept(), model, b, length, trace);
            if (length > 0 && targets.holds(b)) {
              fidelity.measure(b, arm.kept(), outputs);
              trace.recall += fidelity.recall(0);
              trace.mass += fidelity.massKept();
              trace.cosine += Double.isNaN(fidelity.outputCosine()) ? 0 : fidelity.outputCosine();
              trace.measured++;
            }
          }
        }
      }
    }
    return trace;
  }

  private static void kept(
      ArmSpec spec, Kept kept, AttentionModel model, int target, int length, Trace trace) {
    for (int h = 0; h < model.heads() && kept != null; h++) {
      int[] rows = Arrays.copyOf(kept.rows(h, target), kept.count(h, target));
      int most = Math.min(KEEP, length);
      assertThat(rows.length).as(spec.name()).isLessThanOrEqualTo(most);
      if (spec.kind() != ArmSpec.Kind.SIM_HARD && spec.kind() != ArmSpec.Kind.TWO_STAGE_ANN) {
        assertThat(rows.length).as(spec.name()).isEqualTo(most);
      }
      assertThat(rows).as(spec.name()).doesNotHaveDuplicates();
      for (int row : rows) {
        assertThat(row).as(spec.name()).isBetween(0, length - 1);
      }
      trace.kept.add(rows);
    }
  }

  private static void runAll(boolean trained) {
    Map<String, CodebookFolder> codebooks = codebooks(trained);
    Map<String, Trace> traces = new HashMap<>();
    for (ArmSpec spec : parse(codebooks, trained)) {
      CodebookFolder codebook = codebooks.get(spec.codebook());
      Trace trace = run(spec, model(trained), codebook, Targets.MAXIMUM);
      Trace byThree = run(spec, model(trained), codebook, 3);
      assertThat(byThree.kept.toArray(int[][]::new))
          .as("%s, three targets at a time", spec.name())
          .isDeepEqualTo(trace.kept.toArray(int[][]::new));
      assertThat(byThree.outputs.toArray(float[][]::new))
          .as("%s, three targets at a time", spec.name())
          .isDeepEqualTo(trace.outputs.toArray(float[][]::new));
      assertThat(trace.measured).isGreaterThan(500);
      if (spec.kind() == ArmSpec.Kind.SDIM) {
        assertThat(trace.kept).isEmpty();
        assertThat(trace.recall).isNaN();
        assertThat(trace.mass).isNaN();
        assertThat(trace.cosine / trace.measured).isGreaterThan(0);
      } else {
        assertThat(trace.mass / trace.measured).as(spec.name()).isBetween(0.0, 1 + 1e-6);
      }
      traces.put(spec.name(), trace);
    }
    Trace exact = traces.get("exact");
    assertThat(exact.recall / exact.measured).isCloseTo(1, within(1e-6));
    for (String name : List.of("twin", "certified")) {
      assertThat(traces.get(name).kept.toArray(int[][]::new))
          .as(name)
          .isDeepEqualTo(exact.kept.toArray(int[][]::new));
    }
    for (String name : names(trained)) {
      if (!name.startsWith("sdim")) {
        double recall = traces.get(name).recall / exact.measured;
        System.out.printf(
            "%s %s: recall@%d %.3f%n", trained ? "network" : "own", name, KEEP, recall);
        assertThat(recall).as(name).isBetween(0.1, 1 + 1e-6);
        String plain = name.substring(0, Math.max(0, name.indexOf('+')));
        if (traces.containsKey(plain)) {
          assertThat(recall)
              .as(name)
              .isGreaterThanOrEqualTo(traces.get(plain).recall / exact.measured);
        }
      }
    }
    assertThat(traces.get("rabitq@8+refine").recall / exact.measured).isGreaterThan(0.99);
    assertThat(traces.get("two-stage-ann").recall / exact.measured).isGreaterThan(0.6);
  }

  /**
   * The same up to rounding and ties: histories hold the same pair again and again, and the engine
   * does not prefer the more recent one. Recall counts ties.
   */
  @Test
  void armsOnADeviceKeepWhatTheKernelsKeep() {
    try (TorchDevice device = new TorchDevice("cpu", 1)) {
      for (boolean trained : new boolean[] {false, true}) {
        Map<String, CodebookFolder> codebooks = codebooks(trained);
        for (ArmSpec spec : parse(codebooks, trained)) {
          if (Arms.runsOnDevice(spec.kind())) {
            CodebookFolder codebook = codebooks.get(spec.codebook());
            Trace onHost = run(spec, model(trained), codebook, Targets.MAXIMUM);
            Trace onDevice = run(spec, model(trained), codebook, Targets.MAXIMUM, device);
            assertThat(shared(onHost, onDevice)).as(spec.name()).isGreaterThan(0.9);
            assertThat(onDevice.recall / onDevice.measured)
                .as(spec.name())
                .isCloseTo(
                    onHost.recall / onHost.measured,
                    within(spec.kind() == ArmSpec.Kind.EXACT ? 1e-3 : 0.02));
            assertThat(onDevice.cosine / onDevice.measured)
                .as(spec.name())
                .isCloseTo(onHost.cosine / onHost.measured, within(2e-3));
          }
        }
      }
    }
  }

  /** Share of what is kept that two runs have in common. */
  private static double shared(Trace a, Trace b) {
    assertThat(b.kept).hasSameSizeAs(a.kept);
    long kept = 0;
    long both = 0;
    for (int i = 0; i < a.kept.size(); i++) {
      int[] rows = b.kept.get(i).clone();
      Arrays.sort(rows);
      for (int row : a.kept.get(i)) {
        both += Arrays.binarySearch(rows, row) >= 0 ? 1 : 0;
      }
      kept += a.kept.get(i).length;
    }
    return (double) both / kept;
  }

  @Test
  void everyArmKeepsItsPromisesForTheDataSetsOwnVectors() {
    runAll(false);
  }

  @Test
  void everyArmKeepsItsPromisesForANetwork() {
    runAll(true);
  }
}
