package io.seminar.attention;

/**
 * Selection and sorting of distinct longs in place, without allocation. The pivot is the median of
 * three; a range that does not shrink fast enough is heap-sorted, so both are O(n log n) at worst.
 */
final class LongOrder {

  private static final int SMALL = 24;

  private LongOrder() {}

  /** Brings the {@code k} smallest of the first {@code n} to the front, in no order. */
  static void selectSmallest(long[] a, int n, int k) {
    int low = 0;
    int high = n;
    int patience = 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(n));
    while (high - low > SMALL && k > low && k < high) {
      if (patience-- == 0) {
        heapSort(a, low, high);
        return;
      }
      int middle = partition(a, low, high);
      if (middle < k) {
        low = middle;
      } else {
        high = middle;
      }
    }
    if (k > low && k < high) {
      insertionSort(a, low, high);
    }
  }

  /** Sorts {@code [low, high)} upwards. */
  static void sort(long[] a, int low, int high) {
    sort(a, low, high, 2 * (Integer.SIZE - Integer.numberOfLeadingZeros(high - low)));
  }

  private static void sort(long[] a, int from, int to, int patience) {
    int low = from;
    int high = to;
    int left = patience;
    while (high - low > SMALL) {
      if (left-- == 0) {
        heapSort(a, low, high);
        return;
      }
      int middle = partition(a, low, high);
      if (middle - low < high - middle) {
        sort(a, low, middle, left);
        low = middle;
      } else {
        sort(a, middle, high, left);
        high = middle;
      }
    }
    insertionSort(a, low, high);
  }

  /** Splits into two parts, neither empty, the first not above the second; returns the border. */
  private static int partition(long[] a, int low, int high) {
    long x = a[low];
    long y = a[(low + high) >>> 1];
    long z = a[high - 1];
    long pivot = Math.max(Math.min(x, y), Math.min(Math.max(x, y), z));
    int i = low - 1;
    int j = high;
    while (true) {
      do {
        i++;
      } while (a[i] < pivot);
      do {
        j--;
      } while (a[j] > pivot);
      if (i >= j) {
        return j + 1;
      }
      long t = a[i];
      a[i] = a[j];
      a[j] = t;
    }
  }

  private static void insertionSort(long[] a, int low, int high) {
    for (int i = low + 1; i < high; i++) {
      long x = a[i];
      int j = i - 1;
      while (j >= low && a[j] > x) {
        a[j + 1] = a[j];
        j--;
      }
      a[j + 1] = x;
    }
  }

  private static void heapSort(long[] a, int low, int high) {
    int n = high - low;
    for (int i = n / 2 - 1; i >= 0; i--) {
      siftDown(a, low, i, n);
    }
    for (int end = n - 1; end > 0; end--) {
      long t = a[low];
      a[low] = a[low + end];
      a[low + end] = t;
      siftDown(a, low, 0, end);
    }
  }

  private static void siftDown(long[] a, int low, int root, int n) {
    int i = root;
    long x = a[low + i];
    while (2 * i + 1 < n) {
      int child = 2 * i + 1;
      if (child + 1 < n && a[low + child + 1] > a[low + child]) {
        child++;
      }
      if (a[low + child] <= x) {
        break;
      }
      a[low + i] = a[low + child];
      i = child;
    }
    a[low + i] = x;
  }
}
