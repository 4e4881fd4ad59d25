/**
 * The report of a run, or of a training: one self-contained page, the same charts as files, and
 * every number as CSV. {@link io.seminar.reports.html.ReportWriter} and {@link
 * io.seminar.reports.html.TrainingReportWriter} are the doors.
 */
package io.seminar.reports.html;
