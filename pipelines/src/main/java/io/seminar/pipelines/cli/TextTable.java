package io.seminar.pipelines.cli;

import java.io.PrintWriter;
import java.util.List;

/** Columns of text for the terminal, as wide as they must be. */
final class TextTable {
  private static final String GAP = "  ";

  private TextTable() {}

  /** Prints rows of equally many cells, the header first. */
  static void print(List<List<String>> rows, PrintWriter out) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        line.append(row.get(c)).append(" ".repeat(widths[c] - row.get(c).length())).append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
  }
}
