/** Placeholder. */
package io.seminar.sessions;
