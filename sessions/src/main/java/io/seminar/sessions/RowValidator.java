package io.seminar.sessions;

import java.util.Arrays;
import java.util.List;

/**
 * The rules that a row must keep, the same for writer and reader. A method returns the first
 * breach, or null.
 */
final class RowValidator {
  private final String file;
  private final DatasetSchema schema;

  /**
   * @param file what problems name
   * @param schema dimensions
   */
  RowValidator(String file, DatasetSchema schema) {
    this.file = file;
    this.schema = schema;
  }

  Problem check(long row, Item item) {
    Problem problem = checkId(row, item.id());
    if (problem != null) {
      return problem;
    }
    if (item.category() < 0) {
      return problem(row, "category", item.category(), "an ordinal of 0 or more");
    }
    problem = checkOrdinals(row, "attributes", item.attributes());
    if (problem != null) {
      return problem;
    }
    List<Modality> modalities = schema.modalities();
    float[][] vectors = item.vectors();
    if (vectors == null || vectors.length != modalities.size()) {
      return problem(
          row,
          "vectors",
          vectors == null ? "null" : vectors.length + " modalities",
          modalities.size() + " modalities");
    }
    for (int m = 0; m < vectors.length; m++) {
      Modality modality = modalities.get(m);
      problem = checkVector(row, modality.name(), vectors[m], modality.dimension());
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  Problem check(long row, Query query) {
    Problem problem = checkId(row, query.id());
    if (problem == null) {
      problem = checkOrdinals(row, "tokens", query.tokens());
    }
    if (problem == null) {
      problem = checkVector(row, Columns.QUERY_VECTOR, query.vector(), schema.queryDimension());
    }
    return problem;
  }

  /**
   * Checks a user.
   *
   * @param items number of items of the catalogue
   * @param queries number of queries, the browse query among them
   */
  Problem check(long row, User user, int items, int queries) {
    Problem problem = checkId(row, user.id());
    if (problem == null) {
      problem = checkHistory(row, user.history(), items, queries);
    }
    if (problem == null) {
      problem = checkRequests(row, user.requests(), items, queries);
    }
    return problem;
  }

  private Problem checkHistory(long row, History history, int items, int queries) {
    if (history == null) {
      return problem(row, "history", "null", "a history, which may be empty");
    }
    long[] time = history.time();
    int[] item = history.item();
    int[] query = history.query();
    byte[] action = history.action();
    if (time == null || item == null || query == null || action == null) {
      return problem(row, "history", "a missing column", "time, item, query and action");
    }
    if (item.length != time.length || query.length != time.length || action.length != time.length) {
      return problem(
          row,
          "history",
          "columns of "
              + time.length
              + ", "
              + item.length
              + ", "
              + query.length
              + " and "
              + action.length
              + " entries",
          "columns of one length");
    }
    for (int l = 0; l < time.length; l++) {
      if (l > 0 && time[l] < time[l - 1]) {
        return problem(
            row, "history[" + l + "].time", time[l], "at least " + time[l - 1] + " (time order)");
      }
      if (item[l] < 0 || item[l] >= items) {
        return problem(row, "history[" + l + "].item", item[l], ordinals("item", items));
      }
      if (query[l] < 0 || query[l] >= queries) {
        return problem(row, "history[" + l + "].query", query[l], ordinals("query", queries));
      }
      if (!Action.isKnown(action[l])) {
        return problem(
            row,
            "history[" + l + "].action",
            action[l],
            "an action code from 0 to " + (Action.values().length - 1));
      }
    }
    return null;
  }

  private Problem checkRequests(long row, List<Request> requests, int items, int queries) {
    if (requests == null) {
      return problem(row, "requests", "null", "a list, which may be empty");
    }
    for (int r = 0; r < requests.size(); r++) {
      Request request = requests.get(r);
      String field = "requests[" + r + "]";
      if (request == null) {
        return problem(row, field, "null", "a request");
      }
      if (r > 0 && request.time() < requests.get(r - 1).time()) {
        return problem(
            row,
            field + ".time",
            request.time(),
            "at least " + requests.get(r - 1).time() + " (time order)");
      }
      if (request.query() < 0 || request.query() >= queries) {
        return problem(row, field + ".query", request.query(), ordinals("query", queries));
      }
      Problem problem = checkImpressions(row, field, request, items);
      if (problem != null) {
        return problem;
      }
    }
    return checkRequestIds(row, requests);
  }

  private Problem checkImpressions(long row, String field, Request request, int items) {
    int[] item = request.item();
    short[] position = request.position();
    byte[] label = request.label();
    float[] propensity = request.propensity();
    if (item == null || position == null || label == null) {
      return problem(row, field + ".impressions", "a missing column", "item, position and label");
    }
    if (item.length == 0) {
      return problem(row, field + ".impressions", "none", "at least one impression");
    }
    if (position.length != item.length
        || label.length != item.length
        || (propensity != null && propensity.length != item.length)) {
      return problem(
          row,
          field + ".impressions",
          "columns of "
              + item.length
              + ", "
              + position.length
              + ", "
              + label.length
              + (propensity == null ? "" : ", " + propensity.length)
              + " entries",
          "columns of one length");
    }
    for (int i = 0; i < item.length; i++) {
      if (item[i] < 0 || item[i] >= items) {
        return problem(row, impression(field, i) + ".item", item[i], ordinals("item", items));
      }
      if (label[i] < 0) {
        return problem(row, impression(field, i) + ".label", label[i], "0 or more");
      }
      // NaN means not logged; it passes both comparisons.
      if (propensity != null && (propensity[i] <= 0 || propensity[i] > 1)) {
        return problem(
            row,
            impression(field, i) + ".propensity",
            propensity[i],
            "a probability above 0 and at most 1");
      }
    }
    return null;
  }

  private Problem checkRequestIds(long row, List<Request> requests) {
    if (requests.size() < 2) {
      return null;
    }
    long[] ids = new long[requests.size()];
    for (int r = 0; r < ids.length; r++) {
      ids[r] = requests.get(r).id();
    }
    Arrays.sort(ids);
    for (int r = 1; r < ids.length; r++) {
      if (ids[r] == ids[r - 1]) {
        long id = ids[r];
        int last = requests.size() - 1;
        while (requests.get(last).id() != id) {
          last--;
        }
        return problem(
            row,
            "requests[" + last + "].id",
            id + " a second time",
            "ids unique among the user's requests");
      }
    }
    return null;
  }

  private Problem checkId(long row, String id) {
    if (id == null) {
      return problem(row, "id", "null", "a name");
    }
    if (id.isEmpty()) {
      return problem(row, "id", "an empty name", "a name");
    }
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < id.length()
          && Character.isLowSurrogate(id.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return problem(row, "id", "half a surrogate pair at " + i, "well-formed Unicode");
      }
    }
    return null;
  }

  private Problem checkOrdinals(long row, String field, int[] ordinals) {
    if (ordinals == null) {
      return problem(row, field, "null", "a list, which may be empty");
    }
    for (int i = 0; i < ordinals.length; i++) {
      if (ordinals[i] < 0) {
        return problem(row, field + "[" + i + "]", ordinals[i], "an ordinal of 0 or more");
      }
    }
    return null;
  }

  private Problem checkVector(long row, String field, float[] vector, int dimension) {
    if (vector == null) {
      return null;
    }
    if (vector.length != dimension) {
      return problem(
          row, field, "a vector of dimension " + vector.length, "dimension " + dimension);
    }
    for (int i = 0; i < dimension; i++) {
      if (!Float.isFinite(vector[i])) {
        return problem(row, field + "[" + i + "]", vector[i], "a finite number");
      }
    }
    return null;
  }

  private static String impression(String field, int i) {
    return field + ".impressions[" + i + "]";
  }

  private static String ordinals(String what, int size) {
    return size == 0
        ? "no ordinal: there is no " + what
        : "an " + what + " ordinal from 0 to " + (size - 1);
  }

  private Problem problem(long row, String field, Object found, String expected) {
    return new Problem(file, row, field, String.valueOf(found), expected);
  }
}
