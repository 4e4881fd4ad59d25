/**
 * Configuration files: read once, checked as a whole, what is wrong named with its key and what was
 * expected.
 */
package io.seminar.pipelines.config;
