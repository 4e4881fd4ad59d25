package io.seminar.testdata.importers;

/** Flags that mean the same in several importers. */
final class Flags {
  static final ImportFlag REQUEST_SHARE =
      ImportFlag.of(
          "request-share",
          "SHARE",
          0.2,
          "Share of each user's events, the last, that become pages.");
  static final ImportFlag ATTRIBUTE_DIMENSION =
      ImportFlag.of(
          "attribute-dimension",
          "N",
          64,
          "Dimension of the attribute vectors hashed from the attributes; 0: none.");
  static final ImportFlag TEXT_DIMENSION =
      ImportFlag.of(
          "text-dimension",
          "N",
          64,
          "Dimension of the text and query vectors hashed from the terms; 0: none.");
  static final ImportFlag NEGATIVES =
      ImportFlag.of(
          "negatives", "N", 19, "Items drawn by popularity beside the true one of each page.");
  static final ImportFlag SEED = ImportFlag.of("seed", "S", 1, "Seed of that draw.");
  static final ImportFlag VECTORS =
      ImportFlag.of(
          "vectors",
          "MODALITY=FILE[,…]",
          "",
          "Item vectors in .fvecs files, such as text=titles.fvecs.");
  static final ImportFlag VECTOR_IDS =
      ImportFlag.of(
          "vector-ids", "FILE", "", "The item id of each row of those files, one a line.");

  private Flags() {}
}
