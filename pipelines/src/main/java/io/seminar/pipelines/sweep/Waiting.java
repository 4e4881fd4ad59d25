package io.seminar.pipelines.sweep;

import java.util.concurrent.locks.LockSupport;

/** A clock that one can wait by. */
interface Waiting {
  /** Sleeps while there is more than this to wait, in nanoseconds, and spins for the rest. */
  long SPIN_NANOS = 200_000;

  /** Now, in nanoseconds from any origin. */
  long now();

  /** Returns at this time or, if it has passed, at once. */
  void until(long nanos);

  /** The machine's. */
  Waiting SYSTEM =
      new Waiting() {
        @Override
        public long now() {
          return System.nanoTime();
        }

        @Override
        public void until(long nanos) {
          long left;
          while ((left = nanos - System.nanoTime()) > 0) {
            if (left > 2 * SPIN_NANOS) {
              LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
              Thread.onSpinWait();
            }
          }
        }
      };
}
