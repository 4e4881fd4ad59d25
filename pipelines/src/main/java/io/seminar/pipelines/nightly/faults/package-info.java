/**
 * Tests a gate with faults that are known because they were planted: what it catches, how surely,
 * and how often it alarms where nothing is wrong.
 */
package io.seminar.pipelines.nightly.faults;
