/**
 * The release gate: rules about the numbers of a run, judged by the intervals of these numbers.
 *
 * <p>{@link io.seminar.reports.gate.Gate} holds the rules, {@link io.seminar.reports.gate.Evidence}
 * what they are judged by, {@link io.seminar.reports.gate.GateReport} what came of it: one {@link
 * io.seminar.reports.gate.Finding} a rule, arm and slice, and one {@link
 * io.seminar.reports.gate.Verdict}. Three files carry it: {@code gate.json} for machines, JUnit XML
 * for CI systems, a Markdown summary for people.
 *
 * <p>What cannot be judged never passes: a missing arm, slice or metric, a number that is not
 * defined or has no interval, a rule that matches nothing, a baseline of another data set.
 */
package io.seminar.reports.gate;
