package io.seminar.network.examples;

import io.seminar.sessions.DatasetException;
import io.seminar.sessions.Problem;
import io.seminar.sessions.Request;
import io.seminar.sessions.TimeQuantiles;
import java.time.Instant;

/**
 * Cuts a log in time, so that nothing from the future is learned: a network is trained on what lies
 * before T1, stopped on requests from T1 to T2, evaluated on later ones. A request sees behaviours
 * strictly before itself, whatever the period.
 *
 * @param trainUntil T1, ms since 1970: requests and behaviours strictly before it are for training
 * @param validateUntil T2, ms since 1970, after T1: requests from T1 to strictly before it are for
 *     validation, later ones for evaluation
 */
public record TimeSplit(long trainUntil, long validateUntil) {
  /** Share of the requests before T2 that lie before T1 unless told otherwise. */
  public static final double TRAINING_SHARE = 0.8;

  public TimeSplit {
    if (trainUntil >= validateUntil) {
      throw new IllegalArgumentException(
          "the end of training is "
              + Instant.ofEpochMilli(trainUntil)
              + ": expected a time before the end of validation, "
              + Instant.ofEpochMilli(validateUntil));
    }
  }

  /**
   * The split asked for, completed where it is not. T2 is the data set's median request time unless
   * given, the time from which a replay evaluates. T1 is the {@value #TRAINING_SHARE} quantile of
   * the times of the requests before T2 unless given: at most that share lies before it, exact to
   * 1/32,768 of the range of those times. To find it all users are read once.
   *
   * @param users of the data set
   * @param trainUntil T1, ms since 1970; {@code null}: the quantile
   * @param validateUntil T2, ms since 1970; {@code null}: the median request time
   * @throws DatasetException if the data set has no request at all, or none before T2
   * @throws IllegalArgumentException if T1 does not lie before T2
   */
  public static TimeSplit of(UserWindows users, Long trainUntil, Long validateUntil) {
    Long t2 =
        validateUntil != null ? validateUntil : users.dataset().descriptor().medianRequestTime();
    if (t2 == null) {
      throw noRequest(users, "no request", "requests to train and validate on");
    }
    return new TimeSplit(trainUntil != null ? trainUntil : quantileBefore(t2, users), t2);
  }

  private static long quantileBefore(long end, UserWindows users) {
    TimeQuantiles times = new TimeQuantiles();
    users.forEach(
        user -> {
          for (Request request : user.requests()) {
            if (request.time() < end) {
              times.add(request.time());
            }
          }
        });
    Long quantile = times.quantile(TRAINING_SHARE);
    if (quantile == null) {
      throw noRequest(
          users,
          "no request before " + Instant.ofEpochMilli(end),
          "requests to train on before the end of validation");
    }
    return quantile;
  }

  private static DatasetException noRequest(UserWindows users, String found, String expected) {
    return new DatasetException(
        new Problem(users.dataset().folder().toString(), -1, "requests", found, expected));
  }

  /** Whether something at this time, a request or a behaviour, is for training. */
  public boolean trains(long time) {
    return time < trainUntil;
  }

  /** Whether a request at this time is for validation. */
  public boolean validates(long time) {
    return time >= trainUntil && time < validateUntil;
  }
}
