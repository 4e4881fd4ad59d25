/**
 * Which part of the catalogue is shown: how novel the best impressions are, how many items appear
 * at all, and how unequally. The expectation over score ties is taken here as everywhere.
 */
package io.seminar.metrics.catalogue;
