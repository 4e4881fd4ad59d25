package io.seminar.pipelines.arms;

import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.retrieval.BiasedRetrieval;
import io.seminar.attention.retrieval.CascadeRetrieval;
import io.seminar.attention.retrieval.CategoryRetrieval;
import io.seminar.attention.retrieval.CertifiedOptions;
import io.seminar.attention.retrieval.CertifiedRetrieval;
import io.seminar.attention.retrieval.CodeRetrieval;
import io.seminar.attention.retrieval.CollisionPooling;
import io.seminar.attention.retrieval.ExactRetrieval;
import io.seminar.attention.retrieval.FastScanRetrieval;
import io.seminar.attention.retrieval.HashRetrieval;
import io.seminar.attention.retrieval.NeighbourRetrieval;
import io.seminar.attention.retrieval.PairRetrieval;
import io.seminar.attention.retrieval.QueryVectors;
import io.seminar.attention.retrieval.RabitqRetrieval;
import io.seminar.attention.retrieval.RecentRetrieval;
import io.seminar.attention.retrieval.RefinedRetrieval;
import io.seminar.attention.retrieval.Retrieval;
import io.seminar.network.device.DeviceCodeRetrieval;
import io.seminar.network.device.DeviceExactRetrieval;
import io.seminar.network.device.TorchDevice;
import io.seminar.pipelines.embedding.FieldVectors;

/**
 * Makes arms of their names. What an arm draws at random (hyperplanes, levels of a graph) it draws
 * from one seed of its own, always the same: an arm of this name is the same arm in every run.
 */
public final class Arms {
  private static final long SEED = 0x5EAC4A23L;

  /** The device that all arms can do without. */
  public static final String CPU = "cpu";

  /** K1 of a cascade, in multiples of K. */
  private static final int CASCADE = 4;

  /** Candidates that a modality finds, in multiples of K. */
  private static final int NEIGHBOURS = 2;

  private final ArmSpec arm;
  private final AttentionModel model;
  private final CodebookFolder codebook;

  private final TorchDevice device; // null: all on the kernels

  private Arms(ArmSpec arm, AttentionModel model, CodebookFolder codebook, TorchDevice device) {
    this.arm = arm;
    this.model = model;
    this.codebook = codebook;
    this.device = device;
  }

  /** Whether an arm of this kind can retrieve on the engine's device. */
  public static boolean runsOnDevice(ArmSpec.Kind kind) {
    return switch (kind) {
      case EXACT, PQ, OPQ, RQ -> true;
      default -> false;
    };
  }

  /**
   * Opens a device for the arms of a thread.
   *
   * @param name {@link #CPU} or {@code gpu:N}
   * @return null for {@link #CPU}: the kernels need no engine
   * @throws IllegalArgumentException if there is no such device
   */
  public static TorchDevice openDevice(String name) {
    return name.equals(CPU) ? null : new TorchDevice(name, 1);
  }

  /**
   * Makes an arm for a thread.
   *
   * @param arm one that {@link ArmSpec.Kind#attends() attends}
   * @param model that it retrieves for; of this thread
   * @param codebook of the arm; null where it needs none
   * @throws IllegalArgumentException if it attends to nothing, makes no sense at the model's K, or
   *     the codebook does not fit
   */
  public static Arm of(ArmSpec arm, AttentionModel model, CodebookFolder codebook) {
    return of(arm, model, codebook, null);
  }

  /**
   * The same, on a device if the arm {@link #runsOnDevice}.
   *
   * @param device of this thread, open as long as the arm; null: all on the kernels of the CPU
   */
  public static Arm of(
      ArmSpec arm, AttentionModel model, CodebookFolder codebook, TorchDevice device) {
    arm.check(model.keep());
    return new Arms(arm, model, codebook, device).make();
  }

  private Arm make() {
    int keep = model.keep();
    if (arm.kind() == ArmSpec.Kind.SDIM) {
      return Arm.of(
          new CollisionPooling(
              model.heads(), model.keySize(), model.valueSize(), arm.size(), arm.group(), SEED),
          model);
    }
    return Arm.of(
        arm.refine() == 0 ? retrieval(keep) : refined(Math.multiplyExact(arm.refine(), keep)),
        model);
  }

  private Retrieval refined(int candidates) {
    if (arm.kind() == ArmSpec.Kind.PQ4) {
      return FastScanRetrieval.refined(codebook, model.heads(), candidates, model.keep());
    }
    return new RefinedRetrieval(retrieval(candidates), model.heads(), candidates, model.keep());
  }

  private Retrieval retrieval(int keep) {
    if (device != null && runsOnDevice(arm.kind())) {
      return arm.kind() == ArmSpec.Kind.EXACT
          ? new DeviceExactRetrieval(device)
          : new DeviceCodeRetrieval(device, codebook);
    }
    return switch (arm.kind()) {
      case EXACT -> new ExactRetrieval(keep);
      case RECENT -> new RecentRetrieval();
      case SIM_HARD -> new CategoryRetrieval();
      case SIM_SOFT -> new PairRetrieval(keep);
      case ETA -> new HashRetrieval(model.heads(), model.keySize(), arm.size(), SEED);
      case TWIN -> new BiasedRetrieval(null, keep);
      case QIN -> new CascadeRetrieval(queries(), candidates(CASCADE), keep);
      case TWO_STAGE_ANN -> new NeighbourRetrieval(candidates(NEIGHBOURS), keep, SEED);
      case PQ, OPQ, RQ -> new CodeRetrieval(codebook, null, keep);
      case PQ_SDC -> new CodeRetrieval(codebook, model, keep);
      case PQ4 -> new FastScanRetrieval(codebook, keep);
      case RABITQ -> new RabitqRetrieval(arm.size(), keep, SEED);
      case CERTIFIED -> new CertifiedRetrieval(CertifiedOptions.proven(SEED), keep);
      case SDIM, NETWORK, ORACLE, ORACLE_RELEVANCE ->
          throw new IllegalArgumentException(
              "arm '" + arm.name() + "' retrieves nothing, expected one that does");
    };
  }

  private int candidates(int factor) {
    return arm.size() > 0 ? arm.size() : Math.multiplyExact(factor, model.keep());
  }

  /** Null: the model reads no queries. */
  private QueryVectors queries() {
    FieldVectors fields = model.fields();
    if (!fields.layout().hasQuery()) {
      return null;
    }
    int size = fields.layout().dimensions()[0];
    return new QueryVectors() {
      @Override
      public int size() {
        return size;
      }

      @Override
      public boolean copy(int query, float[] out, int offset) {
        return fields.query(query, out, offset);
      }
    };
  }
}
