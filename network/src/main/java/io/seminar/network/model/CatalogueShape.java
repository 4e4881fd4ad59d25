package io.seminar.network.model;

import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Modality;
import io.seminar.sessions.QueryTable;
import java.util.List;

/**
 * Sizes of the vocabularies and vectors that a network was made for. Attribute and token ordinals
 * beyond {@link #MOST_HASHED} are folded into it by remainder.
 *
 * @param items items of the catalogue
 * @param attributes rows of the attribute table: attribute values, then categories
 * @param categories how many of those rows, the last ones, are categories
 * @param tokens rows of the token table
 * @param modalities the data set's modalities, all of them
 * @param queryDimension floats of a query's vector; 0: none
 */
public record CatalogueShape(
    int items,
    int attributes,
    int categories,
    int tokens,
    List<Modality> modalities,
    int queryDimension) {
  /** Rows of the attribute and token tables at most. */
  public static final int MOST_HASHED = 1 << 18;

  public CatalogueShape {
    modalities = List.copyOf(modalities);
    atLeast("items", items, 1);
    atLeast("categories", categories, 0);
    atLeast("attributes", attributes, categories);
    atLeast("tokens", tokens, 0);
    atLeast("queryDimension", queryDimension, 0);
  }

  private static void atLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " is " + value + ": expected at least " + least);
    }
  }

  /** Reads the sizes off a catalogue and its queries: one pass over their ordinals. */
  public static CatalogueShape of(Catalogue catalogue, QueryTable queries) {
    int attributes = 0;
    int categories = 0;
    for (int item = 0; item < catalogue.size(); item++) {
      categories = Math.max(categories, catalogue.category(item) + 1);
      for (int attribute : catalogue.attributes(item)) {
        attributes = Math.max(attributes, attribute + 1);
      }
    }
    int tokens = 0;
    for (int query = 0; query < queries.size(); query++) {
      for (int token : queries.tokens(query)) {
        tokens = Math.max(tokens, token + 1);
      }
    }
    categories = Math.min(categories, MOST_HASHED);
    return new CatalogueShape(
        catalogue.size(),
        Math.min(attributes, MOST_HASHED) + categories,
        categories,
        Math.min(tokens, MOST_HASHED),
        catalogue.modalities(),
        queries.dimension());
  }

  /** Index of the modality of this name in the data set; −1 if there is none. */
  public int modality(String name) {
    for (int m = 0; m < modalities.size(); m++) {
      if (modalities.get(m).name().equals(name)) {
        return m;
      }
    }
    return -1;
  }

  /**
   * The modality that a network's field is.
   *
   * @throws IllegalArgumentException if the data set has none of this name
   */
  Modality modalityOf(String field) {
    int modality = modality(field);
    if (modality < 0) {
      throw new IllegalArgumentException(
          "field \""
              + field
              + "\": expected "
              + NetworkSpec.ID
              + ", "
              + NetworkSpec.ATTRIBUTES
              + " or a modality of the data set, "
              + modalities);
    }
    return modalities.get(modality);
  }
}
