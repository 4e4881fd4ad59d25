/**
 * Trained networks as folders: parameters, what they were trained on, and training to go on with.
 */
package io.seminar.network.checkpoint;
