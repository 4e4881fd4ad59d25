package io.seminar.testdata.importers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class NextItemPagesTest {
  @Test
  void theLastPartLeavesSomethingOnBothSides() {
    assertThat(NextItemPages.firstOfLastPart(0, 0.2)).isZero();
    assertThat(NextItemPages.firstOfLastPart(1, 0.2)).isEqualTo(1);
    assertThat(NextItemPages.firstOfLastPart(2, 0.2)).isEqualTo(1);
    assertThat(NextItemPages.firstOfLastPart(10, 0.2)).isEqualTo(8);
    assertThat(NextItemPages.firstOfLastPart(19, 0.2)).isEqualTo(16);
    assertThat(NextItemPages.firstOfLastPart(10, 1)).isEqualTo(1);
  }

  /**
   * Items 1 to 4 with 10, 20, 30 and 40 % of the events: a single negative must follow these
   * shares.
   */
  @Test
  void itemsAreDrawnInProportionToTheirEventsAndPlacesEvenly() {
    long[] counts = {100, 10, 20, 30, 40};
    NextItemPages pages = new NextItemPages(1, 1, 20261124, counts);
    int n = 20_001;
    History history =
        new History(new long[n], new int[n], new int[n], new byte[n]); // all of item 0
    byte[] grades = new byte[n];
    Arrays.fill(grades, (byte) 1);
    List<Request> requests = pages.requests("u", history, grades);
    double[] share = new double[5];
    double first = 0;
    for (Request request : requests) {
      assertThat(request.length()).isEqualTo(2);
      int place = request.item()[0] == 0 ? 0 : 1;
      assertThat(request.label()[place]).isEqualTo((byte) 1);
      first += place == 0 ? 1.0 / requests.size() : 0;
      share[request.item()[1 - place]] += 1.0 / requests.size();
    }
    assertThat(requests).hasSize(n - 1);
    assertThat(first).as("true item first").isCloseTo(0.5, within(0.015)); // 4 standard deviations
    for (int item = 1; item <= 4; item++) {
      assertThat(share[item]).as("item %d", item).isCloseTo(item / 10.0, within(0.015));
    }
  }

  @Test
  void eventsWithoutAGradeMakeNoPage() {
    NextItemPages pages = new NextItemPages(1, 0, 1, new long[] {3});
    History history = new History(new long[] {1, 2, 3}, new int[3], new int[3], new byte[3]);
    List<Request> requests = pages.requests("u", history, new byte[] {1, 0, 2});
    assertThat(requests).hasSize(1);
    assertThat(requests.get(0).time()).isEqualTo(3);
    assertThat(requests.get(0).label()).containsExactly(2);
  }
}
