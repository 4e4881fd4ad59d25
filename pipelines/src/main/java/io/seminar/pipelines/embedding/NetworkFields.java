package io.seminar.pipelines.embedding;

import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.NetworkSpec;
import io.seminar.network.scoring.TrainedNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of a SEMINAR network's pairs: the projected query where the network reads queries,
 * then the projected fields of the item, d floats each. A pair is {@code a q' + Σ_f (1 − a) g_f
 * x̃_f}, so the weights are a and (1 − a) g_f, the same for all items.
 *
 * <p>Thread-safe.
 */
public final class NetworkFields implements FieldVectors {
  private final TrainedNetwork network;
  private final CatalogueFeatures features;
  private final FieldLayout layout;

  /**
   * @throws IllegalStateException of a network whose score is not linear in its fields
   */
  public NetworkFields(TrainedNetwork network) {
    this.network = network;
    this.features = network.features();
    NetworkSpec spec = network.spec();
    int first = spec.queries() ? 1 : 0;
    int fields = first + spec.fields().size();
    List<String> names = new ArrayList<>(fields);
    int[] dimensions = new int[fields];
    int[] offsets = new int[fields];
    float[] weights = new float[fields];
    if (spec.queries()) {
      names.add(FieldLayout.QUERY);
      weights[0] = network.balance();
    }
    names.addAll(spec.fields());
    for (int f = first; f < fields; f++) {
      weights[f] = (1 - network.balance()) * network.gate(f - first);
    }
    Arrays.fill(dimensions, spec.hidden());
    Arrays.setAll(offsets, f -> f * spec.hidden());
    layout = new FieldLayout(List.copyOf(names), dimensions, offsets, weights, spec.queries());
  }

  @Override
  public FieldLayout layout() {
    return layout;
  }

  private int own(int field) {
    return layout.hasQuery() ? field - 1 : field;
  }

  @Override
  public boolean hasItem(int field, int item) {
    return features.has(own(field), item);
  }

  @Override
  public boolean item(int field, int item, float[] out, int offset) {
    return network.itemField(own(field), item, out, offset);
  }

  /** Browsing has a vector of its own. */
  @Override
  public boolean hasQuery(int query) {
    return layout.hasQuery() && (query == 0 || features.hasQuery(query));
  }

  @Override
  public boolean query(int query, float[] out, int offset) {
    network.queryField(query, out, offset);
    return hasQuery(query);
  }
}
