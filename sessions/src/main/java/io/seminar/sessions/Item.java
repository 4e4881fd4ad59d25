package io.seminar.sessions;

/**
 * One item of the catalogue, as handed to {@link DatasetWriter#addItem}.
 *
 * @param id the item's name in the log it came from; not empty, unique within the catalogue
 * @param category ordinal of the item's category, at least 0
 * @param attributes ordinals of further attributes (brand, genre, author…), each at least 0; may be
 *     empty
 * @param vectors by modality, in the schema's order; {@code null} where the item lacks that
 *     modality. Values are finite, lengths are the modalities' dimensions
 */
public record Item(String id, int category, int[] attributes, float[][] vectors) {}
