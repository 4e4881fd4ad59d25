package io.seminar.pipelines.sweep;

import io.seminar.attention.retrieval.Cost;
import io.seminar.pipelines.arms.Arm;
import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.pipelines.arms.EmbeddedHistory;
import io.seminar.pipelines.arms.RequestTargets;

/** An arm of a model, put to one request. */
final class ArmContender implements Contender {
  private final Arm arm;
  private final boolean allocates;
  private final EmbeddedHistory history;
  private final RequestTargets[] parts;
  private final int width;
  private final float[] outputs; // (B, H d_v) of one part
  private final double[] logSums; // (B, H)

  /**
   * Sets up; {@link #open} comes next.
   *
   * @param allocates whether the arm does by its method
   * @param parts of the page, handed to the arm one after another
   */
  ArmContender(
      Arm arm,
      boolean allocates,
      AttentionModel model,
      EmbeddedHistory history,
      RequestTargets[] parts) {
    this.arm = arm;
    this.allocates = allocates;
    this.history = history;
    this.parts = parts;
    this.width = model.heads() * model.valueSize();
    this.outputs = new float[RequestTargets.MAXIMUM * width];
    this.logSums = new double[RequestTargets.MAXIMUM * model.heads()];
  }

  @Override
  public long open() {
    long start = System.nanoTime();
    arm.open(history);
    return System.nanoTime() - start;
  }

  @Override
  public void answer(Cost cost) {
    for (RequestTargets part : parts) {
      arm.retrieve(part, cost);
      arm.attend(part, outputs, logSums, cost);
    }
  }

  @Override
  public long answerTimed(Cost timed) {
    long attention = 0;
    for (RequestTargets part : parts) {
      arm.retrieve(part, timed);
      long staged = staged(timed);
      long start = System.nanoTime();
      arm.attend(part, outputs, logSums, timed);
      // An arm that pools does so here, and says itself which stages that has.
      attention += System.nanoTime() - start - (staged(timed) - staged);
    }
    return attention;
  }

  private static long staged(Cost cost) {
    long nanos = 0;
    for (Cost.Stage stage : STAGES) {
      nanos += cost.nanos(stage);
    }
    return nanos;
  }

  private static final Cost.Stage[] STAGES = Cost.Stage.values();

  @Override
  public float consume() {
    return outputs[0] + outputs[width - 1];
  }

  @Override
  public long digest() {
    KeptDigest digest = new KeptDigest();
    Cost cost = new Cost(false);
    for (RequestTargets part : parts) {
      arm.retrieve(part, cost);
      if (arm.keeps()) {
        digest.fold(arm.kept(), part.count());
      } else {
        arm.attend(part, outputs, logSums, cost);
        digest.fold(outputs, part.count() * width);
      }
    }
    return digest.value();
  }

  @Override
  public boolean allocates() {
    return allocates;
  }

  @Override
  public long indexBytes() {
    return arm.indexBytes();
  }
}
