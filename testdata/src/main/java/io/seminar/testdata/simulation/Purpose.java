package io.seminar.testdata.simulation;

/**
 * What a stream of random numbers is for. The codes go into the stream's key: changing one changes
 * every data set, so they are never reused.
 */
enum Purpose {
  CATEGORY(1),
  TOPIC(2),
  ITEM_LATENT(3),
  ITEM_ORDER(4),
  ITEM_COLD(5),
  ITEM_ATTRIBUTES(6),
  ITEM_VIEW(7),
  QUERY(8),
  QUERY_VIEW(9),
  MODALITY_MAP(10),
  MODALITY_MISSING(11),
  USER_INTERESTS(12),
  USER_LENGTH(13),
  USER_HISTORY(14),
  USER_REQUESTS(15),
  USER_CLICKS(16),
  PILOT_INTERESTS(17),
  PILOT_REQUESTS(18),
  TOKEN(19),
  ATTRIBUTE(20);

  final long code;

  Purpose(long code) {
    this.code = code;
  }
}
