package io.seminar.pipelines.evaluation;

import io.seminar.metrics.CellAccumulator;
import io.seminar.metrics.MetricSuite;
import io.seminar.metrics.calibration.ReliabilityBins;
import io.seminar.metrics.catalogue.Exposure;
import io.seminar.metrics.inference.FixedPointSums;
import io.seminar.metrics.inference.Resampling;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.transforms.Combine;

/**
 * The additive statistics of every arm and slice, and of every arm's reliability bins, with their
 * weighted sums. Its size does not depend on the number of users; merging is integer arithmetic, so
 * the order does not matter.
 *
 * <p>Cells that no user touched take no room.
 */
public final class CellTable {
  /** Items times arms times K whose appearances are counted, at most: 16 bytes each. */
  static final int MOST_EXPOSURE = 1 << 23;

  private final int arms;
  private final int slices;

  /** (arms, slices): null where untouched. */
  private final CellAccumulator[] cells;

  /** (arms): sums of the arm's reliability bins; null where untouched. */
  private final FixedPointSums[] reliability;

  /** (arms): which items the arm shows; null where untouched, or where there are too many. */
  private final Exposure[] exposures;

  /** An empty table. */
  CellTable(int arms, int slices) {
    this.arms = arms;
    this.slices = slices;
    this.cells = new CellAccumulator[arms * slices];
    this.reliability = new FixedPointSums[arms];
    this.exposures = new Exposure[arms];
  }

  /** The cell of an arm and slice; null where untouched. */
  CellAccumulator cell(int arm, int slice) {
    return cells[arm * slices + slice];
  }

  /**
   * What the cells of a slice are drawn by: sign flips are many columns, so only the slice of
   * everything has them; elsewhere p-values come from the jackknife.
   */
  static Resampling of(int slice, Resampling resampling) {
    return slice == SliceSet.EVERYTHING
        ? resampling
        : new Resampling(resampling.seed(), resampling.bootstraps(), resampling.groups(), 0);
  }

  /** The cell of an arm and slice, made if need be. */
  CellAccumulator touch(int arm, int slice, MetricSuite suite, Resampling resampling) {
    int at = arm * slices + slice;
    if (cells[at] == null) {
      cells[at] = new CellAccumulator(suite, of(slice, resampling));
    }
    return cells[at];
  }

  /** The reliability sums of an arm; null where untouched. */
  FixedPointSums reliability(int arm) {
    return reliability[arm];
  }

  /** The reliability sums of an arm, made if need be. */
  FixedPointSums touchReliability(int arm, ReliabilityBins bins, int replicates) {
    if (reliability[arm] == null) {
      reliability[arm] = bins.newSums(replicates);
    }
    return reliability[arm];
  }

  /** Which items an arm shows; null where untouched, or where there are too many to count. */
  Exposure exposure(int arm) {
    return exposures[arm];
  }

  /**
   * Which items an arm shows, made if need be.
   *
   * @return null if the counts of all arms would take more than {@value #MOST_EXPOSURE} numbers
   */
  Exposure touchExposure(int arm, MetricSuite suite, int items) {
    int[] ks = suite.pageKs();
    if (exposures[arm] == null && (long) arms * items * ks.length <= MOST_EXPOSURE) {
      exposures[arm] = new Exposure(items, ks);
    }
    return exposures[arm];
  }

  /** Ends a user of an arm. */
  void endUser(int arm) {
    if (exposures[arm] != null) {
      exposures[arm].endUser();
    }
  }

  /** What the table has of one arm, as a table of the same shape that shares it. */
  CellTable ofArm(int arm) {
    CellTable part = new CellTable(arms, slices);
    System.arraycopy(cells, arm * slices, part.cells, arm * slices, slices);
    part.reliability[arm] = reliability[arm];
    part.exposures[arm] = exposures[arm];
    return part;
  }

