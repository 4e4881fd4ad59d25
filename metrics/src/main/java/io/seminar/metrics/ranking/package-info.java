/**
 * How well scores order impressions.
 *
 * <p>Conventions: scores are float32, as outcomes store them; higher is better; -0 and +0 tie. A
 * label is a grade in 0..127, clicked when it is at least 1. Score ties are never broken by input
 * order: AUC counts them half, and page metrics are the expected value over all orders of the tied
 * impressions, in closed form.
 */
package io.seminar.metrics.ranking;
