/** The command line: one class a command. */
package io.seminar.pipelines.cli;
