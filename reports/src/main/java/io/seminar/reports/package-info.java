/**
 * What a run or a sweep leaves behind and what people see of it: {@link io.seminar.reports.store}
 * owns the folders and their files, {@link io.seminar.reports.sweep} says what a sweep found,
 * {@link io.seminar.reports.charts} draws, {@link io.seminar.reports.html} writes the pages.
 */
package io.seminar.reports;
