/**
 * The first stage of attention over a lifelong history (GSU): which K behaviours each head of each
 * target keeps. Every arm is a {@link io.seminar.attention.retrieval.Retrieval}.
 */
package io.seminar.attention.retrieval;
