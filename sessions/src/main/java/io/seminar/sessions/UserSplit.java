package io.seminar.sessions;

import java.io.Serializable;

/**
 * One record batch of a user file: the smallest piece that can be read by itself.
 *
 * @param file name within the data set's folder
 * @param batch index of the record batch in the file
 * @param firstRow row number, within the file, of the batch's first user
 * @param rows users in the batch
 * @param bytes size on disk
 */
public record UserSplit(String file, int batch, long firstRow, int rows, long bytes)
    implements Serializable {}
