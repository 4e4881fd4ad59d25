package io.seminar.pipelines.sweep;

import java.io.Serializable;

/**
 * Work that a fresh JVM does. Task and result travel as serialised objects, between processes of
 * one build and one class path.
 *
 * @param <R> what it returns
 */
interface ForkTask<R extends Serializable> extends Serializable {
  /** Does it, on the main thread of the fork. */
  R run();
}
