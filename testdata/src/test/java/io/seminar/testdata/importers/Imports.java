package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.Problem;
import io.seminar.sessions.User;
import io.seminar.sessions.UserReader;
import io.seminar.sessions.UserSplit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What the importers' tests share: where real data lie, how a data set is read back whole, how
 * rejects are collected.
 */
final class Imports {
  private Imports() {}

  /** A real set; where it is absent the test is skipped and says why. */
  static Path realData(String name) {
    Path folder = Path.of(System.getProperty("seminar.shared.data", "../../shared/data"), name);
    assumeTrue(
        Files.isDirectory(folder),
        () -> "needs the real data set in " + folder + " (-Dseminar.shared.data=…)");
    return folder;
  }

  /** Imports under default settings and demands that nothing is rejected. */
  static Imported clean(Importer importer, Path from, Path out) {
    Imported imported = lenient(importer, from, out);
    assertThat(imported.rejected()).isEmpty();
    assertThat(imported.report().rejectedRows()).isZero();
    return imported;
  }

  static Imported lenient(Importer importer, Path from, Path out) {
    List<Problem> rejected = new ArrayList<>();
    ImportReport report = importer.importTo(from, out, ImportSettings.DEFAULT, rejected::add);
    assertThat(report.rejectedRows()).isEqualTo(rejected.size());
    Dataset dataset = Dataset.open(out);
    dataset.verifyDigests();
    List<User> users = new ArrayList<>();
    for (UserSplit split : dataset.userSplits()) {
      try (UserReader reader = dataset.readUsers(split)) {
        while (reader.next()) {
          assertThat(reader.problem()).isNull();
          users.add(reader.user());
        }
      }
    }
    List<String> ids = new ArrayList<>();
    try (Catalogue catalogue = dataset.openCatalogue()) {
      for (int i = 0; i < catalogue.size(); i++) {
        ids.add(catalogue.id(i));
      }
    }
    return new Imported(report, rejected, dataset, users, ids);
  }

  /** A data set in memory. */
  record Imported(
      ImportReport report,
      List<Problem> rejected,
      Dataset dataset,
      List<User> users,
      List<String> itemIds) {
    User user(String id) {
      return users.stream().filter(user -> user.id().equals(id)).findFirst().orElseThrow();
    }

    int item(String id) {
      return itemIds.indexOf(id);
    }

    String notes(String key) {
      return report.dataset().notes().get(key);
    }
  }

  /** A file's or folder's bytes by name. */
  static Map<String, byte[]> bytes(Path folder) {
    Map<String, byte[]> bytes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes;
  }

  /** Writes text files into a new folder; names and contents alternate. */
  static Path folder(Path parent, String... namesAndContents) {
    Map<String, String> files = new LinkedHashMap<>();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      files.put(namesAndContents[i], namesAndContents[i + 1]);
    }
    try {
      Path folder = Files.createTempDirectory(parent, "log");
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue());
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A fixture folder among the test resources. */
  static Path fixture(String name) {
    Path folder = Path.of("src/test/resources/fixtures", name);
    assertThat(folder).isDirectory();
    return folder;
  }

  /** Names beside and in {@code parent}: an import that failed must leave none of its own. */
  static List<String> names(Path parent) {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
