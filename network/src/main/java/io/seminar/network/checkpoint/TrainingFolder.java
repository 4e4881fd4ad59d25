package io.seminar.network.checkpoint;

import io.seminar.network.model.Initialization;
import io.seminar.network.model.Parameters;
import io.seminar.network.model.TensorLayout;
import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.arrow.Publication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Training on its way to a checkpoint at {@code OUT}: the folder {@code OUT.training} beside it,
 * with the state after the last whole epoch, from which an interrupted training goes on. It is
 * removed when the checkpoint is published.
 *
 * <p>A state is a folder {@code epoch-N}: a checkpoint, which opens as one, and
 *
 * <ul>
 *   <li>{@code progress.json}: epochs, steps, the best epoch; size and SHA-256 of what follows.
 *   <li>{@code optimizer.bin}: for every parameter that is not fixed, in the checkpoint's order,
 *       its first moments, then its second.
 *   <li>{@code best.bin}: the parameters of the best epoch, as in {@code parameters.bin}; absent
 *       where none is known.
 * </ul>
 *
 * The next state is written beside the last under a temporary name and renamed, and only then is
 * the last removed: whenever the process dies, a whole one is there. One training at a time may
 * write to an {@code OUT}. Not for use by several threads.
 */
public final class TrainingFolder {
  private static final String PROGRESS = "progress.json";
  private static final String OPTIMIZER = "optimizer.bin";
  private static final String BEST = "best.bin";
  private static final Pattern STATE = Pattern.compile("epoch-(\\d{1,9})");

  private final Path out;
  private final Path folder;
  private final boolean overwrite;

  private TrainingFolder(Path out, boolean overwrite) {
    this.out = out;
    this.folder = beside(out);
    this.overwrite = overwrite;
  }

  /** {@code OUT.training}. */
  public static Path beside(Path out) {
    Path absolute = out.toAbsolutePath().normalize();
    if (absolute.getFileName() == null) {
      throw new IllegalArgumentException(out + " is not a place for a folder");
    }
    return absolute.resolveSibling(absolute.getFileName() + ".training");
  }

  /**
   * Checks, before anything is read for it, that a training can begin or go on. Writes nothing.
   *
   * @param out where its checkpoint will be
   * @param overwrite whether what is there may be replaced
   * @param resume whether an interrupted training is to go on
   * @throws DatasetException as {@link #begin} and {@link #resume} would
   */
  public static void check(Path out, boolean overwrite, boolean resume) {
    if (resume) {
      resume(out, overwrite);
      return;
    }
    Checkpoint.checkReplaceable(out, overwrite);
    try {
      new TrainingFolder(out, overwrite).refuseInterrupted();
    } catch (IOException e) {
      throw new DatasetException("cannot read " + beside(out) + ": " + e, e);
    }
  }

  private void refuseInterrupted() throws IOException {
    int epoch = lastEpoch();
    if (epoch > 0 && !overwrite) {
      throw JsonFile.problem(
          folder,
          "",
          "a training that was interrupted after epoch " + epoch,
          "none; it can be resumed, or overwritten",
          null);
    }
  }

  /**
   * Begins a training.
   *
   * @param out where its checkpoint will be
   * @param overwrite whether a checkpoint at {@code out} may be replaced when the new one is whole,
   *     and whether what an interrupted training left is removed, now
   * @throws DatasetException if {@code out} may not be replaced, or an interrupted training is
   *     there
   */
  public static TrainingFolder begin(Path out, boolean overwrite) {
    Checkpoint.checkReplaceable(out, overwrite);
    TrainingFolder training = new TrainingFolder(out, overwrite);
    try {
      training.refuseInterrupted();
      Publication.deleteTree(training.folder);
      Files.createDirectories(training.folder);
      return training;
    } catch (IOException e) {
      throw new DatasetException("cannot begin a training at " + training.folder + ": " + e, e);
    }
  }

