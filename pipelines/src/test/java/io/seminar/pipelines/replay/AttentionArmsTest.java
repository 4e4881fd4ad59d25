package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.attention.retrieval.Behaviours;
import io.seminar.attention.retrieval.Cost;
import io.seminar.attention.retrieval.ExactRetrieval;
import io.seminar.attention.retrieval.Kept;
import io.seminar.attention.retrieval.RecentRetrieval;
import io.seminar.attention.retrieval.Retrieval;
import io.seminar.attention.retrieval.Targets;
import io.seminar.pipelines.arms.Arm;
import io.seminar.pipelines.arms.AttentionModel;
import io.seminar.pipelines.arms.RequestTargets;
import io.seminar.pipelines.embedding.FieldVectors;
import io.seminar.reports.store.OutcomeRow;
import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Attention with several heads, whose keys, values and targets are of different sizes, against
 * plain double arithmetic.
 */
class AttentionArmsTest {
  private static final long SEED = 20261125;
  private static final int HEADS = 3;
  private static final int KEY = 4;
  private static final int VALUE = 5;
  private static final int TARGET = 6;
  private static final int ITEMS = 60;
  private static final int KEEP = 7;
  private static final int[] RECALL_AT = {2, 7};
  private static final float TEMPERATURE = 1.5f;
  private static final double TOLERANCE = 1e-5;

  private static final float[][] KEYS = new float[HEADS][];
  private static final float[][] VALUES = new float[HEADS][];
  private static final float[][] QUERIES = new float[HEADS][]; // (H) of (d_k, D)
  private static final float[] TARGETS;
  private static final float[] OUT;

  static {
    Random random = new Random(SEED);
    for (int h = 0; h < HEADS; h++) {
      KEYS[h] = gaussian(random, ITEMS * KEY);
      VALUES[h] = gaussian(random, ITEMS * VALUE);
      QUERIES[h] = gaussian(random, KEY * TARGET);
    }
    TARGETS = gaussian(random, ITEMS * TARGET);
    OUT = gaussian(random, HEADS * VALUE);
  }

