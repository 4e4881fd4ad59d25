package io.seminar.pipelines.replay;

import io.seminar.sessions.Dataset;
import io.seminar.sessions.UserSplit;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A piece of a data set that one worker replays in one go: some consecutive users of a record
 * batch.
 *
 * @param index position in the data set, from 0; names the shard's files
 * @param split the record batch
 * @param from first row within the batch
 * @param to row after the last
 */
public record ReplayShard(int index, UserSplit split, int from, int to) implements Serializable {
  /** Few enough that their files do not matter, enough that many workers end at about one time. */
  private static final int SHARDS = 64;

  /** Cuts a data set into shards. The plan depends on the data alone, never on the workers. */
  public static List<ReplayShard> plan(Dataset dataset) {
    long perShard = 1 + (dataset.descriptor().counts().users() - 1) / SHARDS;
    List<ReplayShard> shards = new ArrayList<>();
    for (UserSplit split : dataset.userSplits()) {
      for (long from = 0; from < split.rows(); from += perShard) {
        long to = Math.min(split.rows(), from + perShard);
        shards.add(new ReplayShard(shards.size(), split, (int) from, (int) to));
      }
    }
    return shards;
  }
}
