package io.seminar.sessions;

import java.util.List;

/**
 * One user: the unit of storage, of replay and of resampling.
 *
 * @param id not empty
 * @param history all behaviours, also those after a request: who replays a request cuts the history
 *     at its time
 * @param requests in time order; may be empty
 */
public record User(String id, History history, List<Request> requests) {}
