package io.seminar.sessions;

/** What a user did with an item. The codes are stored in data files: they never change. */
public enum Action {
  /** Opened the item. */
  CLICK(0),
  /** Put it into a cart. */
  CART(1),
  /** Bought it. */
  BUY(2),
  /** Marked, followed or liked it. */
  FAVOURITE(3),
  /** Rated or reviewed it. */
  RATE(4),
  /** Watched, read or listened to it. */
  VIEW(5);

  private static final Action[] BY_CODE = values();

  private final byte code;

  Action(int code) {
    this.code = (byte) code;
  }

  /** The stored code. */
  public byte code() {
    return code;
  }

  /** True if {@code code} stands for an action. */
  public static boolean isKnown(byte code) {
    return code >= 0 && code < BY_CODE.length;
  }

  /**
   * The action with this code.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static Action ofCode(byte code) {
    if (!isKnown(code)) {
      throw new IllegalArgumentException(
          "action code " + code + ": expected 0 to " + (BY_CODE.length - 1));
    }
    return BY_CODE[code];
  }
}
