/** From the vectors of a data set to embedded query-item pairs, as long as no network does it. */
package io.seminar.pipelines.embedding;
