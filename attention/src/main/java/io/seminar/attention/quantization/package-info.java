/**
 * Product quantisation of the vectors behind a history, and attention scores read from the codes.
 *
 * <p>Legend of the shapes: {@code N} vectors, {@code D} floats a vector, {@code C} sub-spaces and
 * so bytes a code, 256 slots a sub-space, {@code L} behaviours of a history. Codes are unsigned
 * bytes.
 */
package io.seminar.attention.quantization;
