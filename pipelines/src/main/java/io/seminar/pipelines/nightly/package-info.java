/**
 * Nightly regression runs: the systems that are evaluated, the configuration of a night, its steps,
 * and the store that it ends in.
 */
package io.seminar.pipelines.nightly;
