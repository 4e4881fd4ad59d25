package io.seminar.reports.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.seminar.reports.charts.PointChart.Axis;
import io.seminar.reports.charts.PointChart.Dot;
import io.seminar.reports.charts.PointChart.Entry;
import io.seminar.reports.charts.PointChart.Line;
import io.seminar.reports.charts.PointChart.Look;
import io.seminar.reports.charts.PointChart.Pattern;
import io.seminar.reports.charts.PointChart.Scale;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class PointChartTest {
  private static final Axis TIME = new Axis("time, µs (log scale)", Scale.LOG);
  private static final Axis RECALL = new Axis("recall@50 (stretched towards 1)", Scale.SHARE);

  private static Dot dot(String name, double x, double recall, int style) {
    return new Dot(
        name,
        style == 0,
        x,
        new Measured(recall, recall - 0.01, Math.min(1, recall + 0.01)),
        new Look(style, style % 2 == 1, false));
  }

  private static Chart chart(List<Dot> dots) {
    return PointChart.of(
        "points",
        "Recall and time",
        "some points",
        TIME,
        RECALL,
        dots,
        List.of(
            new Line(
                dots.stream().map(Dot::x).toList(),
                dots.stream().map(d -> d.y().value()).toList(),
                new Look(0, false, false),
                Pattern.STEPS)),
        List.of(0.95, 0.99),
        List.of(
            new Entry("exact", new Look(0, false, false), null),
            new Entry("front", null, Pattern.STEPS)));
  }

  private static List<String> texts(Chart chart) throws Exception {
    NodeList nodes =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(chart.svg())))
            .getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void namesPointsAndLabelsAxes() throws Exception {
    assertThat(texts(chart(List.of(dot("pq@8", 20, 0.7, 1), dot("exact", 500, 1, 0)))))
        .contains(
            "Recall and time",
            "time, µs (log scale)",
            "recall@50 (stretched towards 1)",
            "pq@8",
            "exact",
            "front",
            "0.99",
            "0.95",
            "100")
        .noneMatch(text -> text.contains("NaN"));
  }

  @Test
  void everyNameThatMattersIsThereEvenInACrowd() throws Exception {
    List<Dot> dots = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      dots.add(dot("important-" + i, 100 + i, 0.97, 0));
      dots.add(dot("other-" + i, 100 + i, 0.97, 1));
    }
    List<String> texts = texts(chart(dots));
    for (int i = 0; i < 12; i++) {
      assertThat(texts).contains("important-" + i);
    }
  }

  @Test
  void isNotBlankAndShowsEachColour() {
    BufferedImage image =
        chart(List.of(dot("a", 20, 0.7, 2), dot("b", 90, 0.9, 4), dot("c", 500, 1, 0))).image();
    Set<Integer> colours = new HashSet<>();
    int inked = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.add(image.getRGB(x, y));
        inked += (image.getRGB(x, y) & 0xffffff) == 0xffffff ? 0 : 1;
      }
    }
    assertThat((double) inked / image.getWidth() / image.getHeight()).isBetween(0.01, 0.5);
    assertThat(colours)
        .contains(Style.colour(2).getRGB(), Style.colour(4).getRGB(), Style.colour(0).getRGB());
  }

  @Test
  void aChartOfOnePointOrOfNoneCanBeDrawn() throws Exception {
    assertThat(texts(chart(List.of(dot("alone", 100, 1, 0))))).contains("alone", "1", "100");
    assertThat(chart(List.of()).image().getWidth()).isPositive();
    Dot certain = new Dot("sure", true, 100, new Measured(1, 1, 1), new Look(0, false, false));
    assertThat(texts(chart(List.of(certain)))).contains("sure", "1", "0.95");
  }

  @Test
  void refusesAPointThatIsNowhere() {
    assertThatThrownBy(() -> dot("lost", Double.NaN, 0.5, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("lost");
  }

  @Test
  void sharesAreStretchedTowardsOne() {
    assertThat(RecallAxis.stretch(1) - RecallAxis.stretch(0.99))
        .isGreaterThan(RecallAxis.stretch(0.5) - RecallAxis.stretch(0));
    assertThat(RecallAxis.stretch(1)).isCloseTo(-Math.log10(0.002), within(1e-12));
    double before = Double.NEGATIVE_INFINITY;
    for (int i = 0; i <= 1000; i++) {
      assertThat(RecallAxis.stretch(i / 1000.0)).isGreaterThan(before);
      before = RecallAxis.stretch(i / 1000.0);
    }
  }

  @Test
  void labelsCoverNeitherPointsNorEachOther() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    for (int trial = 0; trial < 100; trial++) {
      Rectangle2D area = new Rectangle2D.Double(50, 30, 400, 300);
      List<Rectangle2D> points = new ArrayList<>();
      for (int i = 0; i < 25; i++) {
        points.add(
            new Rectangle2D.Double(
                50 + 390 * random.nextDouble(), 30 + 290 * random.nextDouble(), 10, 10));
      }
      boolean rightOnly = random.nextBoolean();
      LabelPlacement placement =
          new LabelPlacement(area, points, List.of(new Line2D.Double(50, 30, 450, 330)), rightOnly);
      List<Rectangle2D> placed = new ArrayList<>();
      for (Rectangle2D point : points) {
        Rectangle2D label =
            placement.place(point.getCenterX(), point.getCenterY(), 60, 13, random.nextBoolean());
        if (label != null) {
          assertThat(area.contains(label)).isTrue();
          assertThat(points).noneMatch(label::intersects);
          assertThat(placed).noneMatch(label::intersects);
          assertThat(rightOnly && label.getMinX() < point.getCenterX()).isFalse();
          placed.add(label);
        }
      }
      assertThat(placed).isNotEmpty();
    }
  }
}
