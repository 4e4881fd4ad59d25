/**
 * How sure we are: sums over users that do not depend on their order, bootstrap weights from
 * hashes, intervals and paired differences. The user is the unit of resampling throughout.
 */
package io.seminar.metrics.inference;
