/**
 * The simulator: logged sessions drawn from a model whose every click probability is known.
 *
 * <p>{@link io.seminar.testdata.simulation.Simulator} writes a data set, and beside it the truth
 * that {@link io.seminar.testdata.simulation.SimulationTruth} reads. The replay never looks at the
 * truth unless it is asked to score the oracle.
 */
package io.seminar.testdata.simulation;
