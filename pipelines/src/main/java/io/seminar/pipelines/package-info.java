/** Placeholder. */
package io.seminar.pipelines;
