/**
 * The report of a run: one self-contained page, the same charts as files, and every number as CSV.
 * {@link io.seminar.reports.html.ReportWriter} is the door.
 */
package io.seminar.reports.html;
