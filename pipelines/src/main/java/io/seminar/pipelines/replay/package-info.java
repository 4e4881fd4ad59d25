/** Replaying logged requests: retrieval arms, attention and scores, one visit a user. */
package io.seminar.pipelines.replay;
