package io.seminar.reports.charts;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.jfree.chart.JFreeChart;
import org.jfree.svg.SVGGraphics2D;
import org.jfree.svg.ViewBox;

/**
 * A chart, ready to be rendered. The SVG is a function of the chart's data (on one machine: text
 * widths come from its fonts). Not for use by several threads at once.
 */
public final class Chart {
  /** Pixels of the PNG for one of the SVG, so that it stays sharp on dense screens. */
  private static final int PNG_SCALE = 2;

  private static final String BROWSER_FONTS =
      "DejaVu Sans, Verdana, Segoe UI, Helvetica, Arial, sans-serif";

  private final String id;
  private final String title;
  private final String description;
  private final JFreeChart chart;
  private final int width;
  private final int height;
  private String svg;

  /**
   * @param id unique on the page: letters, digits and hyphens; also the files' name
   * @param description what there is to see, for people who cannot see it
   */
  Chart(String id, String title, String description, JFreeChart chart, int width, int height) {
    if (!id.matches("[A-Za-z][A-Za-z0-9-]*")) {
      throw new IllegalArgumentException(
          "chart id: found '" + id + "', expected letters, digits and hyphens");
    }
    this.id = id;
    this.title = Objects.requireNonNull(title, "title");
    this.description = Objects.requireNonNull(description, "description");
    this.chart = chart;
    this.width = width;
    this.height = height;
  }

  /** Unique on its page; also the files' name. */
  public String id() {
    return id;
  }

  /** The title drawn into it. */
  public String title() {
    return title;
  }

  /** What there is to see, in words. */
  public String description() {
    return description;
  }

  /** Width of the SVG, px. */
  public int width() {
    return width;
  }

  /** Height of the SVG, px. */
  public int height() {
    return height;
  }

  /**
   * An {@code svg} element that scales to its container, with title and description for readers.
   */
  public String svg() {
    if (svg == null) {
      svg = draw();
    }
    return svg;
  }

  private String draw() {
    SVGGraphics2D g = new SVGGraphics2D(width, height);
    g.setDefsKeyPrefix(id + "-");
    g.setFontFunction(family -> BROWSER_FONTS);
    g.setGeomDoubleConverter(Chart::decimal);
    g.setTransformDoubleConverter(Chart::decimal);
    draw(g);
    String element =
        g.getSVGElement(id, true, new ViewBox(0, 0, width, height), null, null).strip();
    // Into the root element: its role, and its name and description as first children.
    int end = element.indexOf('>');
    return element.substring(0, end)
        + " role=\"img\" aria-labelledby=\""
        + id
        + "-title "
        + id
        + "-desc\"><title id=\""
        + id
        + "-title\">"
        + escape(title)
        + "</title><desc id=\""
        + id
        + "-desc\">"
        + escape(description)
        + "</desc>"
        + element.substring(end + 1);
  }

  /** Two decimals, a hundredth of a pixel, and no trailing zeros. */
  static String decimal(double value) {
    long hundredths = Math.round(Math.abs(value) * 100);
    StringBuilder text = new StringBuilder(8);
    if (value < 0 && hundredths > 0) {
      text.append('-');
    }
    text.append(hundredths / 100);
    int fraction = (int) (hundredths % 100);
    if (fraction > 0) {
      text.append('.').append(fraction / 10);
      if (fraction % 10 > 0) {
        text.append(fraction % 10);
      }
    }
    return text.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The chart as pixels, {@value #PNG_SCALE} a px. */
  public BufferedImage image() {
    BufferedImage image =
        new BufferedImage(width * PNG_SCALE, height * PNG_SCALE, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      g.scale(PNG_SCALE, PNG_SCALE);
      draw(g);
    } finally {
      g.dispose();
    }
    return image;
  }

  private void draw(Graphics2D g) {
    chart.draw(g, new Rectangle2D.Double(0, 0, width, height));
  }

  /** Writes {@code ID.svg} and {@code ID.png} into a folder. */
  public void writeFiles(Path folder) throws IOException {
    Files.writeString(
        folder.resolve(id + ".svg"), "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg() + "\n");
    try (OutputStream out = Files.newOutputStream(folder.resolve(id + ".png"))) {
      if (!ImageIO.write(image(), "png", out)) {
        throw new IOException("this JVM cannot write PNG");
      }
    }
  }
}
