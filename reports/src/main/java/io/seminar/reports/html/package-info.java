/**
 * The report of a run, of a training, of a sweep, of a night, of two runs beside each other, and
 * the trend over the nights: self-contained pages, the same charts as files, and every number as
 * CSV. {@link io.seminar.reports.html.ReportWriter}, {@link
 * io.seminar.reports.html.TrainingReportWriter}, {@link io.seminar.reports.html.SweepReportWriter},
 * {@link io.seminar.reports.html.NightReportWriter}, {@link
 * io.seminar.reports.html.ComparisonWriter} and {@link io.seminar.reports.html.TrendWriter} are the
 * doors.
 */
package io.seminar.reports.html;
