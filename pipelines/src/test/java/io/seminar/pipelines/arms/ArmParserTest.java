package io.seminar.pipelines.arms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.network.model.Architecture;
import io.seminar.pipelines.arms.ArmSpec.Kind;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArmParserTest {
  private static final List<ModelSpec> NO_MODEL = List.of();
  private static final List<ModelSpec> UNNAMED = List.of(model("", Architecture.SEMINAR, "s"));
  private static final List<ModelSpec> NAMED =
      List.of(
          model("big", Architecture.SEMINAR, "b"),
          model("din", Architecture.DIN, "d"),
          model("v1.2", Architecture.SEMINAR, "v"));

  private static final List<CodebookSpec> NONE = List.of();
  private static final CodebookSpec OWN_8 = new CodebookSpec("/own-8", 8, null);
  private static final CodebookSpec OWN_16 = new CodebookSpec("/own-16", 16, null);

  private static ModelSpec model(String name, Architecture architecture, String digest) {
    return new ModelSpec(name, "/" + digest, architecture, 64, 50, digest);
  }

  private static List<ArmSpec> parse(
      List<ModelSpec> models, List<CodebookSpec> codebooks, String... arms) {
    return new ArmParser(models, codebooks).parse(List.of(arms));
  }

  @Test
  void readsEveryKind() {
    assertThat(
            parse(
                NO_MODEL,
                List.of(OWN_16),
                "recent",
                "exact",
                "pq",
                "pq-sdc",
                "oracle",
                "oracle-relevance"))
        .containsExactly(
            new ArmSpec("recent", Kind.RECENT, 0, 0, 0, null, null),
            new ArmSpec("exact", Kind.EXACT, 0, 0, 0, null, null),
            new ArmSpec("pq", Kind.PQ, 16, 0, 0, null, "/own-16"),
            new ArmSpec("pq-sdc", Kind.PQ_SDC, 16, 0, 0, null, "/own-16"),
            new ArmSpec("oracle", Kind.ORACLE, 0, 0, 0, null, null),
            new ArmSpec("oracle-relevance", Kind.ORACLE_RELEVANCE, 0, 0, 0, null, null));
    assertThat(parse(NO_MODEL, List.of(OWN_8, OWN_16), "pq@8", "pq@16", "pq-sdc@8"))
        .extracting(ArmSpec::codebook)
        .containsExactly("/own-8", "/own-16", "/own-8");
  }

  @Test
  void readsSizes() {
    assertThat(
            parse(
                NO_MODEL,
                NONE,
                "sim-hard",
                "sim-soft+refine",
                "eta",
                "eta@16+refine2",
                "sdim",
                "sdim@24x4",
                "twin",
                "qin",
                "qin@300",
                "two-stage-ann",
                "two-stage-ann@80"))
        .containsExactly(
            new ArmSpec("sim-hard", Kind.SIM_HARD, 0, 0, 0, null, null),
            new ArmSpec("sim-soft+refine", Kind.SIM_SOFT, 0, 0, 4, null, null),
            new ArmSpec("eta", Kind.ETA, 64, 0, 0, null, null),
            new ArmSpec("eta@16+refine2", Kind.ETA, 16, 0, 2, null, null),
            new ArmSpec("sdim", Kind.SDIM, 48, 3, 0, null, null),
            new ArmSpec("sdim@24x4", Kind.SDIM, 24, 4, 0, null, null),
            new ArmSpec("twin", Kind.TWIN, 0, 0, 0, null, null),
            new ArmSpec("qin", Kind.QIN, 0, 0, 0, null, null),
            new ArmSpec("qin@300", Kind.QIN, 300, 0, 0, null, null),
            new ArmSpec("two-stage-ann", Kind.TWO_STAGE_ANN, 0, 0, 0, null, null),
            new ArmSpec("two-stage-ann@80", Kind.TWO_STAGE_ANN, 80, 0, 0, null, null));
    assertThat(parse(NO_MODEL, NONE, "rabitq", "rabitq@4+refine", "certified"))
        .containsExactly(
            new ArmSpec("rabitq", Kind.RABITQ, 1, 0, 0, null, null),
            new ArmSpec("rabitq@4+refine", Kind.RABITQ, 4, 0, 4, null, null),
            new ArmSpec("certified", Kind.CERTIFIED, 0, 0, 0, null, null));
    assertRefused(NO_MODEL, NONE, "rabitq@9", "9 bits a dimension", "1 to 8");
    assertRefused(NO_MODEL, NONE, "certified+refine", "cannot be refined");
    assertRefused(NO_MODEL, NONE, "eta@65", "65 bits", "expected 1 to 64");
    assertRefused(NO_MODEL, NONE, "eta@", "size ''", "expected a positive number");
    assertRefused(NO_MODEL, NONE, "sdim@48", "size of a group ''", "expected a positive number");
    assertRefused(NO_MODEL, NONE, "sdim@48x5", "groups of 5", "a multiple");
    assertRefused(NO_MODEL, NONE, "sdim@48x12", "groups of 12", "1 to 8");
    assertRefused(NO_MODEL, NONE, "sdim@66x3", "66 bits");
    assertRefused(NO_MODEL, NONE, "sdim+refine", "cannot be refined");
    assertRefused(NO_MODEL, NONE, "qin@0", "'0'");
    assertRefused(NO_MODEL, NONE, "twin@3", "expected plain 'twin'");
    ArmSpec few = parse(NO_MODEL, NONE, "qin@30").get(0);
    few.check(30);
    assertThatThrownBy(() -> few.check(31))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'qin@30'", "finds 30", "at least K, 31");
  }

  @Test
  void findsTheCodebookThatAnArmCanRead() {
    CodebookSpec opq = new CodebookSpec("/opq", "opq", 8, false, 8, null);
    CodebookSpec rq = new CodebookSpec("/rq", "rq", 8, false, 8, null);
    CodebookSpec four = new CodebookSpec("/four", "pq", 4, false, 8, null);
    CodebookSpec heads = new CodebookSpec("/heads", "pq", 8, true, 64, "s");
    List<CodebookSpec> all = List.of(OWN_8, opq, rq, four);
    assertThat(parse(NO_MODEL, all, "pq@8", "opq@8", "rq", "pq4", "pq-sdc", "pq4@8+refine"))
        .extracting(ArmSpec::codebook)
        .containsExactly("/own-8", "/opq", "/rq", "/four", "/own-8", "/four");
    assertThat(parse(UNNAMED, List.of(heads), "pq").get(0).size()).isEqualTo(64);
    assertRefused(UNNAMED, List.of(heads), "pq-sdc", "to be given");
    assertRefused(NO_MODEL, List.of(OWN_8), "pq4@8", "given are [8 bytes (pq, 8 bits)]");
    assertRefused(NO_MODEL, List.of(four), "pq", "to be given");
    assertRefused(
        UNNAMED, List.of(heads), "opq@64", "given are [64 bytes (pq, 8 bits, a head its own)]");
  }

  @Test
  void readsHowFarAnArmIsRefined() {
    assertThat(parse(NAMED, List.of(OWN_8), "pq@8+refine", "pq+refine2", "big/recent+refine10"))
        .extracting(ArmSpec::refine)
        .containsExactly(4, 2, 10);
    assertRefused(NO_MODEL, NONE, "exact+refine", "cannot be refined");
    assertRefused(NO_MODEL, NONE, "oracle+refine", "cannot be refined");
    assertRefused(NO_MODEL, NONE, "recent+refine0", "'0'", "expected a positive number");
    assertRefused(NO_MODEL, NONE, "recent+refine9999", "9999", "expected 1 to 1000");
    assertRefused(NO_MODEL, NONE, "recent+refineX", "'X'", "expected a positive number");
    assertRefused(NO_MODEL, NONE, "recent+", "[MODEL/]KIND[@SIZE][+refine[R]]");
    assertRefused(NO_MODEL, NONE, "recent+refine+refine", "[MODEL/]KIND[@SIZE][+refine[R]]");
    assertRefused(NO_MODEL, List.of(OWN_8), "pq+refine@8", "[MODEL/]KIND[@SIZE][+refine[R]]");
  }

  @Test
  void armsWithoutAPrefixBelongToTheOnlyNetwork() {
    assertThat(
            parse(
                UNNAMED,
                List.of(new CodebookSpec("/s-16", 16, "s")),
                "network",
                "exact",
                "recent",
                "pq@16",
                "oracle"))
        .containsExactly(
            new ArmSpec("network", Kind.NETWORK, 0, 0, 0, "", null),
            new ArmSpec("exact", Kind.EXACT, 0, 0, 0, "", null),
            new ArmSpec("recent", Kind.RECENT, 0, 0, 0, "", null),
            new ArmSpec("pq@16", Kind.PQ, 16, 0, 0, "", "/s-16"),
            new ArmSpec("oracle", Kind.ORACLE, 0, 0, 0, null, null));
  }

  @Test
  void armsOfNamedNetworksHaveTheirCodebooks() {
    List<CodebookSpec> codebooks =
        List.of(
            OWN_16,
            new CodebookSpec("/b-8", 8, "b"),
            new CodebookSpec("/b-16", 16, "b"),
            new CodebookSpec("/v-16", 16, "v"));
    assertThat(
            parse(
                NAMED,
                codebooks,
                "big",
                "din",
                "exact",
                "big/exact",
                "v1.2/recent",
                "big/pq@16",
                "v1.2/pq-sdc",
                "pq"))
        .containsExactly(
            new ArmSpec("big", Kind.NETWORK, 0, 0, 0, "big", null),
            new ArmSpec("din", Kind.NETWORK, 0, 0, 0, "din", null),
            new ArmSpec("exact", Kind.EXACT, 0, 0, 0, null, null),
            new ArmSpec("big/exact", Kind.EXACT, 0, 0, 0, "big", null),
            new ArmSpec("v1.2/recent", Kind.RECENT, 0, 0, 0, "v1.2", null),
            new ArmSpec("big/pq@16", Kind.PQ, 16, 0, 0, "big", "/b-16"),
            new ArmSpec("v1.2/pq-sdc", Kind.PQ_SDC, 16, 0, 0, "v1.2", "/v-16"),
            new ArmSpec("pq", Kind.PQ, 16, 0, 0, null, "/own-16"));
  }

  private static void assertRefused(
      List<ModelSpec> models, List<CodebookSpec> codebooks, String arm, String... message) {
    assertThatThrownBy(() -> parse(models, codebooks, arm))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + arm + "'")
        .hasMessageContainingAll(message);
  }

  @Test
  void refusesWhatItCannotRun() {
    assertThatThrownBy(() -> parse(NO_MODEL, NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("no arm", "expected");
    assertThatThrownBy(() -> parse(NO_MODEL, NONE, "exact", "exact"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("'exact'", "twice");
    assertRefused(NO_MODEL, NONE, "faiss", "unknown", "pq@BYTES", "recent");
    assertRefused(NO_MODEL, NONE, "Exact", "unknown");
    assertRefused(NO_MODEL, NONE, "", "unknown");
    assertRefused(NO_MODEL, List.of(OWN_8), "exact@8", "expected plain 'exact'");
    assertRefused(NO_MODEL, NONE, "pq", "does not say which codebook", "to be given");
    assertRefused(NO_MODEL, List.of(OWN_8, OWN_16), "pq", "pq@8", "pq@16");
    assertRefused(
        NO_MODEL,
        List.of(OWN_8, OWN_16),
        "pq@32",
        "32 bytes",
        "[8 bytes (pq, 8 bits), 16 bytes (pq, 8 bits)]");
    assertRefused(NO_MODEL, List.of(OWN_16), "pq@", "codebook");
    assertRefused(NO_MODEL, List.of(OWN_16), "pq@016", "016");
  }

  @Test
  void refusesNetworksThatAreNotThere() {
    assertRefused(NO_MODEL, NONE, "network", "expected a network to be given");
    assertRefused(NO_MODEL, NONE, "big/exact", "'big'", "unknown", "expected no prefix");
    assertRefused(UNNAMED, NONE, "big/exact", "'big'", "unknown", "expected no prefix");
    assertRefused(UNNAMED, NONE, "/exact", "unknown");
    assertRefused(UNNAMED, NONE, "", "unknown", "network", "exact");
    assertRefused(NAMED, NONE, "small", "unknown", "big/KIND", "v1.2/KIND", "din");
    assertRefused(NAMED, NONE, "small/exact", "'small'", "one of [big, din, v1.2]");
    assertRefused(NAMED, NONE, "network", "one of [big, din, v1.2]");
    assertRefused(NAMED, NONE, "big/network", "one of [big, din, v1.2]");
    assertRefused(NAMED, NONE, "big/oracle", "expected plain 'oracle'");
  }

  @Test
  void refusesArmsThatTheNetworkDoesNotOffer() {
    assertRefused(NAMED, NONE, "din/exact", "network din", "is din", "expected 'din'");
    assertRefused(NAMED, NONE, "din/pq@16", "not offered by network din");
    assertRefused(
        List.of(model("", Architecture.TWIN, "t")),
        NONE,
        "exact",
        "not offered",
        "is twin",
        "expected 'network'");
  }

  @Test
  void refusesCodebooksOfAnotherModel() {
    assertRefused(NAMED, List.of(OWN_16), "big/pq", "the network big to be given");
    assertRefused(
        NAMED, List.of(OWN_16), "big/pq@16", "16 bytes", "the network big", "given are []");
    assertRefused(
        NAMED, List.of(new CodebookSpec("/b", 8, "b")), "pq", "data set's own vectors to be given");
  }

  @Test
  void readsNetworksWithAndWithoutAName() {
    assertThat(ModelFolder.parse("runs/a")).isEqualTo(new ModelFolder("", Path.of("runs/a")));
    assertThat(ModelFolder.parse("a-1=/tmp/x=y"))
        .isEqualTo(new ModelFolder("a-1", Path.of("/tmp/x=y")));
    assertThat(ModelFolder.parse("twin=a")).isEqualTo(new ModelFolder("twin", Path.of("a")));
    List<ModelSpec> twin = List.of(model("twin", Architecture.TWIN, "t"));
    assertThat(parse(twin, NONE, "twin", "eta"))
        .as("a network that is called as its architecture, and an arm without a network")
        .containsExactly(
            new ArmSpec("twin", Kind.NETWORK, 0, 0, 0, "twin", null),
            new ArmSpec("eta", Kind.ETA, 64, 0, 0, null, null));
    for (String bad :
        new String[] {
          "=x", "exact=x", "two-stage-ann=x", "oracle-relevance=x", "a/b=x", "a@8=x", "é=x"
        }) {
      assertThatThrownBy(() -> ModelFolder.parse(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("'" + bad + "'");
    }
  }
}
