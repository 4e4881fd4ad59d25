/** From outcomes to cells: metrics by arm and slice, with intervals and paired differences. */
package io.seminar.pipelines.evaluation;
