package io.seminar.pipelines.sweep;

import io.seminar.sessions.History;
import io.seminar.sessions.Request;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests with their histories, handed to the forks: so that every JVM of a sweep sees the same.
 * The file lives as long as the sweep.
 */
final class RequestsFile {
  private RequestsFile() {}

  static void write(Path file, List<SweepRequest> requests) {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      out.writeInt(requests.size());
      for (SweepRequest request : requests) {
        Request page = request.page();
        out.writeUTF(request.user());
        out.writeLong(page.id());
        out.writeLong(page.time());
        out.writeInt(page.query());
        out.writeInt(page.length());
        for (int item : page.item()) {
          out.writeInt(item);
        }
        out.writeInt(request.logged());
        History history = request.history();
        out.writeInt(history.length());
        for (int l = 0; l < history.length(); l++) {
          out.writeLong(history.time()[l]);
          out.writeInt(history.item()[l]);
          out.writeInt(history.query()[l]);
          out.writeByte(history.action()[l]);
        }
        out.writeInt(request.borrowed());
        out.writeInt(request.repeated());
        out.writeInt(request.distinct());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /**
   * The first requests of a file.
   *
   * @param most how many, at most
   */
  static List<SweepRequest> read(Path file, int most) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      int n = Math.min(most, in.readInt());
      List<SweepRequest> requests = new ArrayList<>(n);
      for (int r = 0; r < n; r++) {
        requests.add(readOne(in));
      }
      return requests;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static SweepRequest readOne(DataInputStream in) throws IOException {
    String user = in.readUTF();
    long id = in.readLong();
    long time = in.readLong();
    int query = in.readInt();
    int[] page = new int[in.readInt()];
    for (int i = 0; i < page.length; i++) {
      page[i] = in.readInt();
    }
    int logged = in.readInt();
    int length = in.readInt();
    History history =
        new History(new long[length], new int[length], new int[length], new byte[length]);
    for (int l = 0; l < length; l++) {
      history.time()[l] = in.readLong();
      history.item()[l] = in.readInt();
      history.query()[l] = in.readInt();
      history.action()[l] = in.readByte();
    }
    return new SweepRequest(
        user,
        new Request(id, time, query, page, new short[page.length], new byte[page.length], null),
        logged,
        history,
        in.readInt(),
        in.readInt(),
        in.readInt());
  }
}
