package io.seminar.metrics.catalogue;

import io.seminar.metrics.inference.Value;
import io.seminar.metrics.ranking.Inclusion;
import io.seminar.metrics.ranking.Ranking;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * How often each item of a catalogue appears among the K best of a page, and from that coverage and
 * inequality of exposure.
 *
 * <pre>
 * p_ij          probability that item i is among the K best of page j, over the orders of tied impressions
 * E_i           = Σ_j p_ij                                                 expected appearances
 * coverage@K    = Σ_i (1 - Π_j (1 - p_ij)) / n                             0..1; n items of the catalogue
 * gini@K        = Σ_i (2i - n - 1) E_(i) / (n Σ_i E_i)                     0..1 - 1/n; E_(1) <= ... <= E_(n)
 * </pre>
 *
 * Coverage is the expected share of items that appear at all, ties of different pages being broken
 * independently; without ties it is just their share. The Gini index is 0 if all items appear
 * equally often and 1 - 1/n if one has all appearances. Both are undefined without a page.
 *
 * <p>Neither has an interval ({@link #NO_INTERVAL}). Users drawn with replacement show fewer
 * different items than were shown, so a bootstrap of coverage would lie below the value, not about
 * it; and both belong to the traffic at hand: more pages cover more.
 *
 * <p>Sums do not depend on the order of pages: E_i is kept in units of 2^-30, and so is {@code Σ_j
 * -ln(1 - p_ij)}, which stops at 40 (a chance of 4e-18 that the item is missing). Memory: 16 bytes
 * an item and K. Nothing is allocated once the largest page has been seen. Not for use by two
 * threads at a time.
 *
 * <p>Source: Fleder and Hosanagar, "Blockbuster culture's next rise or fall: the impact of
 * recommender systems on sales diversity", 2009 (Gini index); Ge, Delgado-Battenfeld and Jannach,
 * "Beyond accuracy: evaluating recommender systems by coverage and serendipity", 2010 (catalogue
 * coverage).
 */
public final class Exposure {
  /** Why coverage and Gini index have no interval. */
  public static final String NO_INTERVAL =
      "a property of catalogue and traffic, no mean over users: resampled users show fewer items";

  private static final byte FORMAT = 1;
  private static final double SCALE = 1L << 30;
  private static final long CERTAIN = 40L << 30; // -ln(1 - p) of what is sure to appear

  private final int items;
  private final int[] ks;
  private final long[][] appearances; // (K, items) E_i
  private final long[][] missed; // (K, items) Σ -ln(1 - p_ij), at most CERTAIN
  private long pages;
  private long users;

  private final Ranking ranking = new Ranking();
  private final Inclusion inclusion = new Inclusion();
  private byte[] noLabels = new byte[64];
  private boolean open;

  /**
   * @param items of the catalogue, at least 1
   * @param ks cut-offs, strictly rising, each at least 1, at least one
   */
  public Exposure(int items, int... ks) {
    if (items < 1) {
      throw new IllegalArgumentException("items must be at least 1, was " + items);
    }
    if (ks.length == 0) {
      throw new IllegalArgumentException("no K given");
    }
    for (int i = 0; i < ks.length; i++) {
      if (ks[i] < (i == 0 ? 1 : ks[i - 1] + 1)) {
        throw new IllegalArgumentException(
            "K must be at least 1 and rising, was " + Arrays.toString(ks));
      }
    }
    this.items = items;
    this.ks = ks.clone();
    appearances = new long[ks.length][items];
    missed = new long[ks.length][items];
  }

  /**
   * Adds one page of the current user: impressions {@code from..to-1}; an empty range adds nothing.
   *
   * @param scores higher is better; not NaN
   * @param shown the item of each impression, 0..items-1
   * @throws IllegalArgumentException if an item or a score is outside its range; nothing has been
   *     added then
   */
  public void addPage(float[] scores, int[] shown, int from, int to) {
    if (from == to) {
      return;
    }
    if (noLabels.length < to) {
      noLabels = new byte[Math.max(to, 2 * noLabels.length)];
    }
    ranking.load(scores, noLabels, from, to);
    for (int i = from; i < to; i++) {
      if (shown[i] < 0 || shown[i] >= items) {
        throw new IllegalArgumentException(
            "item " + shown[i] + " of impression " + i + " is outside 0.." + (items - 1));
      }
    }
    for (int c = 0; c < ks.length; c++) {
      inclusion.set(ranking, ks[c]);
      double atCut = inclusion.atCut();
      long missedAtCut = atCut == 1 ? CERTAIN : fixed(-StrictMath.log1p(-atCut));
      for (int i = from; i < to; i++) {
        double probability = inclusion.of(scores[i]);
        if (probability > 0) {
          add(c, shown[i], fixed(probability), probability == 1 ? CERTAIN : missedAtCut);
        }
      }
    }
    pages++;
    open = true;
  }

  private void add(int c, int item, long expected, long missing) {
    appearances[c][item] = Math.addExact(appearances[c][item], expected);
    // Stopping at a limit is associative too, as long as nothing is negative.
    missed[c][item] = Math.min(CERTAIN, missed[c][item] + missing);
  }

  private static long fixed(double number) {
    return Math.min(CERTAIN, (long) Math.rint(number * SCALE));
  }

  /** Ends the current user. */
  public void endUser() {
    if (open) {
      users++;
      open = false;
    }
  }

  /** Sums of the same catalogue and cut-offs without a page. */
  public Exposure empty() {
    return new Exposure(items, ks);
  }

  /**
   * Adds all pages of {@code other}, whose users must be others.
   *
   * @throws IllegalArgumentException if its catalogue or cut-offs are others
   */
  public void merge(Exposure other) {
    if (items != other.items || !Arrays.equals(ks, other.ks)) {
      throw new IllegalArgumentException(
          "cannot merge exposure of "
              + other.items
              + " items at "
              + Arrays.toString(other.ks)
              + " into that of "
              + items
              + " items at "
              + Arrays.toString(ks));
    }
    for (int c = 0; c < ks.length; c++) {
      for (int i = 0; i < items; i++) {
        add(c, i, other.appearances[c][i], other.missed[c][i]);
      }
    }
    pages += other.pages;
    users += other.users + (other.open ? 1 : 0);
  }

  /** Expected appearances of an item at the {@code c}-th cut-off. */
  public double appearances(int c, int item) {
    return appearances[c][item] / SCALE;
  }

  /** coverage@K at the {@code c}-th cut-off; n counts pages. */
  public Value coverage(int c) {
    double sum = 0;
    for (long missing : missed[c]) {
      sum -= StrictMath.expm1(-missing / SCALE);
    }
    return value(sum / items);
  }

  /** gini@K at the {@code c}-th cut-off; n counts pages. */
  public Value gini(int c) {
    long[] rising = appearances[c].clone();
    Arrays.sort(rising);
    double weighted = 0;
    double total = 0;
    for (int i = 0; i < items; i++) {
      weighted += (2 * (i + 1.0) - items - 1) * rising[i];
      total += rising[i];
    }
    return value(Math.max(0, weighted / (items * total)));
  }

  private Value value(double number) {
    boolean defined = pages > 0;
    return new Value(
        defined ? number : Double.NaN,
        defined ? null : "no page",
        pages,
        users + (open ? 1 : 0),
        0,
        0);
  }

  /** Writes the sums; equal sums give equal bytes. Items that never appear take no room. */
  public void write(DataOutput out) throws IOException {
    out.writeByte(FORMAT);
    out.writeInt(items);
    out.writeInt(ks.length);
    for (int k : ks) {
      out.writeInt(k);
    }
    out.writeLong(pages);
    out.writeLong(users + (open ? 1 : 0));
    for (int c = 0; c < ks.length; c++) {
      int some = 0;
      for (long appeared : appearances[c]) {
        some += appeared > 0 ? 1 : 0;
      }
      out.writeInt(some);
      for (int i = 0; i < items; i++) {
        if (appearances[c][i] > 0) {
          out.writeInt(i);
          out.writeLong(appearances[c][i]);
          out.writeLong(missed[c][i]);
        }
      }
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws IOException if the bytes are no such sums
   */
  public static Exposure read(DataInput in) throws IOException {
    int format = in.readByte();
    if (format != FORMAT) {
      throw new IOException("exposure of format " + format + ", expected " + FORMAT);
    }
    int items = in.readInt();
    int cutoffs = in.readInt();
    if (items < 1 || cutoffs < 1 || cutoffs > Short.MAX_VALUE) {
      throw new IOException("exposure of " + items + " items at " + cutoffs + " cut-offs");
    }
    int[] ks = new int[cutoffs];
    for (int c = 0; c < cutoffs; c++) {
      ks[c] = in.readInt();
    }
    Exposure exposure;
    try {
      exposure = new Exposure(items, ks);
    } catch (IllegalArgumentException e) {
      throw new IOException("exposure with bad cut-offs: " + e.getMessage(), e);
    }
    exposure.pages = in.readLong();
    exposure.users = in.readLong();
    for (int c = 0; c < cutoffs; c++) {
      for (int some = in.readInt(); some > 0; some--) {
        int item = in.readInt();
        long appeared = in.readLong();
        long missing = in.readLong();
        if (item < 0 || item >= items || appeared <= 0 || missing <= 0 || missing > CERTAIN) {
          throw new IOException(
              "item " + item + " of " + items + " appears " + appeared + ", missing " + missing);
        }
        exposure.appearances[c][item] = appeared;
        exposure.missed[c][item] = missing;
      }
    }
    return exposure;
  }
}