  /**
   * Finds an interrupted training.
   *
   * @param out where its checkpoint will be
   * @param overwrite whether a checkpoint at {@code out} may be replaced when the new one is whole
   * @throws DatasetException if {@code out} may not be replaced, or no state is there
   */
  public static TrainingFolder resume(Path out, boolean overwrite) {
    Checkpoint.checkReplaceable(out, overwrite);
    TrainingFolder training = new TrainingFolder(out, overwrite);
    try {
      if (training.lastEpoch() == 0) {
        throw JsonFile.problem(
            training.folder,
            "",
            Files.exists(training.folder) ? "no whole epoch" : "no such folder",
            "what an interrupted training left after an epoch at least",
            null);
      }
      return training;
    } catch (IOException e) {
      throw new DatasetException("cannot read " + training.folder + ": " + e, e);
    }
  }

  /**
   * Saves the state after an epoch, then removes the state before it.
   *
   * @throws IllegalArgumentException if the epoch is not later than the last one saved, or what is
   *     saved does not belong to the network described
   * @throws DatasetException if the disk fails; the last state is still there
   */
  public void save(TrainingState state) {
    try {
      int last = lastEpoch();
      if (state.epoch() <= last) {
        throw new IllegalArgumentException(
            "epoch is " + state.epoch() + ": expected one after " + last + ", the last saved");
      }
      Path target = folder.resolve("epoch-" + state.epoch());
      Path temporary = Publication.temporaryBeside(target);
      Files.createDirectory(temporary);
      try {
        writeInto(temporary, state);
        Publication.force(temporary);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        Publication.force(folder);
      } finally {
        Publication.deleteTree(temporary);
      }
      removeAllBut(target);
    } catch (IOException e) {
      throw new DatasetException("cannot save the training in " + folder + ": " + e, e);
    }
  }

  private static void writeInto(Path state, TrainingState training) throws IOException {
    Checkpoint.writeInto(state, training.description(), training.parameters());
    TreeMap<String, StoredFile> files = new TreeMap<>();
    OptimizerState optimizer = training.optimizer();
    List<float[]> moments = new ArrayList<>();
    for (Parameters.Tensor tensor : training.parameters().tensors()) {
      if (tensor.kind() != Parameters.Kind.FIXED) {
        moments.add(moments("first", optimizer.first(), tensor));
        moments.add(moments("second", optimizer.second(), tensor));
      }
    }
    files.put(OPTIMIZER, FloatFile.write(state.resolve(OPTIMIZER), moments));
    Progress.Best best = null;
    if (training.best() != null) {
      best = new Progress.Best(training.best().epoch(), training.best().value());
      Checkpoint.check(layout(training.description()), training.best().parameters());
      List<float[]> values =
          training.best().parameters().tensors().stream().map(Parameters.Tensor::values).toList();
      files.put(BEST, FloatFile.write(state.resolve(BEST), values));
    }
    JsonFile.write(
        state.resolve(PROGRESS),
        new Progress(Progress.SCHEMA_VERSION, training.epoch(), optimizer.steps(), best, files));
  }

  private static float[] moments(
      String which, Map<String, float[]> moments, Parameters.Tensor tensor) {
    float[] values = moments.get(tensor.name());
    if (values == null || values.length != tensor.values().length) {
      throw new IllegalArgumentException(
          which
              + " moments of parameter "
              + tensor.name()
              + ": found "
              + (values == null ? "none" : values.length + " floats")
              + ", expected "
              + tensor.values().length
              + " floats");
    }
    return values;
  }

  /**
   * Reads the last state, bit for bit as it was saved.
   *
   * @param wanted what is to be trained now; its history and provenance are not looked at
   * @throws DatasetException if the state is damaged, or of a training that differs in network,
   *     catalogue, data, split, options or seed; the message has both sides of all that differs
   */
  public TrainingState read(Description wanted) {
    Path state;
    try {
      state = folder.resolve("epoch-" + lastEpoch());
    } catch (IOException e) {
      throw new DatasetException("cannot read " + folder + ": " + e, e);
    }
    Checkpoint checkpoint = Checkpoint.open(state);
    Description description = checkpoint.description();
    Differences differences = Differences.between(description, wanted);
    if (!differences.isEmpty()) {
      throw new DatasetException(
          new Problem(
              state.resolve(Checkpoint.MANIFEST).toString(),
              -1,
              "description",
              differences.stored(),
              differences.wanted() + ", as asked for now"));
    }
    Path record = state.resolve(PROGRESS);
    Progress progress =
        JsonFile.read(
            record, Progress.class, Progress.SCHEMA_VERSION, "the progress of a training");
    OptimizerState optimizer = readOptimizer(state, progress, checkpoint.parameters());
    return new TrainingState(
        description,
        progress.epoch(),
        checkpoint.parameters(),
        optimizer,
        readBest(state, progress, description));
  }

