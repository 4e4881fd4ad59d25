/**
 * What another policy would have earned, estimated from decisions that were logged with their
 * propensities.
 *
 * <p>A logged decision has a reward r, the probability p with which the logging policy took the
 * action that it took, and the probability π with which the target policy would have taken the same
 * one. Decisions of one user (of one row, where there are no users) form a cluster; clusters are
 * what is resampled. {@link io.seminar.metrics.counterfactual.OffPolicySums} adds them up, {@link
 * io.seminar.metrics.counterfactual.OffPolicyEstimator} reads the sums, and {@link
 * io.seminar.metrics.counterfactual.Support} says whether the log can carry the answer.
 *
 * <p>Without logged propensities there is nothing to estimate: a propensity is never guessed here.
 */
package io.seminar.metrics.counterfactual;
