/** Placeholder. */
package io.seminar.metrics;
