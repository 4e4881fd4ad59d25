/** Placeholder. */
package io.seminar.reports;
