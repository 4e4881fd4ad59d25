package io.seminar.attention.retrieval;

import java.util.Arrays;

/**
 * Two stages: for each head and each field of the pairs the nearest behaviours by the field's part
 * of the score, {@code <block_h,f, field_f,l>}, from a graph a field; then the exact scores of all
 * that any field has found, and the K best of these. It keeps fewer than K where the fields
 * together find fewer.
 *
 * <p>The graphs (HNSW, Malkov and Yashunin, TPAMI 2018) are Lucene's, built at {@code open} over
 * the items, or queries, of the behaviours, and serve all heads; a request's prefix of the history
 * is a filter on them. Where a search would look at as many behaviours as the prefix holds, or does
 * not find as many as it was asked for, the field is scanned instead.
 *
 * <p><b>Allocates in {@code retrieve}</b>: Lucene makes its queues and marks anew for each search.
 * It is the only arm that does.
 */
public final class NeighbourRetrieval implements Retrieval {
  private final int candidates;
  private final int keep;
  private final long seed;
  private Behaviours history;
  private FieldGraph[] graphs = new FieldGraph[0]; // (fields)
  private Refinement refinement;
  private float[] blocks = new float[0]; // (H, Σ fieldSize)
  private int[] union = new int[0]; // (fields * candidates)
  private int[] marks = new int[0]; // (L): of the union that a row is in last
  private int mark;

  /**
   * Sets up the arm.
   *
   * @param candidates that each field finds for a head and target, at least 1
   * @param keep K
   * @param seed of the graphs' levels
   */
  public NeighbourRetrieval(int candidates, int keep, long seed) {
    this.candidates = candidates;
    this.keep = keep;
    this.seed = seed;
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    int fields = history.fields();
    if (graphs.length != fields) {
      graphs = new FieldGraph[fields];
      union = new int[Capacity.of(fields, candidates)];
      refinement = new Refinement(union.length, keep);
    }
    int width = 0;
    for (int f = 0; f < fields; f++) {
      graphs[f] =
          new FieldGraph(
              history.field(f),
              history.fieldSize(f),
              history.ofQuery(f) ? history.queries() : history.items(),
              history.length(),
              candidates,
              seed + f);
      width += history.fieldSize(f);
    }
    if (blocks.length < history.heads() * width) {
      blocks = new float[history.heads() * width];
    }
    if (Capacity.misfits(marks.length, history.length())) {
      marks = new int[history.length()];
      mark = 0;
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    cost.start();
    for (int b = 0; b < targets.count(); b++) {
      targets.blocks(b, blocks);
      cost.lap(Cost.Stage.PREPARE);
      int at = 0;
      for (int h = 0; h < history.heads(); h++) {
        nextMark();
        int found = 0;
        for (FieldGraph graph : graphs) {
          int n = graph.search(blocks, at, targets.length(), cost);
          found = unite(graph.found(), n, found);
          at += graph.size();
        }
        cost.lap(Cost.Stage.SCAN);
        refinement.refine(history, targets, h, b, union, found, kept, cost);
        cost.lap(Cost.Stage.RERANK);
      }
    }
  }

  private void nextMark() {
    if (++mark == Integer.MAX_VALUE) {
      Arrays.fill(marks, 0);
      mark = 1;
    }
  }

  private int unite(int[] rows, int n, int found) {
    int size = found;
    for (int i = 0; i < n; i++) {
      if (marks[rows[i]] != mark) {
        marks[rows[i]] = mark;
        union[size++] = rows[i];
      }
    }
    return size;
  }

  /** The graphs and the fields' vectors. */
  @Override
  public long indexBytes() {
    long bytes = 0;
    for (FieldGraph graph : graphs) {
      bytes += graph.bytes();
    }
    return bytes;
  }
}
