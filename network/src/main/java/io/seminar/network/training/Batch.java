package io.seminar.network.training;

/**
 * Requests that are scored together, as padded arrays. A behaviour or target names its item and
 * query by their numbers among the distinct ones of the batch.
 *
 * @param requests B
 * @param targets P, of the longest page
 * @param length L, of the longest history, at least 1
 * @param items distinct item ordinals, (U)
 * @param queries distinct query ordinals, (Q); the first is the browse query
 * @param lengths behaviours of each request, (B)
 * @param historyItems (B, L), oldest first, padding 0
 * @param historyQueries (B, L)
 * @param recency TWIN's bucket of each behaviour, (B, L); null for other networks
 * @param targetItems (B, P), padding 0
 * @param targetQueries (B, P): the request's query
 * @param targetMask 1 for an impression, 0 for padding, (B, P)
 * @param positions (B, P)
 * @param labels (B, P), 0 or 1
 */
record Batch(
    int requests,
    int targets,
    int length,
    int[] items,
    int[] queries,
    int[] lengths,
    int[] historyItems,
    int[] historyQueries,
    int[] recency,
    int[] targetItems,
    int[] targetQueries,
    float[] targetMask,
    int[] positions,
    float[] labels) {}
