package io.seminar.pipelines.sweep;

import io.seminar.pipelines.quantization.CatalogueQuantizer;
import java.nio.file.Path;
import java.util.List;

/**
 * What a sweep is asked for.
 *
 * @param data folder of the data set
 * @param model checkpoint of the network whose attention it is; null: similarity of the data set's
 *     own vectors
 * @param device {@code cpu}: everything on the kernels; {@code gpu:N}: arms that can on the
 *     engine's device
 * @param codebooks folders; those that the arms need and that are not among them are trained
 * @param trainOn what these learn from
 * @param perHead whether those that are trained have codes of their own for every head, where an
 *     arm can read these
 * @param queryWeight share of the query in a pair, without a network
 * @param temperature of the softmax, without a network
 * @param grid the points
 * @param measuring how they are measured
 * @param seed of every random choice
 */
public record SweepConfig(
    Path data,
    Path model,
    String device,
    List<Path> codebooks,
    CatalogueQuantizer.TrainOn trainOn,
    boolean perHead,
    float queryWeight,
    float temperature,
    Grid grid,
    Measuring measuring,
    long seed) {}
