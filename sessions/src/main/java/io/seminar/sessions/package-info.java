/**
 * Logged sessions as a data set on disk: a catalogue of items and queries, and one row a user with
 * the whole history and all requests. {@link io.seminar.sessions.DatasetWriter} writes one, {@link
 * io.seminar.sessions.Dataset} reads one.
 */
package io.seminar.sessions;
