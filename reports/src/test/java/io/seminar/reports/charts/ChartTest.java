package io.seminar.reports.charts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.geom.Area;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class ChartTest {
  @TempDir Path folder;

  private static final Measured UNDEFINED = new Measured(Double.NaN, Double.NaN, Double.NaN);

  private static Measured measured(double value) {
    return new Measured(value, value - 0.03, value + 0.03);
  }

  private static Chart curves(List<Integer> ks) {
    List<CurveChart.Curve> curves = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      double base = 0.9 - 0.15 * i;
      curves.add(
          new CurveChart.Curve(
              "arm-" + i, i, ks, ks.stream().map(k -> measured(base - 0.01 * k / 100)).toList()));
    }
    return CurveChart.of(
        "curves", "Recall & more <here>", "five curves", "K (log scale)", "recall@K", curves);
  }

  private static Chart intervals(double reference) {
    List<IntervalChart.Series> series =
        List.of(
            new IntervalChart.Series(
                "exact", 0, List.of(measured(0.7), new Measured(0.6, Double.NaN, Double.NaN))),
            new IntervalChart.Series("pq", 1, List.of(measured(0.5), UNDEFINED)));
    return IntervalChart.of(
        "intervals",
        "Metric",
        "two rows",
        "metric",
        List.of("all", "cold"),
        series,
        reference,
        true);
  }

  private static Chart reliability() {
    List<ReliabilityChart.Bin> bins =
        List.of(
            new ReliabilityChart.Bin(0, 0.2, 1500, 0.1, measured(0.12)),
            new ReliabilityChart.Bin(0.2, 0.3, 0, Double.NaN, UNDEFINED),
            new ReliabilityChart.Bin(0.3, 1, 1400, 0.45, measured(0.5)));
    return ReliabilityChart.of("calibration", "Calibration", "two bins", 2, bins, 0, 0.6);
  }

  private static Chart stages() {
    return StageTimeChart.of(
        "stages",
        "Stages",
        "two stages",
        List.of("exact", "pq"),
        List.of(
            new StageTimeChart.Stage("retrieve", List.of(2e6, 4e5)),
            new StageTimeChart.Stage("attend", List.of(3e5, Double.NaN))));
  }

  private static Chart epochs(int chosen, Double... values) {
    return EpochChart.of(
        "epochs",
        "Loss",
        "two curves",
        "nats",
        List.of(
            new EpochChart.Curve("training", 1, List.of(values)),
            new EpochChart.Curve("validation", 2, List.of(values))),
        chosen);
  }

  private static Chart limited(IntervalChart.Limit limit) {
    return IntervalChart.of(
        "limited",
        "Rule",
        "two arms against a limit",
        "difference",
        List.of("pq8", "pq16"),
        List.of(
            new IntervalChart.Series("PASS", 3, Arrays.asList(new Measured(0, -0.01, 0.01), null)),
            new IntervalChart.Series(
                "FAIL", 2, Arrays.asList(null, new Measured(-0.05, -0.06, -0.04)))),
        0,
        limit,
        true);
  }

  private static TrendChart.Night night(int day, double value, double limit, int kind) {
    return new TrendChart.Night(
        1_790_000_000_000L + day * 86_400_000L,
        Double.isNaN(value) ? UNDEFINED : new Measured(value, value - 0.01, value + 0.01),
        limit,
        kind);
  }

  private static Chart trend(TrendChart.Night... nights) {
    return TrendChart.of(
        "trend",
        "AUC of pq8",
        "some nights",
        "auc",
        List.of(nights),
        List.of(new TrendChart.Kind("FAIL", 2), new TrendChart.Kind("PASS", 3)),
        List.of(
            new TrendChart.Mark(nights[0].time() + 43_200_000L, "A"),
            new TrendChart.Mark(nights[0].time() - 900 * 86_400_000L, "B")));
  }

  private static Chart fiveNights() {
    return trend(
        night(0, 0.70, 0.68, 1),
        night(1, 0.71, 0.68, 1),
        night(2, Double.NaN, 0.68, 0),
        night(3, 0.70, 0.69, 1),
        night(4, 0.66, 0.69, 0));
  }

  private static List<Chart> all() {
    return List.of(
        curves(List.of(1, 10, 100)),
        intervals(0),
        intervals(Double.NaN),
        reliability(),
        stages(),
        epochs(2, 0.9, 0.7, 0.8),
        limited(new IntervalChart.Limit(-0.02, true)),
        fiveNights(),
        trend(night(0, 0.7, Double.NaN, 1)));
  }

  private static Document parse(String xml) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(xml)));
  }

  private static List<String> texts(Chart chart) throws Exception {
    NodeList nodes = parse(chart.svg()).getElementsByTagName("text");
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void chartsAreNotBlank() {
    for (Chart chart : all()) {
      BufferedImage image = chart.image();
      int inked = 0;
      Set<Integer> colours = new HashSet<>();
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          if ((image.getRGB(x, y) & 0xffffff) != 0xffffff) {
            inked++;
            colours.add(image.getRGB(x, y));
          }
        }
      }
      double share = (double) inked / (image.getWidth() * image.getHeight());
      assertThat(share).as(chart.id()).isBetween(0.01, 0.6);
      assertThat(colours).as(chart.id()).hasSizeGreaterThan(10);
    }
  }

  @Test
  void everySeriesIsDrawnInItsOwnColour() {
    BufferedImage image = curves(List.of(1, 10, 100)).image();
    for (int i = 0; i < 5; i++) {
      Color colour = Style.colour(i);
      int n = 0;
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          n += (image.getRGB(x, y) & 0xffffff) == (colour.getRGB() & 0xffffff) ? 1 : 0;
        }
      }
      assertThat(n).as("pixels of series %d", i).isGreaterThan(100);
    }
  }

  @Test
  void logAxisHasReadableTicks() throws Exception {
    assertThat(texts(curves(List.of(1, 10, 100))))
        .contains("1", "2", "5", "10", "20", "50", "100")
        .noneMatch(text -> text.contains("^") || text.contains("E"));
    assertThat(texts(curves(List.of(10, 20, 50)))).contains("10", "20", "50").doesNotContain("5");
    assertThat(texts(curves(List.of(50)))).contains("50");
    // Over six decades the powers keep their labels; those between yield where there is no room.
    assertThat(texts(curves(List.of(1, 1_000_000))))
        .contains("1", "10", "100", "1000", "10k", "100k", "1M")
        .doesNotContain("200k");
  }

  @Test
  void epochsAreWholeAndTheChosenOneIsMarked() throws Exception {
    assertThat(texts(epochs(2, 0.9, 0.7, 0.8)))
        .contains("epoch", "nats", "1", "2", "3", "training", "validation", "chosen")
        .doesNotContain("1.5", "2.5");
    assertThat(texts(epochs(0, 0.9, 0.7))).doesNotContain("chosen");
    assertThat(texts(epochs(1, 0.5))).contains("1", "chosen");
  }

  @Test
  void epochsWithoutAValueAreLeftOut() throws Exception {
    String infinite = Double.toString(Double.POSITIVE_INFINITY);
    assertThat(texts(epochs(2, Double.NaN, 0.5, Double.POSITIVE_INFINITY)))
        .contains("epoch", "2")
        .doesNotContain("0", "0.0", "NaN", "∞", infinite);
    assertThat(texts(epochs(0, Double.NaN))).contains("epoch");
  }

  @Test
  void valuesThatDifferLittleHaveTicksThatDiffer() throws Exception {
    List<String> texts = texts(epochs(1, 0.5158, 0.5113, 0.5118));
    List<String> ticks = texts.stream().filter(text -> text.startsWith("0.51")).toList();
    assertThat(ticks).hasSizeGreaterThan(2).doesNotHaveDuplicates();
  }

  @Test
  void undefinedIsSaidAndNotDrawnAtZero() throws Exception {
    assertThat(texts(intervals(Double.NaN))).contains(" not defined", "all", "cold", "exact", "pq");
    assertThat(texts(intervals(Double.NaN))).doesNotContain("0", "0.0");
  }

  @Test
  void aLimitIsShadedOnItsFarSide() {
    for (boolean atLeast : new boolean[] {true, false}) {
      BufferedImage image = limited(new IntervalChart.Limit(-0.02, atLeast)).image();
      int line = -1;
      int shadeBefore = 0;
      int shadeBehind = 0;
      for (int x = 0; x < image.getWidth(); x++) {
        int limit = 0;
        int shade = 0;
        for (int y = 0; y < image.getHeight(); y++) {
          int rgb = image.getRGB(x, y) & 0xffffff;
          limit += rgb == (Style.LIMIT.getRGB() & 0xffffff) ? 1 : 0;
          shade += rgb == (Style.BEYOND.getRGB() & 0xffffff) ? 1 : 0;
        }
        if (limit > 40) {
          line = x;
        } else if (line < 0) {
          shadeBefore += shade;
        } else {
          shadeBehind += shade;
        }
      }
      assertThat(line).isPositive();
      assertThat(atLeast ? shadeBefore : shadeBehind).isGreaterThan(1000);
      assertThat(atLeast ? shadeBehind : shadeBefore).isZero();
    }
  }

  @Test
  void trendsHaveDatesLimitsMarksAndVerdicts() throws Exception {
    List<String> texts = texts(fiveNights());
    assertThat(texts)
        .contains("auc", "FAIL", "PASS", "no number", "limit", "A")
        .doesNotContain("B");
    assertThat(texts.stream().filter(t -> t.matches("2026-09-2\\d"))).hasSizeBetween(2, 4);
    assertThat(texts(trend(night(0, 0.7, Double.NaN, 1)))).contains("PASS").doesNotContain("limit");
    assertThat(texts(trend(night(0, Double.NaN, Double.NaN, 0))))
        .contains("no number")
        .doesNotContain("FAIL");
    // Years of nights have few dates, and several in a day have times.
    assertThat(texts(trend(night(0, 0.7, 0.6, 1), night(2000, 0.7, 0.6, 1))))
        .filteredOn(t -> t.matches("20\\d\\d-\\d\\d-\\d\\d"))
        .hasSizeBetween(2, 4);
  }

  @Test
  void aNightWithoutTheNumberBreaksTheLine() throws Exception {
    // The band's colour between the nights around the gap, against that with the gap filled.
    int broken = band(fiveNights());
    int whole =
        band(
            trend(
                night(0, 0.70, 0.68, 1),
                night(1, 0.71, 0.68, 1),
                night(2, 0.70, 0.68, 0),
                night(3, 0.70, 0.69, 1),
                night(4, 0.66, 0.69, 0)));
    assertThat(broken).isPositive().isLessThan(whole * 2 / 3);
  }

  private static int band(Chart chart) {
    BufferedImage image = chart.image();
    int n = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        n += (image.getRGB(x, y) & 0xffffff) == (Style.colour(1).getRGB() & 0xffffff) ? 1 : 0;
      }
    }
    return n;
  }

  @Test
  void axesAreLabelled() throws Exception {
    assertThat(texts(curves(List.of(1, 10)))).contains("K (log scale)", "recall@K");
    assertThat(texts(intervals(0))).contains("metric");
    assertThat(texts(reliability()))
        .contains("share of clicks", "mean predicted probability of a click", "n", "1k");
    assertThat(texts(stages())).contains("mean time for a request, ms", "retrieve", "attend");
  }

  @Test
  void svgSaysWhatItShowsAndIsTheSameEveryTime() throws Exception {
    for (int i = 0; i < all().size(); i++) {
      Chart chart = all().get(i);
      assertThat(all().get(i).svg()).isEqualTo(chart.svg());
      Element svg = parse(chart.svg()).getDocumentElement();
      assertThat(svg.getTagName()).isEqualTo("svg");
      assertThat(svg.getAttribute("role")).isEqualTo("img");
      assertThat(svg.getAttribute("viewBox")).isNotEmpty();
      assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
          .isEqualTo(chart.title());
      assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
          .isEqualTo(chart.description());
      NodeList clips = svg.getElementsByTagName("clipPath");
      for (int c = 0; c < clips.getLength(); c++) {
        // Unique on a page that holds many charts.
        assertThat(((Element) clips.item(c)).getAttribute("id")).startsWith(chart.id() + "-");
      }
    }
  }

  @Test
  void numbersDoNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    String expected = curves(List.of(1, 10)).svg();
    try {
      Locale.setDefault(Locale.GERMANY);
      assertThat(curves(List.of(1, 10)).svg()).isEqualTo(expected);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void decimalsAreRoundedAndShort() {
    assertThat(Chart.decimal(12)).isEqualTo("12");
    assertThat(Chart.decimal(-0.001)).isEqualTo("0");
    assertThat(Chart.decimal(-3.456)).isEqualTo("-3.46");
    assertThat(Chart.decimal(0.996)).isEqualTo("1");
    assertThat(Chart.decimal(7.05)).isEqualTo("7.05");
    assertThat(Chart.decimal(7.5)).isEqualTo("7.5");
  }

  @Test
  void sevenStagesHaveSevenColours() {
    List<StageTimeChart.Stage> stages = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      stages.add(new StageTimeChart.Stage("stage-" + i, List.of(1e6)));
    }
    BufferedImage image = StageTimeChart.of("s", "S", "seven", List.of("arm"), stages).image();
    // The bar is where the last stage has a row of its colour that no box of the legend fills.
    List<Set<Integer>> bar = new ArrayList<>();
    for (int y = 0; y < image.getHeight(); y++) {
      Set<Integer> row = new HashSet<>();
      int last = 0;
      for (int x = 0; x < image.getWidth(); x++) {
        row.add(image.getRGB(x, y));
        last += image.getRGB(x, y) == Style.colour(6).getRGB() ? 1 : 0;
      }
      if (last > 40) {
        bar.add(row);
      }
    }
    assertThat(bar).isNotEmpty();
    for (int i = 0; i < 7; i++) {
      int rgb = Style.colour(i).getRGB();
      assertThat(bar).as("colour %d", i).allMatch(row -> row.contains(rgb));
    }
  }

  @Test
  void noTwoOfTheFirstSeriesLookAlikeWithoutColour() {
    for (int i = 0; i < Markers.count(); i++) {
      for (int j = 0; j < i; j++) {
        Area different = new Area(Style.marker(i));
        different.exclusiveOr(new Area(Style.marker(j)));
        Rectangle2D size = different.getBounds2D();
        assertThat(size.getWidth() * size.getHeight()).as("markers %d and %d", i, j).isPositive();
      }
      assertThat(Style.colour(i).equals(Color.BLACK))
          .as("black is the baseline's")
          .isEqualTo(i == 0);
    }
  }

  @Test
  void writesBothFiles() throws Exception {
    Chart chart = stages();
    chart.writeFiles(folder);
    BufferedImage png = ImageIO.read(folder.resolve("stages.png").toFile());
    assertThat(png.getWidth()).isEqualTo(2 * chart.width());
    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve("stages.svg").toFile())
                .getDocumentElement()
                .getAttribute("width"))
        .isNotEmpty();
  }

  @Test
  void refusesAnIdThatIsNoFileName() throws IOException {
    assertThatThrownBy(() -> new Chart("../x", "t", "d", null, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("../x");
  }
}
