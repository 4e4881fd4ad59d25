package io.seminar.testdata.simulation;

/**
 * Many discrete distributions in one pair of flat arrays, each drawn from in constant time by the
 * alias method (Walker 1977, in Vose's linear-time construction, 1991). Group g owns the members
 * {@code start[g] .. start[g+1]−1}.
 */
final class AliasTables {
  private final int[] start; // (groups + 1)
  private final int[] member; // (members), what a draw returns
  private final float[] keep; // (members), probability to stay in the cell that was hit
  private final int[] alias; // (members), index into member otherwise

  /**
   * @param start first member of each group, and the number of members at the end
   * @param member what a draw returns, by group
   * @param weight relative weight of each member, at least 0, positive for one of each non-empty
   *     group at least
   */
  AliasTables(int[] start, int[] member, double[] weight) {
    this.start = start;
    this.member = member;
    this.keep = new float[member.length];
    this.alias = new int[member.length];
    double[] scaled = new double[member.length];
    int[] stack = new int[member.length];
    for (int group = 0; group + 1 < start.length; group++) {
      build(start[group], start[group + 1], weight, scaled, stack);
    }
  }

  private void build(int from, int to, double[] weight, double[] scaled, int[] stack) {
    int n = to - from;
    double sum = 0;
    for (int i = from; i < to; i++) {
      sum += weight[i];
    }
    // Cells below their fair share stand at the front of the stack, the others at its end.
    int small = 0;
    int large = n;
    for (int i = from; i < to; i++) {
      scaled[i] = weight[i] * n / sum;
      if (scaled[i] < 1) {
        stack[small++] = i;
      } else {
        stack[--large] = i;
      }
    }
    while (small > 0 && large < n) {
      int poor = stack[--small];
      int rich = stack[large];
      keep[poor] = (float) scaled[poor];
      alias[poor] = rich;
      scaled[rich] -= 1 - scaled[poor];
      if (scaled[rich] < 1) {
        large++;
        stack[small++] = rich;
      }
    }
    // What is left holds its own cell whole, up to rounding.
    while (small > 0) {
      int own = stack[--small];
      keep[own] = 1;
      alias[own] = own;
    }
    for (; large < n; large++) {
      keep[stack[large]] = 1;
      alias[stack[large]] = stack[large];
    }
  }

  int groups() {
    return start.length - 1;
  }

  int size(int group) {
    return start[group + 1] - start[group];
  }

  /** A member of a non-empty group; takes one number from the stream. */
  int draw(int group, RandomStream random) {
    long bits = random.nextLong();
    int from = start[group];
    int cell = from + (int) (((bits >>> 32) * (start[group + 1] - from)) >>> 32);
    float fraction = (bits & 0xFFFFFF) * 0x1p-24f;
    return member[fraction < keep[cell] ? cell : alias[cell]];
  }
}
