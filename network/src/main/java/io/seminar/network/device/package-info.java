/**
 * Retrieval on the engine's device, a GPU where there is one: exact and quantised scores as batched
 * operations, to be compared with the kernels of the CPU.
 */
package io.seminar.network.device;
