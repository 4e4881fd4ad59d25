/**
 * Scores of a trained network without an engine: the same forward pass on flat arrays and the
 * kernels of the attention module.
 *
 * <p>Legend of all shapes: d floats of an embedding, H heads, d_h = d/H, L behaviours before the
 * request that are present, K behaviours kept, n targets of a page.
 */
package io.seminar.network.scoring;
