package io.seminar.pipelines.evaluation;

import io.seminar.reports.store.OutcomeRow;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Evaluated impressions of one arm, sorted by score, as files that are merged: the AUC over all
 * impressions needs them in order, and there may be more than memory holds. A row is what the AUC
 * and its replicates need: score, label, the user's hash and the mask of slices.
 */
final class ScoreRun {
  /** Rows that are sorted in memory at a time. */
  static final int ROWS = 1 << 17;

  private ScoreRun() {}

  /** Receives the rows of all runs by ascending score. */
  interface Sink {
    void row(float score, boolean clicked, long userHash, long slices);
  }

  /** Collects rows and writes them as sorted runs. */
  static final class Writer {
    private final Path folder;
    private final String prefix;
    private final List<String> files = new ArrayList<>();
    private final float[] scores;
    private final boolean[] clicked;
    private final long[] users;
    private final long[] slices;
    private int size;

    /**
     * Starts without rows.
     *
     * @param prefix of the files' names, distinct for every writer of a run
     */
    Writer(Path folder, String prefix) {
      this.folder = folder;
      this.prefix = prefix;
      this.scores = new float[ROWS];
      this.clicked = new boolean[ROWS];
      this.users = new long[ROWS];
      this.slices = new long[ROWS];
    }

    /** Adds the impressions of a page, if it is evaluated. */
    void add(OutcomeRow row, long userHash) {
      if (row.evaluated) {
        for (int i = 0; i < row.impressions; i++) {
          add(row.scores[i], row.labels[i] > 0, userHash, UserCells.slices(row, row.cold[i]));
        }
      }
    }

    void add(float score, boolean click, long userHash, long mask) {
      scores[size] = score + 0.0f; // −0 and 0 tie
      clicked[size] = click;
      users[size] = userHash;
      slices[size] = mask;
      if (++size == ROWS) {
        spill();
      }
    }

    /** Writes what is left; the files, in no particular order. */
    List<String> finish() {
      if (size > 0) {
        spill();
      }
      return files;
    }

    private void spill() {
      long[] order = new long[size];
      for (int i = 0; i < size; i++) {
        order[i] = (long) sortable(scores[i]) << 32 | i;
      }
      Arrays.sort(order);
      Path file = folder.resolve(prefix + "-" + files.size() + ".run");
      try {
        Files.createDirectories(folder);
        try (DataOutputStream out =
            new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
          out.writeInt(size);
          for (long o : order) {
            int i = (int) o;
            out.writeFloat(scores[i]);
            out.writeBoolean(clicked[i]);
            out.writeLong(users[i]);
            out.writeLong(slices[i]);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot write " + file, e);
      }
      files.add(file.toString());
      size = 0;
    }

    /** An int that orders as the float does. */
    private static int sortable(float value) {
      int bits = Float.floatToIntBits(value);
      return bits ^ (bits >> 31 & Integer.MAX_VALUE);
    }
  }

  /** Merges runs. */
  static void merge(Iterable<String> files, Sink sink) {
    PriorityQueue<Cursor> queue = new PriorityQueue<>((a, b) -> Float.compare(a.score, b.score));
    List<Cursor> opened = new ArrayList<>();
    try {
      for (String file : files) {
        Cursor cursor = new Cursor(Path.of(file));
        opened.add(cursor);
        if (cursor.next()) {
          queue.add(cursor);
        }
      }
      while (!queue.isEmpty()) {
        Cursor least = queue.poll();
        sink.row(least.score, least.clicked, least.user, least.slices);
        if (least.next()) {
          queue.add(least);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the sorted scores", e);
    } finally {
      for (Cursor cursor : opened) {
        cursor.close();
      }
    }
  }

  private static final class Cursor {
    private final DataInputStream in;
    private int left;
    private float score;
    private boolean clicked;
    private long user;
    private long slices;

    Cursor(Path file) throws IOException {
      in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
      left = in.readInt();
    }

    boolean next() throws IOException {
      if (left == 0) {
        return false;
      }
      left--;
      score = in.readFloat();
      clicked = in.readBoolean();
      user = in.readLong();
      slices = in.readLong();
      return true;
    }

    void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close a run of sorted scores", e);
      }
    }
  }
}
