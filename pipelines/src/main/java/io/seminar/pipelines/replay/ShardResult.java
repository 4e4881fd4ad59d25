package io.seminar.pipelines.replay;

import java.io.Serializable;

/**
 * Where the outcomes of a replayed shard are.
 *
 * @param shard index of the shard
 * @param outcomes path of its outcomes file
 */
public record ShardResult(int shard, String outcomes) implements Serializable {}
