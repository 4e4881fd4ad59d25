package io.seminar.reports.html;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML that is also well-formed XML. Text and attribute values are escaped here and only
 * here: ids, names and reasons are data, and data may hold anything.
 */
final class Html {
  private final StringBuilder out = new StringBuilder(1 << 16);
  private final Deque<String> open = new ArrayDeque<>();

  /** Opens an element; {@code attributes} are names and values in turn. */
  Html open(String tag, String... attributes) {
    tag(tag, attributes).append('>');
    open.push(tag);
    return this;
  }

  /** Closes the element opened last, which must be a {@code tag}. */
  Html close(String tag) {
    String last = open.isEmpty() ? "nothing" : open.pop();
    if (!last.equals(tag)) {
      throw new IllegalStateException("closing " + tag + " while " + last + " is open");
    }
    out.append("</").append(tag).append('>');
    if (!tag.equals("span") && !tag.equals("a") && !tag.equals("code")) {
      out.append('\n');
    }
    return this;
  }

  /** An element that holds text. */
  Html element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  /** An element without content, such as {@code meta}. */
  Html empty(String tag, String... attributes) {
    tag(tag, attributes).append("/>\n");
    return this;
  }

  Html text(String text) {
    escape(text);
    return this;
  }

  /** Markup that is well-formed already, such as a chart. */
  Html markup(String markup) {
    out.append(markup).append('\n');
    return this;
  }

  private StringBuilder tag(String tag, String... attributes) {
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
    return out;
  }

  private void escape(String text) {
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.appendCodePoint(isXml(c) ? c : 0xFFFD);
              }
            });
  }

  /** Whether XML may hold the character at all; control characters it may not. */
  private static boolean isXml(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || c >= 0x20 && c <= 0xD7FF
        || c >= 0xE000 && c <= 0xFFFD
        || c >= 0x10000;
  }

  /** The text so far; every element must be closed. */
  String document() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return out.toString();
  }
}
