/** How numbers are written for people, the same on every page, in charts and in summaries. */
package io.seminar.reports.text;
