/**
 * Trainings as commands run them: progress, an end in good order when the process is told to, the
 * report.
 */
package io.seminar.pipelines.training;
