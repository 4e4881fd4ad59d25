/**
 * How faithful an approximate attention is to the exact one: what it retrieves, and what it puts
 * out.
 */
package io.seminar.metrics.fidelity;
