package io.seminar.testdata.importers;

import io.seminar.sessions.DatasetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Stream;
import org.duckdb.DuckDBConnection;

/**
 * The DuckDB of one import: a database file in a folder of its own, which also takes what DuckDB
 * spills. Closing it removes the folder.
 */
final class ImportDatabase implements AutoCloseable {
  /** Does something with the current row. */
  @FunctionalInterface
  interface RowConsumer {
    void accept(ResultSet row) throws SQLException;
  }

  private final Path folder;
  private final Connection connection;

  private ImportDatabase(Path folder, Connection connection) {
    this.folder = folder;
    this.connection = connection;
  }

  /**
   * Opens an empty database in a new folder, in {@code settings.temporary()} or beside {@code out}.
   */
  static ImportDatabase open(Path out, ImportSettings settings) {
    Path folder = null;
    try {
      Path parent =
          settings.temporary() != null ? settings.temporary() : out.toAbsolutePath().getParent();
      Files.createDirectories(parent);
      folder = Files.createTempDirectory(parent, "." + out.getFileName() + ".import-");
      Properties properties = new Properties();
      // Rows come as they are computed; without this the driver holds a whole result in memory.
      properties.setProperty("jdbc_stream_results", "true");
      properties.setProperty("memory_limit", settings.memoryLimit());
      properties.setProperty("temp_directory", folder.resolve("spill").toString());
      // The order of files is part of the facts: row numbers and ties rest on it.
      properties.setProperty("preserve_insertion_order", "true");
      // Nothing is fetched from the network behind the user's back.
      properties.setProperty("autoinstall_known_extensions", "false");
      Connection connection =
          DriverManager.getConnection("jdbc:duckdb:" + folder.resolve("import.duckdb"), properties);
      ImportDatabase database = new ImportDatabase(folder, connection);
      // Times without a zone mean the same on every machine.
      database.run("SET GLOBAL TimeZone = 'UTC'");
      return database;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a temporary folder for the import", e);
    } catch (SQLException e) {
      remove(folder);
      throw new DatasetException("DuckDB did not start: " + e.getMessage(), e);
    }
  }

  /** Runs statements in order. */
  void run(String... statements) {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The one number that a query yields. */
  long number(String sql) {
    long[] value = new long[1];
    forEach(sql, row -> value[0] = row.getLong(1));
    return value[0];
  }

  /** Hands every row of a query to {@code consumer}. The consumer may not use the database. */
  void forEach(String sql, RowConsumer consumer) {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        consumer.accept(rows);
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** A query on a connection of its own, so that several can be read side by side. */
  Cursor open(String sql) {
    try {
      Connection own = ((DuckDBConnection) connection).duplicate();
      Statement statement = own.createStatement();
      return new Cursor(own, statement, statement.executeQuery(sql));
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** A text as an SQL literal. */
  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** A name as an SQL identifier. */
  static String identifier(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  static DatasetException failed(SQLException e) {
    return new DatasetException("DuckDB: " + e.getMessage(), e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw failed(e);
    } finally {
      remove(folder);
    }
  }

  private static void remove(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the temporary folder " + folder, e);
    }
  }

  /** A forward reader over the rows of a query. */
  static final class Cursor implements AutoCloseable {
    private final Connection connection;
    private final Statement statement;
    private final ResultSet rows;

    private Cursor(Connection connection, Statement statement, ResultSet rows) {
      this.connection = connection;
      this.statement = statement;
      this.rows = rows;
    }

    boolean next() throws SQLException {
      return rows.next();
    }

    ResultSet row() {
      return rows;
    }

    @Override
    public void close() throws SQLException {
      try (connection;
          statement;
          rows) {
        // closing is all
      }
    }
  }
}
