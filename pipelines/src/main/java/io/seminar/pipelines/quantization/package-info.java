/** Codebooks for a data set's catalogue: what to train on, and the codes of every item. */
package io.seminar.pipelines.quantization;
