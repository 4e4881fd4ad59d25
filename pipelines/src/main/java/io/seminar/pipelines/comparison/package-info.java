/** Two runs over the same requests, evaluated together. */
package io.seminar.pipelines.comparison;
