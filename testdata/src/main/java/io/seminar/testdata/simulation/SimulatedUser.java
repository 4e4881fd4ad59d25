package io.seminar.testdata.simulation;

import io.seminar.sessions.User;

/**
 * A user and the truth about the user's impressions.
 *
 * @param user as the data set has it
 * @param click (requests, impressions): the probability with which the label was drawn
 * @param relevance (requests, impressions): the same, had the user looked at the position for
 *     certain
 */
record SimulatedUser(User user, float[][] click, float[][] relevance) {}