  private static OptimizerState readOptimizer(
      Path state, Progress progress, Parameters parameters) {
    Map<String, float[]> first = new TreeMap<>();
    Map<String, float[]> second = new TreeMap<>();
    long bytes = 0;
    for (Parameters.Tensor tensor : parameters.tensors()) {
      if (tensor.kind() != Parameters.Kind.FIXED) {
        bytes += 2L * Float.BYTES * tensor.values().length;
      }
    }
    StoredFile stored =
        StoredFile.find(state.resolve(PROGRESS), progress.files(), OPTIMIZER, bytes);
    Path file = state.resolve(OPTIMIZER);
    FloatFile.checkSize(file, stored);
    List<float[]> moments = new ArrayList<>();
    for (Parameters.Tensor tensor : parameters.tensors()) {
      if (tensor.kind() != Parameters.Kind.FIXED) {
        first.put(tensor.name(), new float[tensor.values().length]);
        second.put(tensor.name(), new float[tensor.values().length]);
        moments.add(first.get(tensor.name()));
        moments.add(second.get(tensor.name()));
      }
    }
    FloatFile.read(file, stored, moments);
    return new OptimizerState(progress.steps(), first, second);
  }

  private static TrainingState.Best readBest(
      Path state, Progress progress, Description description) {
    if (progress.best() == null) {
      return null;
    }
    List<TensorLayout> layout = layout(description);
    StoredFile stored =
        StoredFile.find(
            state.resolve(PROGRESS), progress.files(), BEST, StoredParameter.bytes(layout));
    Path file = state.resolve(BEST);
    FloatFile.checkSize(file, stored);
    return new TrainingState.Best(
        progress.best().epoch(), progress.best().value(), Checkpoint.read(file, stored, layout));
  }

  private static List<TensorLayout> layout(Description description) {
    return Initialization.layout(description.spec(), description.shape());
  }

  /**
   * Publishes the checkpoint and removes this folder.
   *
   * @throws DatasetException if something has appeared at {@code out} meanwhile, or the disk fails;
   *     this folder is still there then
   */
  public Checkpoint publish(Description description, Parameters parameters) {
    Checkpoint checkpoint = Checkpoint.write(out, overwrite, description, parameters);
    try {
      Publication.deleteTree(folder);
    } catch (IOException e) {
      throw new DatasetException("cannot remove " + folder + ": " + e, e);
    }
    return checkpoint;
  }

  /** Where the states lie. */
  public Path folder() {
    return folder;
  }

  /**
   * The last epoch of which there is a state; 0: none.
   *
   * @throws DatasetException if the folder holds something that no training left
   */
  private int lastEpoch() throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw JsonFile.problem(folder, "", "no folder", "a folder, or nothing", null);
    }
    int last = 0;
    for (Path entry : entries()) {
      String name = entry.getFileName().toString();
      Matcher matcher = STATE.matcher(name);
      if (matcher.matches()) {
        last = Math.max(last, Integer.parseInt(matcher.group(1)));
      } else if (!name.startsWith(".epoch-")) {
        throw JsonFile.problem(entry, "", "something else", "states of a training only", null);
      }
    }
    return last;
  }

  private void removeAllBut(Path state) throws IOException {
    for (Path entry : entries()) {
      if (!entry.equals(state)) {
        Publication.deleteTree(entry);
      }
    }
  }

  private List<Path> entries() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}