  /** Adds all of another table of the same shape, which stays as it is. */
  void merge(CellTable other) {
    if (arms != other.arms || slices != other.slices) {
      throw new IllegalArgumentException(
          "a table of "
              + other.arms
              + " arms and "
              + other.slices
              + " slices cannot be added to one of "
              + arms
              + " and "
              + slices);
    }
    for (int i = 0; i < cells.length; i++) {
      CellAccumulator added = other.cells[i];
      if (added != null) {
        if (cells[i] == null) {
          cells[i] = new CellAccumulator(added.suite(), added.resampling());
        }
        cells[i].merge(added);
      }
    }
    for (int a = 0; a < arms; a++) {
      FixedPointSums added = other.reliability[a];
      if (added != null) {
        if (reliability[a] == null) {
          reliability[a] =
              new FixedPointSums(added.statistics(), added.counts(), added.replicates());
        }
        reliability[a].merge(added);
      }
      Exposure exposure = other.exposures[a];
      if (exposure != null) {
        if (exposures[a] == null) {
          exposures[a] = exposure.empty();
        }
        exposures[a].merge(exposure);
      }
    }
  }

  /** Sums tables. */
  static final class Sum extends Combine.CombineFn<CellTable, CellTable, CellTable> {
    private static final long serialVersionUID = 1L;

    private final int arms;
    private final int slices;
    private final MetricSuite suite;
    private final Resampling resampling;

    Sum(int arms, int slices, MetricSuite suite, Resampling resampling) {
      this.arms = arms;
      this.slices = slices;
      this.suite = suite;
      this.resampling = resampling;
    }

    @Override
    public CellTable createAccumulator() {
      return new CellTable(arms, slices);
    }

    @Override
    public CellTable addInput(CellTable sum, CellTable table) {
      sum.merge(table);
      return sum;
    }

    @Override
    public CellTable mergeAccumulators(Iterable<CellTable> tables) {
      CellTable sum = createAccumulator();
      for (CellTable table : tables) {
        sum.merge(table);
      }
      return sum;
    }

    @Override
    public CellTable extractOutput(CellTable sum) {
      return sum;
    }

    @Override
    public Coder<CellTable> getAccumulatorCoder(CoderRegistry registry, Coder<CellTable> input) {
      return new TableCoder(suite, resampling);
    }

    @Override
    public Coder<CellTable> getDefaultOutputCoder(CoderRegistry registry, Coder<CellTable> input) {
      return new TableCoder(suite, resampling);
    }
  }

  /** Writes a table as its touched cells. */
  static final class TableCoder extends CustomCoder<CellTable> {
    private static final long serialVersionUID = 1L;

    private final MetricSuite suite;
    private final Resampling resampling;

    TableCoder(MetricSuite suite, Resampling resampling) {
      this.suite = suite;
      this.resampling = resampling;
    }

    @Override
    public void encode(CellTable table, OutputStream stream) throws IOException {
      DataOutputStream out = new DataOutputStream(stream);
      out.writeInt(table.arms);
      out.writeInt(table.slices);
      for (CellAccumulator cell : table.cells) {
        out.writeBoolean(cell != null);
        if (cell != null) {
          cell.write(out);
        }
      }
      for (FixedPointSums sums : table.reliability) {
        out.writeBoolean(sums != null);
        if (sums != null) {
          sums.write(out);
        }
      }
      for (Exposure exposure : table.exposures) {
        out.writeBoolean(exposure != null);
        if (exposure != null) {
          exposure.write(out);
        }
      }
      out.flush();
    }

    @Override
    public CellTable decode(InputStream stream) throws IOException {
      DataInputStream in = new DataInputStream(stream);
      CellTable table = new CellTable(in.readInt(), in.readInt());
      for (int i = 0; i < table.cells.length; i++) {
        if (in.readBoolean()) {
          table.cells[i] = CellAccumulator.read(suite, of(i % table.slices, resampling), in);
        }
      }
      for (int a = 0; a < table.arms; a++) {
        if (in.readBoolean()) {
          table.reliability[a] = FixedPointSums.read(in);
        }
      }
      for (int a = 0; a < table.arms; a++) {
        if (in.readBoolean()) {
          table.exposures[a] = Exposure.read(in);
        }
      }
      return table;
    }

    @Override
    public void verifyDeterministic() {
      // Integers in a fixed order.
    }
  }
}