  private static float[] gaussian(Random random, int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /** Tables of random numbers. Its score is linear in outputs and intensities. */
  private static final class RandomModel implements AttentionModel {
    @Override
    public int heads() {
      return HEADS;
    }

    @Override
    public int keySize() {
      return KEY;
    }

    @Override
    public int valueSize() {
      return VALUE;
    }

    @Override
    public int pairSize() {
      return TARGET;
    }

    @Override
    public boolean valuesAreKeys() {
      return false;
    }

    @Override
    public int keep() {
      return KEEP;
    }

    @Override
    public float temperature() {
      return TEMPERATURE;
    }

    @Override
    public boolean holds(int item, int query) {
      return item % 9 != 0;
    }

    @Override
    public void behaviour(int item, int query, float[][] keys, float[][] values, int row) {
      for (int h = 0; h < HEADS; h++) {
        System.arraycopy(KEYS[h], item * KEY, keys[h], row * KEY, KEY);
        System.arraycopy(VALUES[h], item * VALUE, values[h], row * VALUE, VALUE);
      }
    }

    @Override
    public void pair(int item, int query, float[] out, int offset) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FieldVectors fields() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean scaled() {
      return false;
    }

    @Override
    public float scale(int item, int query) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void blocks(float[] targets, int target, float[] blocks) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void fold(float[] fields, float[] blocks) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int category(int item) {
      return -1;
    }

    @Override
    public void target(int item, int query, float[] out, int offset) {
      for (int d = 0; d < TARGET; d++) {
        out[offset + d] = holds(item, query) ? TARGETS[item * TARGET + d] : 0;
      }
    }

    @Override
    public void queries(float[] targets, int count, float[][] queries) {
      for (int h = 0; h < HEADS; h++) {
        for (int b = 0; b < count; b++) {
          for (int k = 0; k < KEY; k++) {
            float sum = 0;
            for (int d = 0; d < TARGET; d++) {
              sum += QUERIES[h][k * TARGET + d] * targets[b * TARGET + d];
            }
            queries[h][b * KEY + k] = sum;
          }
        }
      }
    }

    @Override
    public void score(RequestTargets targets, float[] outputs, double[] logSums, float[] scores) {
      for (int b = 0; b < targets.count(); b++) {
        scores[b] = 0;
        for (int i = 0; i < HEADS * VALUE; i++) {
          scores[b] += OUT[i] * outputs[b * HEADS * VALUE + i];
        }
        for (int h = 0; h < HEADS && targets.length() > 0; h++) {
          scores[b] += (h + 1) * logSums[b * HEADS + h];
        }
      }
    }
  }

  /** Head h keeps every (h + 2)-th behaviour, oldest first. */
  private static final class EveryNth implements Retrieval {
    @Override
    public void open(Behaviours history) {}

    @Override
    public void retrieve(Targets targets, Kept kept, Cost cost) {
      for (int b = 0; b < targets.count(); b++) {
        for (int h = 0; h < HEADS; h++) {
          List<Integer> rows = everyNth(h, targets.length());
          for (int k = 0; k < rows.size(); k++) {
            kept.rows(h, b)[k] = rows.get(k);
          }
          kept.setCount(h, b, rows.size());
        }
      }
    }

    @Override
    public long indexBytes() {
      return 0;
    }
  }

  private static List<Integer> everyNth(int head, int length) {
    return IntStream.range(0, length).filter(l -> l % (head + 2) == 0).limit(KEEP).boxed().toList();
  }

  private static double score(int head, int target, int behaviour) {
    double score = 0;
    for (int k = 0; k < KEY; k++) {
      double query = 0;
      for (int d = 0; d < TARGET; d++) {
        query += (double) QUERIES[head][k * TARGET + d] * TARGETS[target * TARGET + d];
      }
      score += query * KEYS[head][behaviour * KEY + k];
    }
    return score;
  }

  /** The output of a head over some rows, weighed by exp(score / τ). */
  private static double[] attend(int head, int[] items, double[] scores, List<Integer> over) {
    double[] out = new double[VALUE];
    double sum = over.stream().mapToDouble(l -> Math.exp(scores[l] / TEMPERATURE)).sum();
    for (int l : over) {
      for (int v = 0; v < VALUE; v++) {
        out[v] += Math.exp(scores[l] / TEMPERATURE) / sum * VALUES[head][items[l] * VALUE + v];
      }
    }
    return out;
  }

  private static double dot(double[] a, double[] b) {
    return IntStream.range(0, a.length).mapToDouble(i -> a[i] * b[i]).sum();
  }

  private static History history(Random random, int length) {
    long[] time = IntStream.range(0, length).mapToLong(l -> 10L * l).toArray();
    int[] item = random.ints(length, 0, ITEMS).toArray();
    return new History(time, item, new int[length], new byte[length]);
  }

  private static Request request(Random random, long time, int impressions) {
    int[] items = random.ints(impressions, 0, ITEMS).toArray();
    return new Request(1, time, 0, items, new short[impressions], new byte[impressions], null);
  }

  private static OutcomeRow[] outcomes(Request request) {
    OutcomeRow[] outcomes = new OutcomeRow[4];
    for (int a = 0; a < outcomes.length; a++) {
      outcomes[a] = new OutcomeRow(RECALL_AT.length);
      outcomes[a].resize(request.length());
      Arrays.fill(outcomes[a].recall, Float.NaN);
      Arrays.fill(outcomes[a].massKept, Float.NaN);
      Arrays.fill(outcomes[a].outputCosine, Float.NaN);
      Arrays.fill(outcomes[a].outputRelL2, Float.NaN);
    }
    return outcomes;
  }

  @Test
  void headsAgreeWithTheEquationsInDouble() {
    Random random = new Random(SEED);
    RandomModel model = new RandomModel();
    AttentionArms arms =
        new AttentionArms(
            model,
            Set.of(),
            RECALL_AT,
            new int[] {3, 0, 1}, // outcome 2 belongs to nobody here
            new Arm[] {
              Arm.of(new ExactRetrieval(KEEP), model),
              Arm.of(new RecentRetrieval(), model),
              Arm.of(new EveryNth(), model)
            });
    int compared = 0;
    for (int length : new int[] {0, 3, 40, 200, 11}) {
      History history = history(random, length);
      arms.open(history);
      for (int page = 0; page < 3; page++) {
        long time = 10L * length / (page + 1);
        Request request = request(random, time, 45); // more than are scored at once
        OutcomeRow[] outcomes = outcomes(request);
        arms.page(request, outcomes);
        int[] seen =
            IntStream.range(0, length)
                .filter(l -> history.time()[l] < time && history.item()[l] % 9 != 0)
                .map(l -> history.item()[l])
                .toArray();
        for (int i = 0; i < request.length(); i++) {
          compared += compare(seen, request.item()[i], outcomes, i, "length " + length);
        }
        assertThat(outcomes[2].scores).containsOnly(0);
      }
    }
    assertThat(compared).as("impressions with fidelity").isGreaterThan(300);
  }

  private static int compare(int[] seen, int item, OutcomeRow[] outcomes, int i, String where) {
    int length = seen.length;
    boolean holds = item % 9 != 0;
    List<Integer> all = IntStream.range(0, length).boxed().toList();
    double[] full = new double[HEADS * VALUE];
    double[][] exact = new double[HEADS][];
    List<List<Integer>> best = new ArrayList<>();
    for (int h = 0; h < HEADS; h++) {
      int head = h;
      exact[h] =
          IntStream.range(0, length)
              .mapToDouble(l -> holds ? score(head, item, seen[l]) : 0)
              .toArray();
      double[] scores = exact[h];
      best.add(
          all.stream()
              .sorted(
                  Comparator.comparingDouble((Integer l) -> -scores[l]).thenComparingInt(l -> -l))
              .limit(KEEP)
              .toList());
      System.arraycopy(attend(h, seen, scores, all), 0, full, h * VALUE, VALUE);
    }
    for (int arm : new int[] {3, 0, 1}) {
      String what = "seed %d, %s, item %d, arm %d".formatted(SEED, where, item, arm);
      double[] output = new double[HEADS * VALUE];
      double[] recall = new double[RECALL_AT.length];
      double mass = 0;
      double expected = 0;
      for (int h = 0; h < HEADS; h++) {
        double[] scores = exact[h];
        List<Integer> kept =
            switch (arm) {
              case 3 -> best.get(h);
              case 0 -> all.stream().sorted(Comparator.reverseOrder()).limit(KEEP).toList();
              default -> everyNth(h, length);
            };
        System.arraycopy(attend(h, seen, scores, kept), 0, output, h * VALUE, VALUE);
        double whole = all.stream().mapToDouble(l -> Math.exp(scores[l] / TEMPERATURE)).sum();
        double keptSum = kept.stream().mapToDouble(l -> Math.exp(scores[l] / TEMPERATURE)).sum();
        mass += keptSum / whole / HEADS;
        expected += length == 0 ? 0 : (h + 1) * Math.log(keptSum);
        for (int k = 0; k < RECALL_AT.length && length > 0; k++) {
          int size = Math.min(RECALL_AT[k], length);
          double threshold = scores[best.get(h).get(size - 1)];
          recall[k] +=
              (double) kept.stream().limit(size).filter(l -> scores[l] >= threshold - 1e-9).count()
                  / size
                  / HEADS;
        }
      }
      for (int d = 0; d < output.length; d++) {
        expected += OUT[d] * output[d];
      }
      OutcomeRow row = outcomes[arm];
      assertThat((double) row.scores[i]).as(what).isCloseTo(expected, within(1e-4));
      if (!holds || length == 0) {
        assertThat(row.massKept[i]).as(what).isNaN();
        assertThat(row.recall[2 * i]).as(what).isNaN();
        assertThat(row.outputCosine[i]).as(what).isNaN();
        assertThat(row.outputRelL2[i]).as(what).isNaN();
        continue;
      }
      assertThat((double) row.massKept[i]).as(what).isCloseTo(mass, within(TOLERANCE));
      for (int k = 0; k < RECALL_AT.length; k++) {
        assertThat((double) row.recall[2 * i + k]).as(what).isCloseTo(recall[k], within(TOLERANCE));
      }
      double[] error =
          IntStream.range(0, full.length).mapToDouble(d -> output[d] - full[d]).toArray();
      assertThat((double) row.outputCosine[i])
          .as(what)
          .isCloseTo(
              dot(full, output) / Math.sqrt(dot(full, full) * dot(output, output)),
              within(TOLERANCE));
      assertThat((double) row.outputRelL2[i])
          .as(what)
          .isCloseTo(Math.sqrt(dot(error, error) / dot(full, full)), within(TOLERANCE));
    }
    return holds && length > 0 ? 1 : 0;
  }
}
