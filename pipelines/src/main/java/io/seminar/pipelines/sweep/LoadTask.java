package io.seminar.pipelines.sweep;

import io.seminar.attention.retrieval.Cost;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Offers loads to the entrants of a case, one after another, in one JVM that has warmed up.
 *
 * @param setting what to open
 * @param requestsFile requests with histories of the case's length
 * @param spec the case
 * @param entrants those that are offered a load
 * @param histories of the file that are open together; they are asked in turn
 * @param warmUp when the loads begin
 * @param digests of what every arm kept of every request, by its name
 * @param loads (entrants, loads): what is offered
 * @param logged request times of the data set, ms
 * @param seed of the order while warming up
 */
record LoadTask(
    SweepSetting setting,
    String requestsFile,
    CaseSpec spec,
    List<Entrant> entrants,
    int histories,
    Measuring.WarmUp warmUp,
    Map<String, long[]> digests,
    List<List<Offer>> loads,
    long[] logged,
    long seed)
    implements ForkTask<LoadTask.Result> {
  /**
   * A load.
   *
   * @param perSecond requests
   * @param requests how many in all
   */
  record Offer(double perSecond, int requests) implements Serializable {}

  /**
   * What came of the loads.
   *
   * @param entrants (entrants, loads)
   */
  record Result(List<List<Served>> entrants) implements Serializable {}

  /**
   * What came of a load.
   *
   * @param response times, encoded
   * @param service times, encoded
   * @param maxBacklog requests
   */
  record Served(String response, String service, long maxBacklog) implements Serializable {}

  @Override
  public Result run() {
    Pinning.ofThisThread();
    try (SweepModels models = new SweepModels(setting)) {
      Lineup lineup =
          new Lineup(
              models, setting, spec, entrants, RequestsFile.read(Path.of(requestsFile), histories));
      lineup.open();
      lineup.check(digests);
      Rounds rounds =
          new Rounds(lineup.contenders(), seed, System::nanoTime, Allocation.ofThisThread());
      new ClosedLoop(rounds, new ClosedLoop.Limits(warmUp, 0, 0), System::nanoTime).warmUp();
      List<List<Served>> results = new ArrayList<>();
      for (int e = 0; e < entrants.size(); e++) {
        List<Served> served = new ArrayList<>();
        for (Offer offer : loads.get(e)) {
          served.add(serve(offer, lineup.contenders()[e]));
        }
        results.add(served);
      }
      lineup.check(digests);
      return new Result(results);
    }
  }

  private Served serve(Offer offer, Contender[] requests) {
    long[] arrivals = Arrivals.scaled(logged, offer.requests(), offer.perSecond());
    Cost cost = new Cost(false);
    OpenLoop loop = new OpenLoop(Waiting.SYSTEM);
    loop.run(arrivals, request -> requests[request % requests.length].answer(cost));
    return new Served(loop.response().encode(), loop.service().encode(), loop.maxBacklog());
  }
}
