package io.seminar.attention.quantization;

import io.seminar.attention.FastScan;
import io.seminar.attention.NibbleScan;

/** A segment whose nibbles are four bits of one dimension each: multiplied. */
final class ProductSegment implements SegmentScan {
  private final int dimension;
  private final int size;
  private final float weight;
  private final NibbleScan scan;
  private final float[] values;

  ProductSegment(NibbleLayout layout, int segment) {
    this.dimension = layout.firstDimension(segment);
    this.size = layout.size(segment);
    this.weight = layout.weight(segment);
    this.scan = new NibbleScan(size, FastScan.MOST_TARGETS);
    this.values = new float[size];
  }

  @Override
  public void set(int target, float[] rotated, int offset) {
    for (int c = 0; c < size; c++) {
      values[c] = weight * rotated[offset + dimension + c];
    }
    scan.set(target, values, 0);
  }

  @Override
  public double error(int target, double codeNorm) {
    return scan.error(target, codeNorm);
  }

  @Override
  public void sums(
      byte[] blocks,
      int from,
      int to,
      int firstTarget,
      int count,
      float[] out,
      int offset,
      int stride) {
    scan.scores(blocks, from, to, firstTarget, count, out, offset, stride);
  }
}
