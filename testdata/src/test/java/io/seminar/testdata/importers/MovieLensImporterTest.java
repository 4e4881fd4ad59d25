package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.seminar.sessions.Action;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.History;
import io.seminar.sessions.Modality;
import io.seminar.sessions.Problem;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import io.seminar.sessions.User;
import io.seminar.testdata.importers.Imports.Imported;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovieLensImporterTest {
  private static final String MOVIES =
      """
      movieId,title,genres
      10,"Heat, the film (1995)",Action|Crime
      20,Quiet (2000),(no genres listed)
      30,Third (2001),Crime
      """;

  @TempDir Path folder;

  private record Rating(long movie, double rating, long seconds) {}

  /** The whole real set against an importer written out plainly: read, sort, cut greedily. */
  @Test
  void realRatingsBecomeThePagesThatAPlainReadingGives() throws IOException {
    Path from = Imports.realData("ml-latest-small");
    Imported imported =
        Imports.clean(
            new MovieLensImporter(MovieLensImporter.Options.DEFAULT), from, folder.resolve("out"));

    assertThat(imported.report().dataset().counts().users()).isEqualTo(671);
    assertThat(imported.report().dataset().counts().items()).isEqualTo(9125);
    assertThat(imported.report().dataset().counts().events()).isEqualTo(100_004);
    assertThat(imported.report().dataset().counts().longestHistory()).isEqualTo(2391);
    Map<String, List<Rating>> byUser = readRatings(from.resolve("ratings.csv"));
    assertThat(imported.users())
        .extracting(User::id)
        .containsExactlyInAnyOrderElementsOf(byUser.keySet());
    long impressions = 0;
    Set<Long> requestIds = new HashSet<>();
    for (User user : imported.users()) {
      List<Rating> ratings = byUser.get(user.id());
      assertHistory(imported, user.history(), ratings);
      List<List<Rating>> pages = plainPages(ratings);
      assertThat(user.requests()).hasSameSizeAs(pages);
      for (int p = 0; p < pages.size(); p++) {
        Request request = user.requests().get(p);
        List<Rating> page = pages.get(p);
        assertThat(requestIds.add(request.id())).isTrue();
        assertThat(request.time()).isEqualTo(page.get(0).seconds() * 1000);
        assertThat(request.query()).isZero();
        assertThat(request.propensity()).isNull();
        assertThat(request.length()).isEqualTo(page.size());
        assertThat(Arrays.stream(request.item()).mapToObj(imported.itemIds()::get).toList())
            .isEqualTo(page.stream().map(r -> "" + r.movie()).toList());
        for (int i = 0; i < page.size(); i++) {
          if (request.label()[i] != (page.get(i).rating() >= 4 ? 1 : 0)
              || request.position()[i] != i + 1) {
            fail("user %s, request %d, impression %d", user.id(), request.id(), i);
          }
        }
        impressions += page.size();
      }
      assertNothingOfAPageWasSeenBefore(user);
    }
    assertThat(imported.report().dataset().counts().impressions()).isEqualTo(impressions);
    assertThat(imported.notes("constructed")).contains("rating >= 4").doesNotContain("PSEUDO");
  }

  private static void assertHistory(Imported imported, History history, List<Rating> ratings) {
    byte[] actions = new byte[ratings.size()];
    Arrays.fill(actions, Action.RATE.code());
    assertThat(history.time())
        .containsExactly(ratings.stream().mapToLong(r -> r.seconds() * 1000).toArray());
    assertThat(Arrays.stream(history.item()).mapToObj(imported.itemIds()::get).toList())
        .isEqualTo(ratings.stream().map(r -> "" + r.movie()).toList());
    assertThat(history.action()).containsExactly(actions);
  }

  static void assertNothingOfAPageWasSeenBefore(User user) {
    for (Request request : user.requests()) {
      Set<Integer> page = Arrays.stream(request.item()).boxed().collect(Collectors.toSet());
      int[] seen =
          Arrays.copyOf(user.history().item(), user.history().lengthBefore(request.time()));
      assertThat(Arrays.stream(seen).anyMatch(page::contains))
          .as("user %s saw an item of request %d before it", user.id(), request.id())
          .isFalse();
    }
  }

  private static Map<String, List<Rating>> readRatings(Path file) throws IOException {
    Map<String, List<Rating>> byUser = new HashMap<>();
    List<String> lines = Files.readAllLines(file);
    for (String line : lines.subList(1, lines.size())) {
      String[] f = line.split(",");
      byUser
          .computeIfAbsent(f[0], id -> new ArrayList<>())
          .add(new Rating(Long.parseLong(f[1]), Double.parseDouble(f[2]), Long.parseLong(f[3])));
    }
    byUser.values().forEach(ratings -> ratings.sort(Comparator.comparingLong(Rating::seconds)));
    return byUser;
  }

  private static List<List<Rating>> plainPages(List<Rating> ratings) {
    List<List<Rating>> pages = new ArrayList<>();
    List<Rating> page = null;
    for (Rating rating : ratings.subList(ratings.size() - ratings.size() / 5, ratings.size())) {
      if (page == null
          || page.size() == 10
          || rating.seconds() - page.get(page.size() - 1).seconds() > 3600) {
        page = new ArrayList<>();
        pages.add(page);
      }
      page.add(rating);
    }
    return pages;
  }

  @Test
  void realVectorsAndPseudoQueriesComeWithTheirWarning() throws IOException {
    Path from = Imports.realData("ml-latest-small");
    Path embeddings = Imports.realData("minilm_movie_titles");
    Path vectors = embeddings.resolve("base.fvecs");
    Imported imported =
        Imports.clean(
            new MovieLensImporter(
                MovieLensImporter.Options.DEFAULT
                    .withTagsAsPseudoQueries(true)
                    .withVectors(
                        List.of(
                            new VectorFile("text", vectors, embeddings.resolve("movie_ids.txt"))))),
            from,
            folder.resolve("out"));

    assertThat(imported.report().dataset().schema().modalities())
        .containsExactly(new Modality("text", 384), new Modality("attribute", 64));
    assertThat(imported.report().dataset().schema().queryDimension()).isZero();
    assertThat(imported.notes("constructed")).contains("PSEUDO-QUERIES");
    // Row 9,124 of the file belongs to the last id; both are the last movie.
    float[] expected = new float[384];
    try (FvecsReader reader = FvecsReader.open(vectors);
        Catalogue catalogue = imported.dataset().openCatalogue()) {
      float[] actual = new float[384];
      for (int row : new int[] {0, 4711, 9124}) {
        reader.read(row, expected, 0);
        catalogue.copyVector(0, row, actual, 0);
        assertThat(actual).containsExactly(expected);
      }
      assertThat(reader.rows()).isEqualTo(catalogue.size());
    }
    long searched = 0;
    long searchedPages = 0;
    for (User user : imported.users()) {
      assertNothingOfAPageWasSeenBefore(user);
      for (int query : user.history().query()) {
        searched += query > 0 ? 1 : 0;
      }
      searchedPages += user.requests().stream().filter(request -> request.query() > 0).count();
    }
    // 1,296 tags; those on a movie that a later page shows stay out.
    assertThat(searched).isBetween(1000L, 1296L);
    assertThat(searchedPages).isPositive();
    try (QueryTable queries = imported.dataset().openQueries()) {
      assertThat(queries.id(1)).isNotEmpty();
      assertThat(queries.tokens(1)).isNotEmpty();
    }
  }

  @Test
  void genresAreAttributesAndACategoryUnlessThereAreNone() {
    Path from =
        Imports.folder(
            folder,
            "movies.csv",
            MOVIES,
            "ratings.csv",
            "userId,movieId,rating,timestamp\n1,10,4.0,100\n1,20,3.5,200\n1,30,0.5,300\n2,10,5,1\n");
    Imported imported =
        Imports.clean(
            new MovieLensImporter(MovieLensImporter.Options.DEFAULT), from, folder.resolve("out"));

    assertThat(imported.itemIds()).containsExactly("10", "20", "30");
    try (Catalogue catalogue = imported.dataset().openCatalogue()) {
      // Categories by name: Action 1, Crime 2; attributes: genre=Action 0, genre=Crime 1.
      assertThat(catalogue.category(0)).isEqualTo(1);
      assertThat(catalogue.category(1)).isEqualTo(StagedLog.UNKNOWN_CATEGORY);
      assertThat(catalogue.category(2)).isEqualTo(2);
      assertThat(catalogue.attributes(0)).containsExactly(0, 1);
      assertThat(catalogue.attributes(1)).isEmpty();
      assertThat(catalogue.attributes(2)).containsExactly(1);
      assertThat(catalogue.has(0, 0)).isTrue();
      assertThat(catalogue.has(0, 1)).isFalse();
    }
    // Three ratings: the last one is the page. One rating: no page, since nothing would stand
    // before it.
    assertThat(imported.user("1").requests()).hasSize(1);
    assertThat(imported.user("1").requests().get(0).item()).containsExactly(2);
    assertThat(imported.user("1").requests().get(0).label()).containsExactly(0);
    assertThat(imported.user("2").requests()).isEmpty();
  }

  @Test
  void badRowsAreNamedWithTheirLines() {
    Path from =
        Imports.folder(
            folder,
            "movies.csv",
            MOVIES + "x,Nameless,Drama\n10,Again,Drama\n",
            "ratings.csv",
            """
            userId,movieId,rating,timestamp
            1,10,4.0,100
            1,20,3.5
            one,10,4.0,100
            1,99,4.0,100
            1,20,six,100
            1,20,5.5,100
            1,20,4,100,7
            1,20,4,yesterday
            1,30,3.0,200
            """);
    Imported imported =
        Imports.lenient(
            new MovieLensImporter(MovieLensImporter.Options.DEFAULT), from, folder.resolve("out"));

    assertThat(imported.rejected())
        .extracting(problem -> problem.file() + ":" + problem.row() + ":" + problem.field())
        .containsExactlyInAnyOrder(
            "movies.csv:5:movieId",
            "movies.csv:6:movieId",
            "ratings.csv:3:timestamp",
            "ratings.csv:4:userId",
            "ratings.csv:5:movieId",
            "ratings.csv:6:rating",
            "ratings.csv:7:rating",
            "ratings.csv:8:",
            "ratings.csv:9:timestamp");
    assertThat(imported.rejected())
        .contains(
            new Problem("ratings.csv", 5, "movieId", "\"99\"", "a movie of movies.csv"),
            new Problem("ratings.csv", 6, "rating", "\"six\"", "a number above 0, up to 5"));
    assertThat(imported.report().dataset().counts().events()).isEqualTo(2);
    assertThat(imported.notes("rejected_rows")).isEqualTo("9");
    assertThat(imported.report().rejectedByFile()).containsEntry("movies.csv", 2L);
  }

  @Test
  void strictStopsAtTheFirstBadRowAndLeavesNothingBehind() {
    Path from =
        Imports.folder(
            folder,
            "movies.csv",
            MOVIES,
            "ratings.csv",
            "userId,movieId,rating,timestamp\n1,10,4.0,100\n1,99,4.0,100\n");
    List<String> before = Imports.names(folder);

    assertThatThrownBy(
            () ->
                new MovieLensImporter(MovieLensImporter.Options.DEFAULT)
                    .importTo(
                        from,
                        folder.resolve("out"),
                        ImportSettings.DEFAULT.withStrict(true),
                        problem -> {}))
        .isInstanceOf(DatasetException.class)
        .hasMessage("ratings.csv, row 3, movieId: found \"99\", expected a movie of movies.csv");
    assertThat(Imports.names(folder)).isEqualTo(before);
  }

  @Test
  void missingFilesAndColumnsAreNamed() {
    Path empty = Imports.folder(folder);
    assertThatThrownBy(() -> run(empty))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("movies.csv")
        .hasMessageContaining("no such file");
    Path foreign =
        Imports.folder(
            folder,
            "movies.csv",
            MOVIES,
            "ratings.csv",
            "user,movieId,rating,timestamp\n1,10,4,5\n");
    assertThatThrownBy(() -> run(foreign))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("ratings.csv, row 1, userId");
    Path nothing =
        Imports.folder(
            folder, "movies.csv", MOVIES, "ratings.csv", "userId,movieId,rating,timestamp\n");
    assertThatThrownBy(() -> run(nothing))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("nothing to import");
    assertThat(Imports.names(folder)).noneMatch(name -> name.startsWith(".") || name.equals("out"));
  }

  private void run(Path from) {
    new MovieLensImporter(MovieLensImporter.Options.DEFAULT)
        .importTo(from, folder.resolve("out"), ImportSettings.DEFAULT, problem -> {});
  }

  @Test
  void vectorsOfUnknownOrRepeatedItemsAreRejectedAndAShortIdFileIsRefused() throws IOException {
    Path from =
        Imports.folder(
            folder,
            "movies.csv",
            MOVIES,
            "ratings.csv",
            "userId,movieId,rating,timestamp\n1,10,4.0,100\n1,20,4.0,200\n",
            "ids.txt",
            "20\n77\n20\n",
            "short.txt",
            "20\n");
    Path vectors = from.resolve("v.fvecs");
    ByteBuffer bytes = ByteBuffer.allocate(3 * 12).order(ByteOrder.LITTLE_ENDIAN);
    for (int row = 0; row < 3; row++) {
      bytes.putInt(2).putFloat(row).putFloat(-row);
    }
    Files.write(vectors, bytes.array());
    Imported imported =
        Imports.lenient(
            Importers.byName("movielens")
                .create(
                    Map.of(
                        "vectors",
                        "text=" + vectors,
                        "vector-ids",
                        from.resolve("ids.txt").toString(),
                        "attribute-dimension",
                        "0")),
            from,
            folder.resolve("out"));
    assertThat(imported.rejected())
        .extracting(Problem::toString)
        .containsExactly(
            "ids.txt, row 2, id: found \"77\", expected an item of the log",
            "ids.txt, row 3, id: found \"20\", expected each id once");
    try (Catalogue catalogue = imported.dataset().openCatalogue()) {
      assertThat(catalogue.has(0, 0)).isFalse();
      assertThat(catalogue.has(0, 1)).isTrue();
      float[] vector = new float[2];
      catalogue.copyVector(0, 1, vector, 0);
      assertThat(vector).containsExactly(0f, 0f);
    }
    assertThatThrownBy(
            () ->
                Imports.lenient(
                    new MovieLensImporter(
                        MovieLensImporter.Options.DEFAULT.withVectors(
                            List.of(new VectorFile("text", vectors, from.resolve("short.txt"))))),
                    from,
                    folder.resolve("other")))
        .isInstanceOf(DatasetException.class)
        .hasMessage("short.txt: found 1 ids, expected 3, the rows of v.fvecs");
  }

  @Test
  void theSameLogGivesTheSameBytes() {
    Path from = Imports.realData("ml-latest-small");
    Importer importer =
        new MovieLensImporter(MovieLensImporter.Options.DEFAULT.withTagsAsPseudoQueries(true));
    Imports.clean(importer, from, folder.resolve("a"));
    importer.importTo(
        from, folder.resolve("b"), ImportSettings.DEFAULT.withMemoryLimit("64MB"), problem -> {});
    Map<String, byte[]> a = Imports.bytes(folder.resolve("a"));
    Map<String, byte[]> b = Imports.bytes(folder.resolve("b"));
    assertThat(a.keySet()).isEqualTo(b.keySet());
    a.forEach((name, bytes) -> assertThat(b.get(name)).as(name).isEqualTo(bytes));
  }
}
