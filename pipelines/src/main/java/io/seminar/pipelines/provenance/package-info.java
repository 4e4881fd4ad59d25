/** By which code, and on which machine, something was computed. */
package io.seminar.pipelines.provenance;
