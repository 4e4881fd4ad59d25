package io.seminar.attention.quantization;

import io.seminar.attention.FastScan;

/** A segment whose nibbles hold bits of several dimensions: sixteen sums a nibble, looked up. */
final class TableSegment implements SegmentScan {
  private final NibbleLayout layout;
  private final int segment;
  private final FastScan scan;
  private final float[] tables;
  private final double[] sizes = new double[FastScan.MOST_TARGETS];

  TableSegment(NibbleLayout layout, int segment) {
    this.layout = layout;
    this.segment = segment;
    this.scan = new FastScan(layout.size(segment), FastScan.MOST_TARGETS);
    this.tables = new float[layout.size(segment) * FastScan.SLOTS];
  }

  @Override
  public void set(int target, float[] rotated, int offset) {
    sizes[target] = layout.tables(segment, rotated, offset, tables);
    scan.set(target, tables, 0);
  }

  @Override
  public double error(int target, double codeNorm) {
    // The entries are doubles rounded to floats, and no more than all their weights.
    return scan.error(target) + Rounding.UNIT * sizes[target];
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
