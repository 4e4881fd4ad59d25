package io.seminar.pipelines.evaluation;

import java.io.Serializable;

/**
 * An arm whose outcomes are evaluated.
 *
 * @param name under which its cells stand
 * @param source of its outcomes, see {@link OutcomesOf}
 * @param outcomesName under which its outcomes stand
 * @param unmeasured why it has no attention fidelity, as a clause; null: it has
 * @param baseline index of the arm that it is compared with; -1: none
 */
public record EvaluatedArm(
    String name, int source, String outcomesName, String unmeasured, int baseline)
    implements Serializable {}
