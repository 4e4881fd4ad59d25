/**
 * The report of a run, of a training or of a sweep: self-contained pages, the same charts as files,
 * and every number as CSV. {@link io.seminar.reports.html.ReportWriter}, {@link
 * io.seminar.reports.html.TrainingReportWriter} and {@link
 * io.seminar.reports.html.SweepReportWriter} are the doors.
 */
package io.seminar.reports.html;
