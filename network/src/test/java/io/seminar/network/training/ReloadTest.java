package io.seminar.network.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.seminar.network.checkpoint.Checkpoint;
import io.seminar.network.checkpoint.Stage;
import io.seminar.network.model.Architecture;
import io.seminar.sessions.Dataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was trained is what is loaded, in this process and in another. */
class ReloadTest {
  @TempDir Path folder;

  @Test
  void everyNetworkScoresTheSameInAFreshProcess() throws Exception {
    Dataset dataset = SmallWorld.write(folder.resolve("set"), SmallWorld.users(12));
    List<String> expected = new ArrayList<>();
    List<String> checkpoints = new ArrayList<>();
    for (Architecture architecture : Architecture.values()) {
      Path out = folder.resolve(architecture.key());
      Checkpoint trained =
          Finetuning.run(
              new Training(),
              SmallWorld.options(dataset, out, 1, 3),
              SmallWorld.FINETUNING,
              SmallWorld.network(architecture),
              new SmallWorld.Quiet());
      assertThat(trained.description().stage()).isEqualTo(Stage.FINETUNED);
      List<String> scores = ScoreMain.score(dataset, trained);
      assertThat(new TreeSet<>(scores)).hasSize(12 * 6);
      expected.addAll(scores);
      checkpoints.add(out.toString());
      Checkpoint opened = Checkpoint.open(out);
      assertThat(SmallWorld.bits(opened.parameters()))
          .isEqualTo(SmallWorld.bits(trained.parameters()));
      assertThat(opened.description()).hasToString(trained.description().toString());
      assertThat(opened.digest()).isEqualTo(trained.digest());
    }
    assertThat(fresh(dataset, checkpoints)).isEqualTo(expected);
  }

  private List<String> fresh(Dataset dataset, List<String> checkpoints) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(dataset.folder().toString()));
    arguments.addAll(checkpoints);
    Path errors = folder.resolve("errors");
    Process process = TestJvm.start(errors, List.of(), ScoreMain.class, arguments);
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(() -> "errors in " + errors).isZero();
    return output.lines().toList();
  }
}
