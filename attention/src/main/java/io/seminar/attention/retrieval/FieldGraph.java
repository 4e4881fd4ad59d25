package io.seminar.attention.retrieval;

import io.seminar.attention.AttentionKernels;
import io.seminar.attention.TopK;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import org.apache.lucene.search.TopKnnCollector;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.hnsw.HnswGraphBuilder;
import org.apache.lucene.util.hnsw.HnswGraphSearcher;
import org.apache.lucene.util.hnsw.OnHeapHnswGraph;
import org.apache.lucene.util.hnsw.RandomVectorScorer;
import org.apache.lucene.util.hnsw.RandomVectorScorerSupplier;

/**
 * The nearest behaviours by one field of the pairs, from an HNSW graph of Lucene's. A node is an
 * item, or a query, and stands for all behaviours that have it: their vectors are the same, and a
 * graph of copies loses its way among them. What has no vector of the field, or the zero vector, is
 * not in the graph. Not thread-safe.
 */
final class FieldGraph {
  private final float[] rows; // (L, size)
  private final int size;
  private final int[] places; // rows by node, rising within it
  private final int[] starts; // (nodes + 1)
  private final int[] firsts; // (nodes): the oldest row of each, rising over all
  private final int nodes;
  private final OnHeapHnswGraph graph; // null: no behaviour has the field
  private final int[] found;
  private final int[] best; // nodes found, best first
  private final TopK topK;
  private float[] scores = new float[0]; // of a scan
  private int[] scanned = new int[0]; // nodes of a scan

  /**
   * Builds the graph.
   *
   * @param rows (L, size)
   * @param ordinals (L): of the item or query that a row's vector is of
   * @param candidates that a search finds at most
   */
  FieldGraph(float[] rows, int size, int[] ordinals, int length, int candidates, long seed) {
    this.rows = rows;
    this.size = size;
    this.found = new int[candidates];
    this.best = new int[candidates];
    this.topK = new TopK(candidates);
    long[] sorted = new long[length];
    int present = 0;
    for (int l = 0; l < length; l++) {
      if (present(l)) {
        sorted[present++] = (long) ordinals[l] << Integer.SIZE | l;
      }
    }
    Arrays.sort(sorted, 0, present);
    places = new int[present];
    int[] ends = new int[present + 1];
    int n = 0;
    for (int i = 0; i < present; i++) {
      places[i] = (int) sorted[i];
      if (i == 0 || sorted[i] >>> Integer.SIZE != sorted[i - 1] >>> Integer.SIZE) {
        ends[n++] = i;
      }
    }
    nodes = n;
    starts = Arrays.copyOf(ends, n + 1);
    starts[n] = present;
    firsts = new int[n];
    for (int node = 0; node < n; node++) {
      firsts[node] = places[starts[node]];
    }
    Arrays.sort(firsts);
    graph = n == 0 ? null : build(seed);
  }

  private boolean present(int row) {
    for (int d = row * size; d < (row + 1) * size; d++) {
      if (rows[d] != 0) {
        return true;
      }
    }
    return false;
  }

  private OnHeapHnswGraph build(long seed) {
    try {
      return HnswGraphBuilder.create(
              new BetweenNodes(),
              HnswGraphBuilder.DEFAULT_MAX_CONN,
              HnswGraphBuilder.DEFAULT_BEAM_WIDTH,
              seed,
              nodes)
          .build(nodes);
    } catch (IOException e) {
      throw new UncheckedIOException("vectors in memory cannot fail to be read", e);
    }
  }

  /** Floats of the field. */
  int size() {
    return size;
  }

  /** Rows that the last search found. */
  int[] found() {
    return found;
  }

  /**
   * Finds the nearest of the first {@code length} behaviours; of one item the most recent.
   *
   * @param block what stands for the target in this field, from {@code at}
   * @return how many {@link #found} are
   */
  int search(float[] block, int at, int length, Cost cost) {
    int below = Arrays.binarySearch(firsts, length);
    int seen = below < 0 ? -below - 1 : below;
    if (seen <= found.length) {
      return rows(scan(block, at, length, seen, cost), length);
    }
    // A search that has looked at as many as there are has lost against a scan.
    Collector collector = new Collector(found.length, seen);
    try {
      HnswGraphSearcher.search(
          new ToTarget(block, at), collector, graph, seen == nodes ? null : new Before(length));
    } catch (IOException e) {
      throw new UncheckedIOException("vectors in memory cannot fail to be read", e);
    }
    cost.scanned(collector.visitedCount(), collector.visitedCount() * size * Float.BYTES);
    // What is not connected with the rest is not found.
    if (collector.earlyTerminated() || collector.numCollected() < found.length) {
      return rows(scan(block, at, length, seen, cost), length);
    }
    collector.take();
    return rows(found.length, length);
  }

  /** The best nodes by a look at all that are seen. */
  private int scan(float[] block, int at, int length, int seen, Cost cost) {
    scores = Capacity.fit(scores, seen);
    scanned = Capacity.fit(scanned, seen);
    int n = 0;
    for (int node = 0; node < nodes; node++) {
      int row = places[starts[node]];
      if (row < length) {
        scores[n] = AttentionKernels.dot(block, at, rows, row * size, size);
        scanned[n++] = node;
      }
    }
    int count = topK.select(scores, 0, n, found.length, best, 0);
    for (int i = 0; i < count; i++) {
      best[i] = scanned[best[i]];
    }
    cost.scanned(n, (long) n * size * Float.BYTES);
    return count;
  }

  /** The behaviours of the best nodes, as many as are wanted. */
  private int rows(int count, int length) {
    int n = 0;
    for (int i = 0; i < count; i++) {
      int from = starts[best[i]];
      int to = starts[best[i] + 1];
      for (int p = to - 1; p >= from && n < found.length; p--) {
        if (places[p] < length) {
          found[n++] = places[p];
        }
      }
    }
    return n;
  }

  /** Links of the graph as Lucene counts them, the numbering, and the field's vectors. */
  long bytes() {
    long vectors = (long) places.length * size * Float.BYTES;
    long numbers = ((long) places.length + starts.length + nodes) * Integer.BYTES;
    return vectors + numbers + (graph == null ? 0 : graph.ramBytesUsed());
  }

  /** The nodes that occur in a prefix of the history. */
  private final class Before implements Bits {
    private final int length;

    Before(int length) {
      this.length = length;
    }

    @Override
    public boolean get(int node) {
      return places[starts[node]] < length;
    }

    @Override
    public int length() {
      return nodes;
    }
  }

  private final class ToTarget implements RandomVectorScorer {
    private final float[] block;
    private final int at;

    ToTarget(float[] block, int at) {
      this.block = block;
      this.at = at;
    }

    @Override
    public float score(int node) {
      return AttentionKernels.dot(block, at, rows, places[starts[node]] * size, size);
    }

    @Override
    public int maxOrd() {
      return nodes;
    }
  }

  private final class BetweenNodes implements RandomVectorScorerSupplier {
    @Override
    public RandomVectorScorer scorer(int node) {
      return new ToTarget(rows, places[starts[node]] * size);
    }

    @Override
    public RandomVectorScorerSupplier copy() {
      return this;
    }
  }

  /** Hands over nodes without making documents of them. */
  private final class Collector extends TopKnnCollector {
    Collector(int k, int visitLimit) {
      super(k, visitLimit);
    }

    /** The nodes collected; the queue gives the worst one first. */
    void take() {
      for (int i = queue.size() - 1; i >= 0; i--) {
        best[i] = queue.pop();
      }
    }
  }
}
