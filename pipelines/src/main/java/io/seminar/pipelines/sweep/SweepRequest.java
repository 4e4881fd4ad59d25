package io.seminar.pipelines.sweep;

import io.seminar.sessions.History;
import io.seminar.sessions.Request;

/**
 * A request of a sweep: a logged page, cut or filled up to a number of candidates, and a history of
 * an exact length.
 *
 * @param user who asks
 * @param page as many candidates as the largest page of the grid; the first are the logged ones
 * @param logged candidates that the log showed on the page
 * @param history L behaviours, all before the request
 * @param borrowed how many of them, the oldest, are other users'
 * @param repeated how many of those stand in the history a second time, because all users together
 *     do not have as many
 * @param distinct different pairs of item and query in the history
 */
record SweepRequest(
    String user,
    Request page,
    int logged,
    History history,
    int borrowed,
    int repeated,
    int distinct) {}
