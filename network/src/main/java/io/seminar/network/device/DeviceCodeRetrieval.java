package io.seminar.network.device;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.seminar.attention.quantization.CodebookFolder;
import io.seminar.attention.retrieval.Behaviours;
import io.seminar.attention.retrieval.CatalogueCodes;
import io.seminar.attention.retrieval.Cost;
import io.seminar.attention.retrieval.Kept;
import io.seminar.attention.retrieval.Retrieval;
import io.seminar.attention.retrieval.Targets;
import java.nio.FloatBuffer;

/**
 * Asymmetric scores from codes (ADC) on the device: the tables of all targets of a page are made on
 * the host and copied, codes are copied once a user, and each sub-code is one gather of its table,
 * {@code (B, slots)[codes_c] -> (B, L)}, added up. Sums are rounded as the engine rounds, so what
 * is kept is that of the CPU up to approximate scores that differ by rounding alone.
 *
 * <p>Allocates native memory in every call and frees it before it returns; on the host, the arrays
 * that results are copied to.
 */
public final class DeviceCodeRetrieval implements Retrieval {
  private final NDManager parent;
  private final CatalogueCodes catalogue;
  private final float[] tables; // of one target
  private float[] pageTables = new float[0]; // (B, C, slots)
  private NDManager user;
  private NDArray[][] codes = new NDArray[0][]; // (sets, C) of (L)
  private NDArray scales; // (L); null: all one
  private Behaviours history;

  /**
   * @param device stays open while this is used, and is closed by its owner
   * @param folder codes of the catalogue
   */
  public DeviceCodeRetrieval(TorchDevice device, CodebookFolder folder) {
    this.parent = device.manager();
    this.catalogue = new CatalogueCodes(folder, null);
    this.tables = new float[catalogue.tableLength()];
  }

  @Override
  public void open(Behaviours history) {
    this.history = history;
    catalogue.open(history);
    if (user != null) {
      user.close();
    }
    user = parent.newSubManager();
    codes = new NDArray[catalogue.sets()][];
    scales = null;
    int length = history.length();
    if (length == 0) {
      return;
    }
    for (int s = 0; s < codes.length; s++) {
      copyCodes(s, length);
    }
    if (history.scales() != null) {
      scales = user.create(FloatBuffer.wrap(history.scales(), 0, length), new Shape(length));
    }
    NDArray[] last = codes[codes.length - 1];
    TorchDevice.await(last[last.length - 1]);
  }

  private void copyCodes(int set, int length) {
    int subcodes = catalogue.of(set).subcodes();
    long[][] columns = new long[subcodes][length]; // the engine indexes with 64 bits
    byte[] code = new byte[subcodes];
    for (int l = 0; l < length; l++) {
      catalogue.copy(set, history.items()[l], history.queries()[l], code, 0);
      for (int c = 0; c < subcodes; c++) {
        columns[c][l] = code[c] & 0xFF;
      }
    }
    codes[set] = new NDArray[subcodes];
    for (int c = 0; c < subcodes; c++) {
      codes[set][c] = user.create(columns[c]);
    }
  }

  @Override
  public void retrieve(Targets targets, Kept kept, Cost cost) {
    int length = targets.length();
    int count = targets.count();
    long bytes = 0;
    for (int h = 0; h < history.heads(); h++) {
      if (length == 0 || count == 0) {
        for (int b = 0; b < count; b++) {
          kept.setCount(h, b, 0);
        }
        continue;
      }
      cost.start();
      if (h == 0) {
        catalogue.prepare(targets);
      }
      makeTables(targets, h);
      cost.lap(Cost.Stage.PREPARE);
      try (NDManager call = parent.newSubManager()) {
        scan(call, h, count, length, kept, cost);
      }
      bytes += (long) length * catalogue.of(h).subcodes();
    }
    cost.scanned((long) length * count * history.heads(), bytes);
  }

  private void makeTables(Targets targets, int head) {
    int width = catalogue.of(head).tableLength();
    if (pageTables.length < targets.count() * width) {
      pageTables = new float[Targets.MAXIMUM * width];
    }
    for (int b = 0; b < targets.count(); b++) {
      catalogue.tables(targets, b, head, tables);
      System.arraycopy(tables, 0, pageTables, b * width, width);
    }
  }

  private void scan(NDManager call, int head, int count, int length, Kept kept, Cost cost) {
    int subcodes = catalogue.of(head).subcodes();
    int slots = catalogue.of(head).slots();
    NDArray page =
        call.create(
            FloatBuffer.wrap(pageTables, 0, count * subcodes * slots),
            new Shape(count, subcodes, slots));
    if (cost.timed()) {
      TorchDevice.await(page);
    }
    cost.lap(Cost.Stage.COPY);
    NDArray[] columns = codes[catalogue.set(head)];
    NDArray scores = null; // (B, L)
    for (int c = 0; c < subcodes; c++) {
      NDArray seen = columns[c].get(call, new NDIndex("0:{}", length));
      NDArray found = page.get(new NDIndex(":, {}", c)).get(new NDIndex(":, {}", seen));
      scores = scores == null ? found : scores.addi(found);
    }
    if (scales != null) {
      scores.muli(scales.get(call, new NDIndex("0:{}", length)));
    }
    cost.lap(Cost.Stage.QUEUE);
    if (cost.timed()) {
      TorchDevice.await(scores);
      cost.lap(Cost.Stage.SCAN);
    }
    DeviceSelection.select(scores, count, head, kept, false, cost);
  }

  /** The codes' copy on the device, 64 bits a sub-code, and the factors'. */
  @Override
  public long indexBytes() {
    long bytes = scales == null ? 0 : Float.BYTES;
    for (int s = 0; s < codes.length; s++) {
      bytes += (long) Long.BYTES * catalogue.of(s).subcodes();
    }
    return history.length() * bytes;
  }
}
