package io.seminar.network.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seminar.network.model.Architecture;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.NetworkSpec;
import io.seminar.sessions.Modality;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkOptionsTest {
  private static NetworkOptions options(
      Architecture architecture, int hidden, int heads, int keep, int bits, String... fields) {
    return new NetworkOptions(architecture, hidden, heads, keep, List.of(fields), true, true, bits);
  }

  private static NetworkSpec spec(NetworkOptions options, int attributes, String... modalities) {
    List<Modality> all = List.of(modalities).stream().map(name -> new Modality(name, 3)).toList();
    return options.spec(new CatalogueShape(10, attributes, 0, 5, all, 0));
  }

  @Test
  void withoutFieldsItReadsAllThatThereAre() {
    NetworkOptions all = options(Architecture.SEMINAR, 8, 2, 5, 0);
    assertThat(spec(all, 4, "text", "image").fields())
        .containsExactly("id", "attributes", "text", "image");
    assertThat(spec(all, 0).fields()).containsExactly("id");
    NetworkOptions some = options(Architecture.SEMINAR, 8, 2, 5, 0, "image", "id");
    assertThat(spec(some, 4, "text", "image").fields()).containsExactly("image", "id");
  }

  @Test
  void bitsAreThoseOfThePaperUnlessAskedFor() {
    assertThat(spec(options(Architecture.ETA, 8, 2, 5, 0), 0).hashBits()).isEqualTo(32);
    assertThat(spec(options(Architecture.SDIM, 8, 2, 5, 0), 0).hashBits()).isEqualTo(48);
    assertThat(spec(options(Architecture.SDIM, 8, 2, 5, 12), 0).hashBits()).isEqualTo(12);
  }

  @Test
  void refusesWhatNoCatalogueCouldHave() {
    assertThatThrownBy(() -> options(Architecture.SEMINAR, 64, 5, 50, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("hidden is 64: expected a multiple of the 5 heads");
    assertThatThrownBy(() -> options(Architecture.SEMINAR, 8, 2, 0, 0))
        .hasMessage("keep is 0: expected at least 1");
    assertThatThrownBy(() -> options(Architecture.SEMINAR, 8, 2, 1 << 30, 0))
        .hasMessage("keep is 1073741824: expected at most 536870911");
    assertThatThrownBy(() -> options(Architecture.ETA, 8, 2, 5, -1))
        .hasMessage("hashBits is -1: expected 1 to 64");
    assertThatThrownBy(() -> options(Architecture.SDIM, 8, 2, 5, 20))
        .hasMessageContaining("expected a multiple of hashGroup, 3");
    assertThatThrownBy(() -> options(Architecture.SEMINAR, 8, 2, 5, 0, "id", "id"))
        .hasMessageContaining("expected each name once");
  }
}
