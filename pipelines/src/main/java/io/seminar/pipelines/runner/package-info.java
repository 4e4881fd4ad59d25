/** The runners that a pipeline can be handed to, and progress while it runs. */
package io.seminar.pipelines.runner;
