package io.seminar.network.training;

import java.nio.file.Path;

/**
 * What finetuning alone has.
 *
 * @param from checkpoint whose parameters are restored where the network has them; null: none
 * @param longest behaviours before a request that training reads, the most recent ones, at least 1;
 *     scoring reads all
 */
public record FinetuningOptions(Path from, int longest) {
  public FinetuningOptions {
    if (longest < 1) {
      throw new IllegalArgumentException("longest is " + longest + ": expected at least 1");
    }
  }
}
