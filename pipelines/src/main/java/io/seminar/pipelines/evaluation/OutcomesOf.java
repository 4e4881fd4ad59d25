package io.seminar.pipelines.evaluation;

import java.io.Serializable;

/**
 * Where outcomes are.
 *
 * @param source number of the run that they are of: arms of different runs may share a name
 * @param shard index of the shard within the run
 * @param file path of the outcomes file
 */
public record OutcomesOf(int source, int shard, String file) implements Serializable {}
