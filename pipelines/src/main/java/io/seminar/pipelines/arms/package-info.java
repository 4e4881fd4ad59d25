/**
 * The arms that retrieve, for whatever runs them: how they are named, the models that they retrieve
 * for, a user's history and a request's targets as these models see them, and one way to make an
 * arm of its name.
 */
package io.seminar.pipelines.arms;
