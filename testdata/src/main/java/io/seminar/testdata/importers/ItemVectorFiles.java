package io.seminar.testdata.importers;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins vector files to the staged items: a column {@code row_<modality>} of {@code item_source}
 * holds each item's row in the file.
 */
final class ItemVectorFiles implements AutoCloseable {
  private final List<VectorSource> sources = new ArrayList<>();

  /** Opens and checks the files: whole rows, finite values, as many ids as rows, none twice. */
  static ItemVectorFiles attach(ImportDatabase db, List<VectorFile> files, Rejects rejects) {
    ItemVectorFiles attached = new ItemVectorFiles();
    try {
      for (VectorFile file : files) {
        attached.attach(db, file, rejects);
      }
      return attached;
    } catch (RuntimeException e) {
      attached.close();
      throw e;
    }
  }

  private void attach(ImportDatabase db, VectorFile file, Rejects rejects) {
    FvecsReader reader = FvecsReader.open(file.vectors());
    String column = "row_" + file.modality();
    sources.add(VectorSource.fvecs(file.modality(), reader, column));
    reader.verify();
    String ids = "ids_" + file.modality();
    String name = TextFiles.name(file.ids());
    TextFiles.stageLines(db, ids, file.ids(), rejects);
    long count = db.number("SELECT count(*) FROM " + ids);
    if (count != reader.rows()) {
      throw new DatasetException(
          new Problem(
              name, -1, "", count + " ids", reader.rows() + ", the rows of " + reader.file()));
    }
    db.run(
        "CREATE TABLE rows_"
            + file.modality()
            + " AS SELECT line, trim(text) AS id, row_number() OVER (ORDER BY line) - 1 AS position FROM "
            + ids);
    String rows = "rows_" + file.modality();
    db.forEach(
        "SELECT line, id, NOT known FROM (SELECT r.line, r.id, s.id IS NOT NULL AS known,"
            + " row_number() OVER (PARTITION BY r.id ORDER BY r.line) AS k FROM "
            + rows
            + " r LEFT JOIN item_source s ON s.id = r.id) WHERE k > 1 OR NOT known ORDER BY line",
        row ->
            rejects.reject(
                name,
                row.getLong(1),
                "id",
                row.getString(2),
                row.getBoolean(3) ? "an item of the log" : "each id once"));
    db.run(
        "ALTER TABLE item_source ADD COLUMN " + column + " BIGINT",
        "UPDATE item_source SET "
            + column
            + " = r.position FROM (SELECT id, min(position) AS position FROM "
            + rows
            + " GROUP BY id) r WHERE r.id = item_source.id");
  }

  List<VectorSource> sources() {
    return sources;
  }

  @Override
  public void close() {
    sources.forEach(VectorSource::close);
  }
}
