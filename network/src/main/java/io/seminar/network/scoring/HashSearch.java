package io.seminar.network.scoring;

import io.seminar.attention.hashing.HammingSearch;
import io.seminar.attention.hashing.SimHash;
import io.seminar.attention.retrieval.Capacity;

/** ETA's search: the K smallest Hamming distances of signatures. */
final class HashSearch implements BehaviourSearch {
  private final SimHash hash;
  private final HammingSearch search = new HammingSearch();
  private final int keep;
  private final long[] targets = new long[TrainedNetwork.MOST_TARGETS];
  private long[] signatures = new long[0]; // (L)

  /**
   * @param planes (bits, d): not copied
   */
  HashSearch(TrainedNetwork network, float[] planes) {
    hash = new SimHash(planes, network.spec().hashBits(), network.spec().hidden());
    keep = network.spec().keep();
  }

  @Override
  public boolean readsPairs() {
    return true;
  }

  @Override
  public void open(Behaviours behaviours) {
    int length = behaviours.length();
    if (Capacity.misfits(signatures.length, length)) {
      signatures = new long[length];
    }
    hash.signatures(behaviours.pairs(), length, signatures);
  }

  @Override
  public void prepare(TargetPage page) {
    hash.signatures(page.pairs(), page.size(), targets);
  }

  @Override
  public int find(TargetPage page, int target, int[] kept) {
    return search.nearest(targets[target], signatures, page.length(), keep, kept);
  }
}
