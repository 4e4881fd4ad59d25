package io.seminar.pipelines.arms;

import java.io.Serializable;

/**
 * A codebook that arms of a replay may use.
 *
 * @param folder of the codebook
 * @param bytes C, of a behaviour
 * @param network digest of the parameters of the network whose fields it quantises; null: the data
 *     set's own vectors
 */
public record CodebookSpec(String folder, int bytes, String network) implements Serializable {}
