/**
 * What a sweep says: which points can be compared, which of them are on the front of recall and
 * latency, the fastest arm at a recall, how cost grows with the history, and how two sweeps differ.
 * Numbers and sentences only; {@link io.seminar.reports.html.SweepReportWriter} shows them.
 */
package io.seminar.reports.sweep;
