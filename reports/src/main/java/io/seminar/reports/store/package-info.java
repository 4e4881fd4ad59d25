/**
 * The run folder and its files, one owner class per file type: {@link
 * io.seminar.reports.store.RunFolder}, {@link io.seminar.reports.store.RunManifest} ({@code
 * run.json}), {@link io.seminar.reports.store.OutcomesFile}, {@link
 * io.seminar.reports.store.CellsFile}, {@link io.seminar.reports.store.ReliabilityFile}, {@link
 * io.seminar.reports.store.TimingsFile} and {@link io.seminar.reports.store.DeadLettersFile}. And
 * the folder of a sweep: {@link io.seminar.reports.store.SweepFolder}, {@link
 * io.seminar.reports.store.SweepManifest} ({@code sweep.json}), {@link
 * io.seminar.reports.store.PointsFile} and {@link io.seminar.reports.store.LoadsFile}. Finished
 * runs stand in a {@link io.seminar.reports.store.RunStore}.
 *
 * <p>A column's or key's name is written in its owner class and nowhere else. Every file is written
 * under a temporary name and renamed when it is whole; every reader refuses a file that is
 * truncated, foreign or lacks a column, with a {@link io.seminar.sessions.DatasetException} that
 * names the file, the field, what was found and what was expected.
 */
package io.seminar.reports.store;
