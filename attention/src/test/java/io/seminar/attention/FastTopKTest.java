package io.seminar.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The best by sums are the best by scores from the same tables, to the tie. */
class FastTopKTest {

  @Test
  void choosesWhatScoresAndSelectionChoose() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int[] lengths = {0, 1, 2, 15, 16, 17, 31, 33, 64, 65, 128, 1_000, 4_097, 40_001};
    for (int b : new int[] {1, 3, 4, 16, 32}) {
      for (int length : lengths) {
        int subcodes = 1 + random.nextInt(12); // few: many ties
        int k = 1 + random.nextInt(300);
        String sizes = "seed " + seed + ", B " + b + ", L " + length + ", C " + subcodes;
        byte[] blocks = new byte[FastScan.bytes(length, subcodes)];
        byte[] code = new byte[subcodes];
        boolean equal = random.nextInt(5) == 0;
        for (int l = 0; l < length; l++) {
          for (int c = 0; c < subcodes; c++) {
            code[c] = (byte) (equal ? 3 : random.nextInt(FastScan.SLOTS));
          }
          FastScan.put(code, 0, subcodes, blocks, l);
        }
        FastTopK search = new FastTopK(subcodes, b, k);
        for (int i = 0; i < b; i++) {
          search.tables().set(i, Samples.gaussian(random, subcodes * FastScan.SLOTS), 0);
        }
        int stride = FastScan.padded(length);
        float[] scores = new float[b * stride];
        search.tables().scores(blocks, length, b, scores, stride);
        TopK topK = new TopK(k);
        for (int i = 0; i < b; i++) {
          int inGroup = i % FastTopK.GROUP;
          if (inGroup == 0) {
            search.search(blocks, length, i, Math.min(FastTopK.GROUP, b - i), k);
          }
          int[] expected = new int[k];
          int n = topK.select(scores, i * stride, length, k, expected, 0);
          int[] candidates = new int[FastTopK.mostCandidates(k)];
          int count = search.candidates(inGroup, candidates);
          int[] found = new int[k];
          assertThat(search.take(inGroup, found, 0)).as(sizes).isEqualTo(n);
          assertThat(found).as(sizes).isEqualTo(expected);
          checkCandidates(Arrays.copyOf(candidates, count), found, n, length, sizes);
        }
      }
    }
  }

  private static void checkCandidates(
      int[] candidates, int[] best, int n, int length, String sizes) {
    for (int i = 0; i < candidates.length; i++) {
      assertThat(candidates[i]).as(sizes).isBetween(0, length - 1);
      assertThat(i == 0 || candidates[i - 1] < candidates[i]).as(sizes).isTrue();
    }
    for (int i = 0; i < n; i++) {
      assertThat(Arrays.binarySearch(candidates, best[i])).as(sizes).isNotNegative();
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    FastTopK search = new FastTopK(2, 1, 3);
    assertThatThrownBy(() -> search.search(new byte[64], 64, 0, 2, 3))
        .hasMessageContaining("2 targets");
    assertThatThrownBy(() -> search.search(new byte[64], 64, 0, 5, 3))
        .hasMessageContaining("5 targets together");
    assertThatThrownBy(() -> search.search(new byte[64], 65, 0, 1, 3))
        .hasMessageContaining("codes has 64");
    assertThatThrownBy(() -> search.search(new byte[64], 64, 0, 1, 4))
        .hasMessageContaining("k is 4");
  }
}
