package io.seminar.pipelines.sweep;

/**
 * One server under requests that come when they come, whether or not the last is answered. A
 * request's response time counts from its scheduled arrival, so a slow answer is charged to all
 * that wait behind it; the service time beside it, from the beginning of the work, is all that a
 * closed loop would have seen (coordinated omission).
 *
 * <p>Source: Schroeder, Wierman and Harchol-Balter, "Open versus closed: a cautionary tale", 2006.
 */
final class OpenLoop {
  private final Waiting clock;
  private final Latencies response = new Latencies();
  private final Latencies service = new Latencies();
  private long maxBacklog;

  OpenLoop(Waiting clock) {
    this.clock = clock;
  }

  /** Answers a request; its number. */
  interface Server {
    void answer(int request);
  }

  /**
   * Serves all requests in the order of their arrival.
   *
   * @param arrivals nanoseconds from the start on, never falling
   */
  void run(long[] arrivals, Server server) {
    long start = clock.now();
    int arrived = 0;
    for (int i = 0; i < arrivals.length; i++) {
      long scheduled = start + arrivals[i];
      clock.until(scheduled);
      long begin = clock.now();
      while (arrived < arrivals.length && start + arrivals[arrived] - begin <= 0) {
        arrived++;
      }
      maxBacklog = Math.max(maxBacklog, arrived - i);
      server.answer(i);
      long end = clock.now();
      response.record(end - scheduled);
      service.record(end - begin);
    }
  }

  /** Times from scheduled arrival to answer. */
  Latencies response() {
    return response;
  }

  /** Times from the beginning of the work to answer. */
  Latencies service() {
    return service;
  }

  /** Most requests that had come and were not answered, the one about to be served among them. */
  long maxBacklog() {
    return maxBacklog;
  }
}
