/**
 * What a run leaves behind and what people see of it: {@link io.seminar.reports.store} owns the run
 * folder and its files, {@link io.seminar.reports.charts} draws, {@link io.seminar.reports.html}
 * writes the page.
 */
package io.seminar.reports;
