package io.seminar.pipelines.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.sessions.Dataset;
import io.seminar.sessions.UserReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReplayShardTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 1000})
  void everyUserIsInOneShard(int users) {
    Path data =
        new RandomDataset(users, 20, 3)
            .history(0, 2)
            .pages(1, 2)
            .write(folder.resolve("data"), users);
    Dataset dataset = Dataset.open(data);
    List<ReplayShard> shards = ReplayShard.plan(dataset);
    assertThat(shards).isEqualTo(ReplayShard.plan(Dataset.open(data)));
    List<String> ids = new ArrayList<>();
    for (int s = 0; s < shards.size(); s++) {
      ReplayShard shard = shards.get(s);
      assertThat(shard.index()).isEqualTo(s);
      assertThat(shard.from()).isLessThan(shard.to());
      try (UserReader reader = dataset.readUsers(shard.split())) {
        reader.skip(shard.from());
        for (int row = shard.from(); row < shard.to(); row++) {
          assertThat(reader.next()).isTrue();
          ids.add(reader.user().id());
        }
      }
    }
    assertThat(ids).hasSize(users).doesNotHaveDuplicates();
    assertThat(shards).hasSizeBetween(Math.min(users, 32), 64 + dataset.userSplits().size());
  }
}
