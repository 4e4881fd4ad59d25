/**
 * What is measured: the metrics of a run, the additive statistics they are computed from, and cells
 * of an arm and a slice.
 *
 * <p>The path of a number: a page's impressions go into {@link io.seminar.metrics.UserStatistics},
 * which sums up one user in one slice; its S numbers go, with the user's weights, into a {@link
 * io.seminar.metrics.CellAccumulator}; a {@link io.seminar.metrics.Metric} reads the cell's sums.
 * Families of metrics know which statistic stands where; {@link io.seminar.metrics.MetricSuite}
 * puts them together.
 */
package io.seminar.metrics;
