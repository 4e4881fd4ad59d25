/**
 * Exact target attention over a lifelong history, on flat arrays: scores, softmax, weighted sums
 * and the choice of the best K.
 *
 * <p>Legend of the shapes: {@code B} targets (candidates of one request), {@code L} behaviours of a
 * history, {@code D} floats a vector, {@code K} behaviours kept. Every matrix is row-major.
 *
 * <p>{@link io.seminar.attention.AttentionKernels} is the checked door. Behind it stand two
 * implementations, one on the Vector API and one in plain Java, that agree to the last bit: results
 * do not depend on the machine's vector length, nor on whether the module is there.
 */
package io.seminar.attention;
