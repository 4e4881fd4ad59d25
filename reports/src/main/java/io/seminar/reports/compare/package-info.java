/**
 * Two runs beside each other: what differs in where they come from ({@link
 * io.seminar.reports.compare.ProvenanceDiff}), in what they found ({@link
 * io.seminar.reports.compare.RunComparison}), and which difference of the first kind probably
 * caused one of the second ({@link io.seminar.reports.compare.CauseFinder}).
 */
package io.seminar.reports.compare;
