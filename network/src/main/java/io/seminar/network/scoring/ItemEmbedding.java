package io.seminar.network.scoring;

import io.seminar.attention.AttentionKernels;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.NetworkSpec;
import java.util.List;

/**
 * Items as gated sums of their fields: {@code i = Σ_f ĝ_f x_f}, {@code x_f = G_f e_f}, ĝ the
 * softmax of the gate over the fields present. Encoder and projection of a modality are one matrix
 * here. Read only.
 */
final class ItemEmbedding {
  private final CatalogueFeatures features;
  private final int hidden;

  /** (fields): the table that a field averages rows of; null: a modality. */
  private final float[][] tables;

  /** (fields): (d, inputs). */
  private final float[][] matrices;

  /** (fields): exp(gate), the largest being 1. */
  private final double[] gates;

  private final double gateSum;

  ItemEmbedding(CatalogueFeatures features, ParameterReader parameters) {
    this.features = features;
    NetworkSpec spec = features.spec();
    List<String> fields = spec.fields();
    hidden = spec.hidden();
    tables = new float[fields.size()][];
    matrices = new float[fields.size()][];
    for (int f = 0; f < fields.size(); f++) {
      String name = "items." + fields.get(f);
      float[] projection = parameters.read(name + ".projection", "d, d", hidden, hidden);
      matrices[f] = projection.clone();
      if (fields.get(f).equals(NetworkSpec.ID)) {
        tables[f] = parameters.read(name, "items, d", features.items(), hidden);
      } else if (fields.get(f).equals(NetworkSpec.ATTRIBUTES)) {
        int rows = features.shape().attributes();
        tables[f] = parameters.read(name, "attributes and categories, d", rows, hidden);
      } else {
        int inputs = features.dimension(f);
        float[] encoder =
            parameters.read(
                name + ".encoder", "d, floats of modality " + fields.get(f), hidden, inputs);
        matrices[f] = ParameterReader.product(projection, encoder, hidden, hidden, inputs);
      }
    }
    gates = softmaxTerms(parameters.read("items.gate", "fields", fields.size()));
    double sum = 0;
    for (double gate : gates) {
      sum += gate;
    }
    gateSum = sum;
  }

  private static double[] softmaxTerms(float[] gate) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float g : gate) {
      largest = Math.max(largest, g);
    }
    double[] terms = new double[gate.length];
    for (int f = 0; f < gate.length; f++) {
      terms[f] = Math.exp(gate[f] - largest);
    }
    return terms;
  }

  /** g_f, the softmax of the gate over all fields. */
  float gate(int field) {
    return (float) (gates[field] / gateSum);
  }

  /** i of every item; zero where it has no field. // (items, d) */
  RowTable table() {
    RowTable table = new RowTable(features.items(), hidden);
    for (int f = 0; f < matrices.length; f++) {
      int field = f;
      table.addProduct(
          matrices[f],
          inputs(f),
          (item, out, offset) -> {
            if (!features.has(field, item)) {
              return 0;
            }
            read(field, item, out, offset);
            return (float) (gates[field] / presentSum(item));
          });
    }
    return table;
  }

  /**
   * Writes {@code x̃_f = x_f Σ_all exp(gate) / Σ_present exp(gate)}, so that {@code i = Σ_f g_f
   * x̃_f} with one g for all items.
   *
   * @return whether the item has the field; if not, nothing is written
   */
  boolean field(int field, int item, float[] out, int offset) {
    if (!features.has(field, item)) {
      return false;
    }
    int inputs = inputs(field);
    float[] input = new float[inputs];
    read(field, item, input, 0);
    float scale = (float) (gateSum / presentSum(item));
    for (int j = 0; j < hidden; j++) {
      out[offset + j] = scale * AttentionKernels.dot(matrices[field], j * inputs, input, 0, inputs);
    }
    return true;
  }

  private int inputs(int field) {
    return tables[field] == null ? features.dimension(field) : hidden;
  }

  private double presentSum(int item) {
    double sum = 0;
    for (int f = 0; f < gates.length; f++) {
      sum += features.has(f, item) ? gates[f] : 0;
    }
    return sum;
  }

  /** Writes what the field's matrix is applied to. */
  private void read(int field, int item, float[] out, int offset) {
    float[] table = tables[field];
    if (table == null) {
      features.copyVector(field, item, out, offset);
    } else if (features.spec().fields().get(field).equals(NetworkSpec.ID)) {
      System.arraycopy(table, item * hidden, out, offset, hidden);
    } else {
      int n = features.attributeCount(item);
      for (int j = 0; j < hidden; j++) {
        double sum = 0;
        for (int a = 0; a < n; a++) {
          sum += table[features.attribute(item, a) * hidden + j];
        }
        out[offset + j] = (float) (sum / n);
      }
    }
  }
}
