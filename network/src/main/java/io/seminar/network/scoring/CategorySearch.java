package io.seminar.network.scoring;

import io.seminar.attention.retrieval.Capacity;
import io.seminar.network.model.CatalogueFeatures;
import java.util.Arrays;

/** SIM's hard search: the last K behaviours of the target's category. */
final class CategorySearch implements BehaviourSearch {
  private final CatalogueFeatures features;
  private final int keep;
  private long[] sorted = new long[0]; // category, then place in the history
  private int size;

  CategorySearch(TrainedNetwork network) {
    features = network.features();
    keep = network.spec().keep();
  }

  @Override
  public boolean readsPairs() {
    return false;
  }

  @Override
  public void open(Behaviours behaviours) {
    size = behaviours.length();
    if (Capacity.misfits(sorted.length, size)) {
      sorted = new long[size];
    }
    for (int l = 0; l < size; l++) {
      sorted[l] = key(features.category(behaviours.items()[l]), l);
    }
    Arrays.sort(sorted, 0, size);
  }

  private static long key(int category, int place) {
    return (long) category << Integer.SIZE | place;
  }

  @Override
  public void prepare(TargetPage page) {}

  @Override
  public int find(TargetPage page, int target, int[] kept) {
    int category = features.category(page.items()[target]);
    if (category < 0) {
      return 0; // two items without a category have none in common
    }
    // Where the first place that the request must not see stands, or would.
    int at = Arrays.binarySearch(sorted, 0, size, key(category, page.length()));
    int end = at < 0 ? -at - 1 : at;
    int n = 0;
    for (int i = end - 1; i >= 0 && n < keep && sorted[i] >= key(category, 0); i--) {
      kept[n++] = (int) sorted[i];
    }
    return n;
  }
}
