package io.seminar.pipelines.replay;

import io.seminar.pipelines.evaluation.Calibration;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the run's manifest needs to know of the pipeline, handed over through the work folder, as a
 * pipeline returns nothing to who starts it.
 *
 * @param counts what went through
 * @param calibrations by arm
 */
record Tally(ReplayCounts counts, List<Calibration> calibrations) implements Serializable {
  private static final String FILE_NAME = "tally";

  /** Copies the list, so that it can be written. */
  public Tally {
    calibrations = new ArrayList<>(calibrations);
  }

  void write(Path work) {
    Path file = work.resolve(FILE_NAME);
    try {
      Files.createDirectories(work);
      try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
        out.writeObject(this);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Reads what the pipeline left in its work folder. */
  static Tally read(Path work) {
    Path file = work.resolve(FILE_NAME);
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
      if (in.readObject() instanceof Tally tally) {
        return tally;
      }
      throw new InvalidClassException(Tally.class.getName(), file + " holds something else");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(file + " was written by other code", e);
    }
  }
}
