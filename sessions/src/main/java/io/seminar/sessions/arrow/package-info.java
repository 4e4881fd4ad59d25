/**
 * Arrow IPC files that other parts of the project store rows in: opened with clear errors, written
 * deterministically under a temporary name and published by a rename.
 */
package io.seminar.sessions.arrow;
