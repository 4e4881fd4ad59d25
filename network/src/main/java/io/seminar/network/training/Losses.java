package io.seminar.network.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** The losses as formulas; each is a scalar, a mean over what counts. */
final class Losses {
  /** What a masked candidate's logit becomes. */
  private static final float MASKED = -1e9f;

  private Losses() {}

  /**
   * Binary cross-entropy of log odds, {@code log(1 + exp(z)) − y z}, in a form that cannot
   * overflow.
   *
   * @param logits z
   * @param labels y, 0 or 1
   * @param mask 1 where it counts, 0 where not; one at least
   */
  static NDArray crossEntropy(NDArray logits, NDArray labels, NDArray mask) {
    NDArray softplus =
        Arithmetic.atLeast(logits, 0)
            .add(Arithmetic.plus(logits.abs().neg().exp(), 1).log()); // log(1 + exp(z))
    return softplus.sub(labels.mul(logits)).mul(mask).sum().div(mask.sum());
  }

  /**
   * InfoNCE with candidate 0 … C−1 of every row, the right one of row n being {@code positive[n]}:
   * {@code −mean log softmax(logits)[positive]} over the rows that count.
   *
   * @param logits (N, C)
   * @param positive (N), which candidate is right
   * @param allowed (N, C): 1 for a candidate, 0 for one that must not compete; the right one always
   *     competes
   * @param rows (N): 1 for a row that counts
   */
  static NDArray contrastive(NDArray logits, NDArray positive, NDArray allowed, NDArray rows) {
    long candidates = logits.getShape().get(1);
    DataType type = logits.getDataType();
    NDArray right = positive.oneHot((int) candidates, type); // (N, C)
    NDArray competes = allowed.maximum(right);
    NDArray logShare =
        logits.add(Arithmetic.times(Arithmetic.plus(competes, -1), -MASKED)).logSoftmax(1);
    NDArray loss = logShare.mul(right).sum(new int[] {1}).neg(); // (N)
    return loss.mul(rows).sum().div(Arithmetic.atLeast(rows.sum(), 1));
  }

  /**
   * Symmetric InfoNCE of two views of the same N things: {@code <a_i, b_j>/τ}, both ways, over the
   * things that have both views.
   *
   * @param a (N, d), not yet normalised
   * @param b (N, d)
   * @param both (N): 1 where both views are there
   * @param temperature τ, above 0
   */
  static NDArray alignment(NDArray a, NDArray b, NDArray both, double temperature) {
    long n = a.getShape().get(0);
    NDArray logits =
        Arithmetic.times(unit(a).matMul(unit(b).transpose()), 1 / temperature); // (N, N)
    NDArray diagonal = a.getManager().arange((int) n).toType(DataType.INT64, false);
    NDArray forward = contrastive(logits, diagonal, both.reshape(new Shape(1, n)), both);
    NDArray backward =
        contrastive(logits.transpose(), diagonal, both.reshape(new Shape(1, n)), both);
    return Arithmetic.times(forward.add(backward), 0.5);
  }

  /** L2-normalised rows; a zero row stays zero, and its gradient is finite. */
  static NDArray unit(NDArray x) {
    return x.div(Arithmetic.plus(x.square().sum(new int[] {-1}, true), 1e-12).sqrt());
  }
}
