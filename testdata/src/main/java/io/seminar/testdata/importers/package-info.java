/**
 * Importers: public logs, and any table that DuckDB reads, to a data set of the {@code sessions}
 * contract.
 *
 * <p>Every importer goes the same way. DuckDB reads the source files and brings them into five
 * staged tables ({@link io.seminar.testdata.importers.StagedLog}); what cannot be read is rejected
 * row by row; then the staged tables are streamed in order, grouped to one user at a time and
 * written. Memory holds one user, and DuckDB within its limit; DuckDB sorts on disk where that is
 * not enough.
 *
 * <p>Logs differ in what they know. The notes in {@code dataset.json} say for each data set what is
 * a fact of the log, what the importer constructed and what it left out.
 *
 * <p>{@link io.seminar.testdata.importers.Importers#byName} is the door for a command line; each
 * importer can also be built from its own options record.
 */
package io.seminar.testdata.importers;
