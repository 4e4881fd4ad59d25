package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seminar.sessions.Action;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.testdata.importers.Imports.Imported;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OttoImporterTest {
  private static final Map<String, Action> ACTIONS =
      Map.of("clicks", Action.CLICK, "carts", Action.CART, "orders", Action.BUY);

  @TempDir Path folder;

  private static Importer importer() {
    return new OttoImporter(OttoImporter.Options.DEFAULT);
  }

  @Test
  void everyEventOfTheRealSampleArrivesAndEachPageHoldsTheNextItem() throws IOException {
    Path from = Imports.realData("otto_sample");
    Imported imported = Imports.clean(importer(), from, folder.resolve("out"));

    assertThat(imported.report().dataset().counts().users()).isEqualTo(20);
    assertThat(imported.report().dataset().counts().events()).isEqualTo(862);
    assertThat(imported.report().dataset().counts().longestHistory()).isEqualTo(276);
    List<String> lines = Files.readAllLines(from.resolve("train.jsonl"));
    for (int u = 0; u < lines.size(); u++) {
      JsonNode session = new ObjectMapper().readTree(lines.get(u));
      User user = imported.users().get(u);
      assertThat(user.id()).isEqualTo(session.get("session").asText());
      JsonNode events = session.get("events");
      assertThat(user.history().length()).isEqualTo(events.size());
      for (int l = 0; l < events.size(); l++) {
        JsonNode event = events.get(l);
        assertThat(user.history().time()[l]).isEqualTo(event.get("ts").asLong());
        assertThat(imported.itemIds().get(user.history().item()[l]))
            .isEqualTo(event.get("aid").asText());
        assertThat(user.history().action()[l])
            .isEqualTo(ACTIONS.get(event.get("type").asText()).code());
      }
      int n = events.size();
      assertThat(user.requests()).hasSize(Math.max(1, n / 5));
      for (int r = 0; r < user.requests().size(); r++) {
        assertPage(user, user.requests().get(r), n - user.requests().size() + r);
      }
    }
    assertThat(imported.notes("constructed")).contains("drawn by a seeded hash");
  }

  /**
   * The page of event {@code e}: its item once, with the label of its action; nothing else that the
   * user ever touched.
   */
  private static void assertPage(User user, Request request, int e) {
    assertThat(request.time()).isEqualTo(user.history().time()[e]);
    // The answer itself lies at the request's time, so the replay does not see it.
    assertThat(user.history().lengthBefore(request.time())).isLessThanOrEqualTo(e);
    Set<Integer> own = new HashSet<>();
    Arrays.stream(user.history().item()).forEach(own::add);
    Set<Integer> page = new HashSet<>();
    assertThat(request.length()).isEqualTo(20);
    for (int i = 0; i < request.length(); i++) {
      assertThat(page.add(request.item()[i])).isTrue();
      boolean isTrueItem = request.item()[i] == user.history().item()[e];
      assertThat((int) request.label()[i])
          .isEqualTo(isTrueItem ? user.history().action()[e] + 1 : 0);
      assertThat(own.contains(request.item()[i])).isEqualTo(isTrueItem);
    }
    assertThat(page).contains(user.history().item()[e]);
  }

  @Test
  void faultySessionsAreNamed() {
    String good =
        "\"events\":[{\"aid\":1,\"ts\":5,\"type\":\"clicks\"},{\"aid\":2,\"ts\":6,\"type\":\"orders\"}]}\n";
    Path from =
        Imports.folder(
            folder,
            "train.jsonl",
            "{\"session\":1,"
                + good
                + "{\"session\":2,\"events\":[\n"
                + "\n"
                + "{\"session\":\"1\","
                + good
                + "{"
                + good
                + "{\"session\":3,\"events\":[]}\n"
                + "{\"session\":4,\"events\":[{\"aid\":1,\"ts\":5,\"type\":\"clicks\"},{\"aid\":1,\"ts\":\"soon\",\"type\":\"clicks\"}]}\n"
                + "{\"session\":5,\"events\":[{\"aid\":1,\"ts\":5,\"type\":\"views\"}]}\n"
                + "{\"session\":6,"
                + good);
    Imported imported = Imports.lenient(importer(), from, folder.resolve("out"));
    assertThat(imported.rejected())
        .extracting(problem -> problem.row() + ":" + problem.field())
        .containsExactly("2:", "4:session", "5:session", "6:events", "7:events[1]", "8:events[0]");
    assertThat(imported.rejected().get(5).found()).contains("views");
    assertThat(imported.users()).extracting(User::id).containsExactly("1", "6");
    // Everything in this catalogue is the user's own: no negative can be drawn, the page is short.
    assertThat(imported.users().get(0).requests().get(0).label()).containsExactly(3);
  }

  @Test
  void theDrawIsFrozenAndDependsOnTheSeed() {
    Path from = Imports.realData("otto_sample");
    Imports.clean(importer(), from, folder.resolve("a"));
    Imports.clean(importer(), from, folder.resolve("b"));
    Imports.clean(
        new OttoImporter(new OttoImporter.Options(0.2, 19, 2, 64)), from, folder.resolve("c"));
    byte[] a = Imports.bytes(folder.resolve("a")).get("users-00000.arrow");
    assertThat(Imports.bytes(folder.resolve("b")).get("users-00000.arrow")).isEqualTo(a);
    assertThat(Imports.bytes(folder.resolve("c")).get("users-00000.arrow")).isNotEqualTo(a);
  }
}
