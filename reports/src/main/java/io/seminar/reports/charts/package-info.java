/**
 * Charts of a run, drawn by JFreeChart and rendered as SVG (inline or a file) and PNG. Each kind of
 * chart is a class with a factory that takes plain numbers; {@link io.seminar.reports.charts.Chart}
 * renders. {@link io.seminar.reports.charts.Style} holds what they share: fonts, a palette that
 * colour-blind people can tell apart, and a marker and a dash for each colour.
 */
package io.seminar.reports.charts;
