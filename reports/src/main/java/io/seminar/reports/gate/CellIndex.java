package io.seminar.reports.gate;

import io.seminar.reports.store.CellsFile.Cell;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Cells by arm, slice and metric. */
final class CellIndex {
  private record Key(String arm, String slice, String metric) {}

  private final Map<Key, Cell> cells = new HashMap<>();
  private final Set<String> slices = new HashSet<>();

  CellIndex(List<Cell> all) {
    for (Cell cell : all) {
      cells.put(new Key(cell.arm(), cell.slice(), cell.metric()), cell);
      slices.add(cell.slice());
    }
  }

  /** The cell, or null if there is none. */
  Cell get(String arm, String slice, String metric) {
    return cells.get(new Key(arm, slice, metric));
  }

  /** Whether any arm has any number in the slice. */
  boolean has(String slice) {
    return slices.contains(slice);
  }
}
