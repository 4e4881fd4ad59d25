/**
 * Quantisation of the vectors behind a history, and attention scores read from the codes.
 *
 * <p>Legend of the shapes: {@code N} vectors, {@code D} floats a vector, {@code C} sub-codes a
 * code, 16 or 256 slots a sub-code (4 or 8 bits), {@code L} behaviours of a history. Codes are
 * handled as unsigned bytes, one a sub-code.
 */
package io.seminar.attention.quantization;
