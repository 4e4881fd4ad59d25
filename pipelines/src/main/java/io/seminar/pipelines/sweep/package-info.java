/**
 * Recall against latency: a grid of arms and sizes, measured in fresh JVMs by one thread.
 *
 * <p>The parent draws requests, plans and collects; everything that is timed runs in a fork ({@code
 * Fork}), to which work is handed in files.
 */
package io.seminar.pipelines.sweep;
