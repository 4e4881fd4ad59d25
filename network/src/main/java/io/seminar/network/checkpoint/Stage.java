package io.seminar.network.checkpoint;

/** How far a network has been trained. */
public enum Stage {
  /** On behaviours alone: it embeds, but cannot rank yet. */
  PRETRAINED,
  /** On requests: it ranks. */
  FINETUNED
}
