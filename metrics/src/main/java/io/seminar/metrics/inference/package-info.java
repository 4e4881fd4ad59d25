/**
 * How sure we are: sums over users that do not depend on their order, weights from hashes
 * (bootstrap, jackknife, sign flips), intervals, paired differences and standard errors, and what
 * follows from them for many tests, many nights and more users. The user is the unit of resampling
 * throughout.
 */
package io.seminar.metrics.inference;
