package io.seminar.network.model;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The parameters of a network, by name: flat arrays, row-major. This is the one place where they
 * live; an engine that trains or scores is lent copies.
 *
 * <p>Legend: d {@link NetworkSpec#hidden()}, H heads, d_h = d/H. A matrix is (out, in): a linear
 * layer computes {@code W x}.
 *
 * <pre>
 * items.count                 (items)          not trained: occurrences before the end of training
 * items.id                    (items, d)       table
 * items.attributes            (attributes, d)  table
 * items.MODALITY.encoder      (d, d_m)         of the L2-normalised vector
 * items.FIELD.projection      (d, d)           G_m, of every field
 * items.gate                  (fields)         softmax over the fields that an item has
 * queries.tokens              (tokens, d)      table
 * queries.browse              (d)
 * queries.vector.encoder      (d, d_q)         of the L2-normalised vector, if queries have one
 * queries.projection          (d, d)           G_q
 * pair.balance                (1)              a = sigmoid
 * attention.query, .key       (d, d)           head h is rows h d_h … (h + 1) d_h − 1
 * attention.scale             (H)              logarithm: W_Q^h = exp(scale_h) query^h
 * attention.value, .output    (d, d)
 * attention.bias              (H, biases)      twin: same category, same query, recency buckets
 * search.target, .behaviour   (d, d)           sim-soft: W_a, W_b
 * search.auxiliary            (2 d + 1)        sim-soft: logit of the auxiliary loss
 * search.hash                 (bits, d)        eta, sdim: not trained
 * unit.0.weight, .bias        (36, 4 d), (36)  din
 * unit.1.weight, .bias        (1, 36), (1)     din
 * head.N.weight, .bias        (out, in), (out)
 * head.position               (positions)      added to the logit in training only
 * psu.scale                   (1)              logarithm of 1/τ of the next-pair loss
 * </pre>
 *
 * Not thread-safe while it is written to.
 */
public final class Parameters {
  /** Positions that the position bias knows; later ones share the last. */
  public static final int POSITIONS = 200;

  /** What is done with a parameter. */
  public enum Kind {
    /** Updated as a whole at every step. */
    DENSE,
    /** Rows are updated when a batch reads them. */
    TABLE,
    /** Never updated. */
    FIXED
  }

  /**
   * One parameter.
   *
   * @param name unique
   * @param kind how it is updated
   * @param shape its dimensions
   * @param values row-major
   */
  public record Tensor(String name, Kind kind, int[] shape, float[] values) {
    /** Floats of a row: the product of all dimensions but the first. */
    public int rowSize() {
      int size = 1;
      for (int i = 1; i < shape.length; i++) {
        size *= shape[i];
      }
      return size;
    }
  }

  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** Adds a parameter; {@code values} is taken, not copied. */
  public void add(String name, Kind kind, int[] shape, float[] values) {
    long size = 1;
    for (int dimension : shape) {
      size *= dimension;
    }
    if (size != values.length) {
      throw new IllegalArgumentException(
          "parameter " + name + " has " + values.length + " values: expected " + size);
    }
    if (tensors.put(name, new Tensor(name, kind, shape.clone(), values)) != null) {
      throw new IllegalArgumentException("parameter " + name + " is added twice");
    }
  }

  /** All parameters in the order added. */
  public Collection<Tensor> tensors() {
    return tensors.values();
  }

  /** Whether there is a parameter of this name. */
  public boolean has(String name) {
    return tensors.containsKey(name);
  }

  /**
   * The parameter of this name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Tensor tensor(String name) {
    Tensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new IllegalArgumentException(
          "no parameter " + name + ": there are " + new TreeMap<>(tensors).keySet());
    }
    return tensor;
  }

  /** The values of the parameter of this name; not a copy. */
  public float[] values(String name) {
    return tensor(name).values();
  }

  /** A deep copy. */
  public Parameters copy() {
    Parameters copy = new Parameters();
    for (Tensor tensor : tensors()) {
      copy.add(tensor.name(), tensor.kind(), tensor.shape(), tensor.values().clone());
    }
    return copy;
  }

  /** The total number of floats. */
  public long size() {
    long size = 0;
    for (Tensor tensor : tensors()) {
      size += tensor.values().length;
    }
    return size;
  }
}
