/** Placeholder. */
package io.seminar.attention;
