/**
 * Training on DJL: the forward pass as a graph that gradients flow through, the losses, the
 * optimiser, pretraining and finetuning.
 *
 * <p>Legend of the shapes: B requests (users in pretraining), P targets of a request, L behaviours,
 * K kept behaviours, H heads, d hidden, d_h = d/H, U distinct items of a batch, Q its distinct
 * queries, F fields of an item.
 */
package io.seminar.network.training;
