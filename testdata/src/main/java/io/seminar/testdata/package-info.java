/** Placeholder. */
package io.seminar.testdata;
