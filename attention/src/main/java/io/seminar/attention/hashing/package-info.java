/** Signatures by random hyperplanes, and search among them. */
package io.seminar.attention.hashing;
