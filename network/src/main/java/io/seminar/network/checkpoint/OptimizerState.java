package io.seminar.network.checkpoint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What Adam remembers between steps. The arrays are not copied.
 *
 * @param steps taken so far
 * @param first first moments by the name of the parameter, as long as its values; every parameter
 *     that is not fixed has them
 * @param second second moments, likewise
 */
public record OptimizerState(long steps, Map<String, float[]> first, Map<String, float[]> second) {
  public OptimizerState {
    first = Collections.unmodifiableMap(new LinkedHashMap<>(first));
    second = Collections.unmodifiableMap(new LinkedHashMap<>(second));
  }
}
