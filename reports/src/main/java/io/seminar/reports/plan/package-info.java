/** What a run's data can show, and how many users more it would take. */
package io.seminar.reports.plan;
