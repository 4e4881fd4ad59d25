package io.seminar.network.scoring;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.model.Parameters;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.History;
import io.seminar.sessions.QueryTable;
import io.seminar.sessions.Request;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The forward pass as the formulas have it: loops in double over the raw catalogue, one target at a
 * time, nothing precomputed, nothing folded. It shares nothing with what it checks but the reading
 * of parameters and files.
 */
public final class ReferenceNetwork {
  /** Relative gap below which single precision may choose the other way. */
  private static final double GAP = 2e-5;

  private final NetworkSpec spec;
  private final Catalogue catalogue;
  private final QueryTable queries;
  private final float[] counts;
  private final Parameters parameters;
  private final int d;

  /** Set where a choice was so close that single precision may make another one. */
  public boolean close;

  /** Set where different pairs tie for the last place that is kept: recency decides. */
  public boolean tied;

  public ReferenceNetwork(RandomNetwork network) {
    spec = network.spec;
    catalogue = network.catalogue;
    queries = network.queries;
    counts = network.counts;
    parameters = network.parameters;
    d = spec.hidden();
  }

  private double p(String name, int index) {
    return parameters.values(name)[index];
  }

  /** Rows {@code from … from + n} of a matrix times a vector. */
  private double[] times(String matrix, int from, int n, double[] x) {
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < x.length; j++) {
        y[i] += p(matrix, (from + i) * x.length + j) * x[j];
      }
    }
    return y;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      sum += a[j] * b[j];
    }
    return sum;
  }

  private static void add(double[] to, double weight, double[] x) {
    for (int j = 0; j < to.length; j++) {
      to[j] += weight * x[j];
    }
  }

  /** The vector divided by its length; null if that is zero. */
  private static double[] unit(float[] x) {
    double norm = 0;
    for (float v : x) {
      norm += (double) v * v;
    }
    double[] unit = new double[x.length];
    for (int j = 0; j < x.length; j++) {
      unit[j] = x[j] / Math.sqrt(norm);
    }
    return norm == 0 ? null : unit;
  }

  private double[] row(String table, int row) {
    double[] x = new double[d];
    for (int j = 0; j < d; j++) {
      x[j] = p(table, row * d + j);
    }
    return x;
  }

  private double[] mean(String table, List<Integer> rows) {
    double[] x = new double[d];
    for (int row : rows) {
      add(x, 1.0 / rows.size(), row(table, row));
    }
    return x;
  }

  /** x_f; null if the item lacks the field. */
  double[] field(String field, int item) {
    double[] e;
    if (field.equals("id")) {
      e = counts[item] > 0 ? row("items.id", item) : null;
    } else if (field.equals("attributes")) {
      int categories = 0;
      for (int other = 0; other < catalogue.size(); other++) {
        categories = Math.max(categories, catalogue.category(other) + 1);
      }
      int values = parameters.values("items.attributes").length / d - categories;
      List<Integer> rows = new ArrayList<>();
      for (int attribute : catalogue.attributes(item)) {
        rows.add(attribute);
      }
      rows.add(values + catalogue.category(item));
      e = mean("items.attributes", rows);
    } else {
      int modality = field.equals("text") ? 0 : 1;
      if (!catalogue.has(modality, item)) {
        return null;
      }
      float[] vector = new float[catalogue.modalities().get(modality).dimension()];
      catalogue.copyVector(modality, item, vector, 0);
      double[] unit = unit(vector);
      e = unit == null ? null : times("items." + field + ".encoder", 0, d, unit);
    }
    return e == null ? null : times("items." + field + ".projection", 0, d, e);
  }

  /** i; null if the item has no field. */
  public double[] item(int item) {
    double[] sum = new double[d];
    double total = 0;
    for (int f = 0; f < spec.fields().size(); f++) {
      double[] x = field(spec.fields().get(f), item);
      if (x != null) {
        double gate = Math.exp(p("items.gate", f));
        add(sum, gate, x);
        total += gate;
      }
    }
    double[] mean = new double[d];
    add(mean, total == 0 ? 0 : 1 / total, sum);
    return total == 0 ? null : mean;
  }

  /** q; null if the query has neither tokens nor a vector. */
  private double[] query(int query) {
    if (query == 0) {
      return row("queries.browse", 0);
    }
    double[] q = new double[d];
    List<Integer> rows = new ArrayList<>();
    for (int token : queries.tokens(query)) {
      rows.add(token);
    }
    double[] unit = null;
    if (queries.dimension() > 0 && queries.has(query)) {
      float[] vector = new float[queries.dimension()];
      queries.copyVector(query, vector, 0);
      unit = unit(vector);
    }
    if (!rows.isEmpty()) {
      add(q, 1, mean("queries.tokens", rows));
    }
    if (unit != null) {
      add(q, 1, times("queries.vector.encoder", 0, d, unit));
    }
    return rows.isEmpty() && unit == null ? null : q;
  }

  /** q', zero where there is no q. */
  public double[] projectedQuery(int query) {
    double[] q = query(query);
    return q == null ? new double[d] : times("queries.projection", 0, d, q);
  }

  boolean present(int item, int query) {
    return item(item) != null || (spec.queries() && query != 0 && query(query) != null);
  }

  public double[] pair(int item, int query) {
    double[] i = item(item);
    double[] e = new double[d];
    if (!spec.queries()) {
      return i == null ? e : i;
    }
    double a = 1 / (1 + Math.exp(-p("pair.balance", 0)));
    add(e, a, projectedQuery(query));
    add(e, 1 - a, i == null ? new double[d] : i);
    return e;
  }

  /** The logit of one target; sets {@link #close} and {@link #tied}. */
  public double logit(History history, Request request, int item) {
    close = false;
    tied = false;
    if (spec.architecture() == Architecture.POPULARITY) {
      return Math.log(1 + counts[item]);
    }
    double[] target = pair(item, request.query());
    List<Integer> seen = new ArrayList<>(); // events before the request that are present
    List<double[]> pairs = new ArrayList<>();
    for (int l = 0; l < history.length(); l++) {
      if (history.time()[l] < request.time() && present(history.item()[l], history.query()[l])) {
        seen.add(l);
        pairs.add(pair(history.item()[l], history.query()[l]));
      }
    }
    List<Double> inputs = new ArrayList<>();
    double[] intensities = new double[spec.heads()];
    double[] before; // what W_O is applied to
    switch (spec.architecture()) {
      case DIN -> before = times("attention.value", 0, d, activated(target, pairs));
      case SDIM -> before = times("attention.value", 0, d, colliding(target, pairs));
      case AVERAGE -> {
        double[] mean = new double[d];
        for (double[] e : pairs) {
          add(mean, 1.0 / pairs.size(), e);
        }
        before = times("attention.value", 0, d, mean);
      }
      default -> before = attention(history, request, item, target, seen, pairs, intensities);
    }
    double[] u = times("attention.output", 0, d, before);
    for (double x : u) {
      inputs.add(x);
    }
    for (double x : target) {
      inputs.add(x);
    }
    for (int j = 0; j < d; j++) {
      inputs.add(u[j] * target[j]);
    }
    if (spec.intensities()) {
      for (double x : intensities) {
        inputs.add(x);
      }
    }
    inputs.add(request.query() != 0 ? 1.0 : 0.0);
    inputs.add(Math.log(1 + pairs.size()) / 10);
    inputs.add(relevance(request.query(), item));
    double[] x = inputs.stream().mapToDouble(v -> v).toArray();
    for (int layer = 0; layer < 3; layer++) {
      String name = "head." + layer;
      double[] y = times(name + ".weight", 0, parameters.values(name + ".bias").length, x);
      for (int j = 0; j < y.length; j++) {
        y[j] += p(name + ".bias", j);
        y[j] = layer < 2 && y[j] < 0 ? 0 : y[j];
      }
      x = y;
    }
    return x[0] + p("head.position", 1);
  }

  private double relevance(int query, int item) {
    double[] i = item(item);
    double[] q = spec.queries() && query != 0 ? projectedQuery(query) : null;
    double product = 0;
    double squares = 1e-12; // as in training, where a vector of zeros must have a gradient
    double otherSquares = 1e-12;
    for (int j = 0; i != null && q != null && j < d; j++) {
      product += q[j] * i[j];
      squares += q[j] * q[j];
      otherSquares += i[j] * i[j];
    }
    // A vector this short is what rounding left of terms that cancelled: it points anywhere.
    close |= product != 0 && Math.min(squares, otherSquares) < 1e-8;
    return product / Math.sqrt(squares * otherSquares);
  }

  private double[] attention(
      History history,
      Request request,
      int item,
      double[] target,
      List<Integer> seen,
      List<double[]> pairs,
      double[] intensities) {
    int size = d / spec.heads();
    int length = pairs.size();
    double[] before = new double[d];
    for (int h = 0; h < spec.heads(); h++) {
      double[] s = new double[length];
      double[] query = times("attention.query", h * size, size, target);
      for (int l = 0; l < length; l++) {
        double[] key = times("attention.key", h * size, size, pairs.get(l));
        s[l] = Math.exp(p("attention.scale", h)) * dot(query, key) / Math.sqrt(size);
        if (spec.architecture() == Architecture.TWIN) {
          s[l] += bias(history, request, item, seen.get(l), h);
        }
      }
      List<Integer> kept = kept(history, request, item, target, seen, pairs, s);
      double total = 0;
      for (int l : kept) {
        total += Math.exp(s[l]);
      }
      for (int l : kept) {
        double[] value = times("attention.value", h * size, size, pairs.get(l));
        for (int j = 0; j < size; j++) {
          before[h * size + j] += Math.exp(s[l]) / total * value[j];
        }
      }
      intensities[h] = kept.isEmpty() ? 0 : Math.log(total) - Math.log(length);
    }
    return before;
  }

  /** u of a target that attends to all of these pairs. */
  public double[] interest(double[] target, List<double[]> pairs) {
    int size = d / spec.heads();
    double[] before = new double[d];
    for (int h = 0; h < spec.heads(); h++) {
      double[] query = times("attention.query", h * size, size, target);
      double[] weight = new double[pairs.size()];
      double total = 0;
      for (int l = 0; l < weight.length; l++) {
        double[] key = times("attention.key", h * size, size, pairs.get(l));
        weight[l] = Math.exp(Math.exp(p("attention.scale", h)) * dot(query, key) / Math.sqrt(size));
        total += weight[l];
      }
      for (int l = 0; l < weight.length; l++) {
        double[] value = times("attention.value", h * size, size, pairs.get(l));
        for (int j = 0; j < size; j++) {
          before[h * size + j] += weight[l] / total * value[j];
        }
      }
    }
    return times("attention.output", 0, d, before);
  }

  private double bias(History history, Request request, int item, int event, int head) {
    int biases = parameters.tensor("attention.bias").shape()[1];
    double hours = (request.time() - history.time()[event]) / 3_600_000.0;
    int bucket = (int) Math.min(15, Math.floor(Math.log(1 + hours) / Math.log(2) + 1e-12));
    double sum = p("attention.bias", head * biases + 2 + bucket);
    if (catalogue.category(history.item()[event]) == catalogue.category(item)) {
      sum += p("attention.bias", head * biases);
    }
    if (request.query() != 0 && history.query()[event] == request.query()) {
      sum += p("attention.bias", head * biases + 1);
    }
    return sum;
  }

  private List<Integer> kept(
      History history,
      Request request,
      int item,
      double[] target,
      List<Integer> seen,
      List<double[]> pairs,
      double[] s) {
    int length = pairs.size();
    List<Integer> all = new ArrayList<>();
    for (int l = 0; l < length; l++) {
      all.add(l);
    }
    double[] by = new double[length];
    switch (spec.architecture()) {
      case SEMINAR, TWIN -> {
        return best(s, all, spec.keep(), pairs);
      }
      case QIN -> {
        if (request.query() == 0 || !spec.queries()) {
          return best(s, all, spec.keep(), pairs);
        }
        for (int l = 0; l < length; l++) {
          by[l] = dot(projectedQuery(request.query()), pairs.get(l));
        }
        return best(s, best(by, all, spec.cascade(), pairs), spec.keep(), pairs);
      }
      case SIM_HARD -> {
        all.removeIf(
            l -> catalogue.category(history.item()[seen.get(l)]) != catalogue.category(item));
        return all.subList(Math.max(0, all.size() - spec.keep()), all.size());
      }
      case SIM_SOFT -> {
        for (int l = 0; l < length; l++) {
          by[l] =
              dot(
                  times("search.target", 0, d, target),
                  times("search.behaviour", 0, d, pairs.get(l)));
        }
        return best(by, all, spec.keep(), pairs);
      }
      case ETA -> {
        for (int l = 0; l < length; l++) {
          for (int bit = 0; bit < spec.hashBits(); bit++) {
            by[l] -= hash(bit, target) != hash(bit, pairs.get(l)) ? 1 : 0;
          }
        }
        return best(by, all, spec.keep(), pairs);
      }
      default -> throw new AssertionError(spec.architecture());
    }
  }

  /** The k best of the candidates, of equal ones the more recent. */
  private List<Integer> best(
      double[] scores, List<Integer> candidates, int k, List<double[]> pairs) {
    List<Integer> sorted = new ArrayList<>(candidates);
    sorted.sort(
        Comparator.<Integer>comparingDouble(l -> -scores[l])
            .thenComparing(Comparator.reverseOrder()));
    if (sorted.size() <= k) {
      return sorted;
    }
    double last = scores[sorted.get(k - 1)];
    double next = scores[sorted.get(k)];
    double[] lastPair = pairs.get(sorted.get(k - 1));
    double largest = 0;
    for (int l : candidates) {
      largest = Math.max(largest, Math.abs(scores[l]));
      tied |= last == next && scores[l] == last && !Arrays.equals(pairs.get(l), lastPair);
    }
    close |= last != next && last - next < GAP * largest;
    return sorted.subList(0, k);
  }

  private boolean hash(int bit, double[] e) {
    double[] row = row("search.hash", bit);
    double projection = dot(row, e);
    close |= projection != 0 && Math.abs(projection) < GAP * Math.sqrt(dot(row, row) * dot(e, e));
    return projection >= 0;
  }

  private double[] activated(double[] target, List<double[]> pairs) {
    double[] pooled = new double[d];
    for (int l = Math.max(0, pairs.size() - spec.keep()); l < pairs.size(); l++) {
      double[] e = pairs.get(l);
      double[] input = new double[4 * d];
      for (int j = 0; j < d; j++) {
        input[j] = e[j];
        input[d + j] = target[j];
        input[2 * d + j] = e[j] - target[j];
        input[3 * d + j] = e[j] * target[j];
      }
      double[] unit = times("unit.0.weight", 0, 36, input);
      double weight = p("unit.1.bias", 0);
      for (int j = 0; j < 36; j++) {
        weight += p("unit.1.weight", j) * Math.max(0, unit[j] + p("unit.0.bias", j));
      }
      add(pooled, weight, e);
    }
    return pooled;
  }

  private double[] colliding(double[] target, List<double[]> pairs) {
    int groups = spec.hashBits() / spec.hashGroup();
    double[] pooled = new double[d];
    for (int g = 0; g < groups; g++) {
      double[] sum = new double[d];
      double lengths = 0;
      for (double[] e : pairs) {
        boolean collides = true;
        for (int bit = g * spec.hashGroup(); bit < (g + 1) * spec.hashGroup(); bit++) {
          collides &= hash(bit, target) == hash(bit, e);
        }
        if (collides) {
          add(sum, 1, e);
          lengths += Math.sqrt(dot(e, e));
        }
      }
      double norm = Math.sqrt(dot(sum, sum));
      close |= norm > 0 && norm < 1e-2 * lengths;
      add(pooled, norm == 0 ? 0 : 1 / norm / groups, sum);
    }
    return pooled;
  }
}
