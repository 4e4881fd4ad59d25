/** How well probabilities agree with what happened, and the map from scores to probabilities. */
package io.seminar.metrics.calibration;
