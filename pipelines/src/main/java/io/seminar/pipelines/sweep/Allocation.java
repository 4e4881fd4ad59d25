package io.seminar.pipelines.sweep;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/** Bytes that the calling thread has allocated so far; asking allocates nothing. */
final class Allocation {
  private Allocation() {}

  static LongSupplier ofThisThread() {
    if (ManagementFactory.getThreadMXBean() instanceof ThreadMXBean bean
        && bean.isThreadAllocatedMemorySupported()) {
      bean.setThreadAllocatedMemoryEnabled(true);
      return bean::getCurrentThreadAllocatedBytes;
    }
    throw new SweepException(
        "this JVM does not count allocated bytes, expected com.sun.management.ThreadMXBean");
  }
}
