package io.seminar.network.training;

/**
 * Prefixes of histories with the candidates for what comes next, and the pairs and items of the
 * other two objectives.
 *
 * @param batch the prefixes, with C = B + S candidates each: what really came next for every prefix
 *     of the batch, then the prefix's own next query with S sampled items
 * @param allowed (B, C): 0 where a candidate must not compete, because it is what came next
 * @param items distinct items to align, (N)
 * @param pairItems items of searched pairs, (R)
 * @param pairQueries their queries, (R)
 */
record PretrainingBatch(
    Batch batch, float[] allowed, int[] items, int[] pairItems, int[] pairQueries) {}
