package io.seminar.network.training;

import io.seminar.network.checkpoint.Description;
import io.seminar.network.examples.ExampleCounts;
import io.seminar.network.examples.Occurrences;
import io.seminar.network.examples.TimeSplit;
import io.seminar.network.examples.UserWindows;
import io.seminar.network.model.CatalogueFeatures;
import io.seminar.network.model.CatalogueShape;
import io.seminar.network.model.NetworkSpec;
import io.seminar.sessions.Catalogue;
import io.seminar.sessions.Dataset;
import io.seminar.sessions.QueryTable;
import java.util.SortedMap;

/** The data of a training, opened: users in windows, the split, the catalogue and its counts. */
final class TrainingData implements AutoCloseable {
  private final Dataset dataset;
  private final Catalogue catalogue;
  private final QueryTable queries;
  private final UserWindows users;
  private final TimeSplit split;
  private final ExampleCounts counts;
  private final CatalogueShape shape;

  /** Opens and counts; reads all users once or twice. */
  TrainingData(TrainingOptions options, TrainingListener listener) {
    dataset = Dataset.open(options.data());
    users = new UserWindows(dataset, options.windowBytes(), options.strict(), listener::rejected);
    split = TimeSplit.of(users, options.trainUntil(), options.validateUntil());
    counts = ExampleCounts.of(users, split);
    catalogue = dataset.openCatalogue();
    queries = dataset.openQueries();
    shape = CatalogueShape.of(catalogue, queries);
    listener.counted(counts);
  }

  UserWindows users() {
    return users;
  }

  TimeSplit split() {
    return split;
  }

  ExampleCounts counts() {
    return counts;
  }

  CatalogueShape shape() {
    return shape;
  }

  Dataset dataset() {
    return dataset;
  }

  /** (items): occurrences before T1. */
  float[] occurrences() {
    return Occurrences.before(users, split);
  }

  CatalogueFeatures features(NetworkSpec spec, float[] occurrences) {
    return new CatalogueFeatures(spec, shape, catalogue, queries, occurrences);
  }

  Description.Data description() {
    SortedMap<String, Long> examples = counts.byName();
    examples.put("users-left-out", users.rejected());
    return Description.Data.of(dataset).withExamples(examples);
  }

  @Override
  public void close() {
    queries.close();
    catalogue.close();
  }
}
