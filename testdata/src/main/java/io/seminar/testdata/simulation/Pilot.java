package io.seminar.testdata.simulation;

/**
 * Fits the {@link ClickModel} on pages of users that are not in the data set: first the mean and
 * deviation of the affinity, then, on the same pages as the logging policy orders them, the
 * intercept that gives the wanted click rate.
 */
final class Pilot {
  private static final int USERS = 400;
  private static final int PAGES = 4;

  private final LatentWorld world;
  private final Calendar calendar;
  private final UserInterests interests;
  private final PageDrawer page;
  private final RandomStream random = new RandomStream();

  private Pilot(LatentWorld world, Calendar calendar) {
    this.world = world;
    this.calendar = calendar;
    this.interests = new UserInterests(world);
    this.page = new PageDrawer(world);
  }

  static ClickModel fit(LatentWorld world, Calendar calendar) {
    return new Pilot(world, calendar).fit();
  }

  private ClickModel fit() {
    SimulatorOptions options = world.options;
    double[] mean = new double[2];
    double[] deviation = {1, 1};
    double[] intercept = new double[2];
    ClickModel model =
        new ClickModel(
            options.positionBias(), options.affinityStrength(), mean, deviation, intercept);
    int scenarios = options.queries() == 0 ? 1 : 2;
    int n = USERS * PAGES * options.impressions();
    double[] examination = new double[n];
    double[] affinity = new double[n];
    for (int scenario = 0; scenario < scenarios; scenario++) {
      drawPages(scenario, null, examination, affinity);
      double sum = 0;
      for (double a : affinity) {
        sum += a;
      }
      mean[scenario] = sum / n;
      double squares = 0;
      for (double a : affinity) {
        squares += (a - mean[scenario]) * (a - mean[scenario]);
      }
      // Identical affinities carry no signal: any scale will do.
      deviation[scenario] = squares > 0 ? Math.sqrt(squares / n) : 1;
      drawPages(scenario, model, examination, affinity);
      intercept[scenario] =
          ClickModel.solveIntercept(
              examination, affinity, n, options.affinityStrength(), options.clickBaseRate());
    }
    return model;
  }

  /**
   * Affinities of the pilot's impressions: raw, as drawn, without a model; standardised, as
   * ordered, with one.
   */
  private void drawPages(int scenario, ClickModel model, double[] examination, double[] affinity) {
    LoggingPolicy policy = new LoggingPolicy(world.options);
    long seed = world.options.seed();
    int at = 0;
    for (int user = 0; user < USERS; user++) {
      interests.draw(random.restart(seed, Purpose.PILOT_INTERESTS, user));
      random.restart(seed, Purpose.PILOT_REQUESTS, 2L * user + scenario);
      for (int p = 0; p < PAGES; p++) {
        boolean launched = p % 2 == 1;
        int epoch = calendar.epoch(calendar.requestTime(launched, random));
        int query = scenario == ClickModel.SEARCH ? page.drawQuery(interests, epoch, random) : 0;
        page.draw(interests, epoch, query, launched, random);
        if (model != null) {
          policy.order(page, scenario, model, random);
        }
        for (int i = 0; i < page.item.length; i++) {
          if (model == null) {
            affinity[at] = page.affinity[i];
          } else {
            examination[at] = ClickModel.examination(i + 1, world.options.positionBias());
            affinity[at] = model.standardise(scenario, page.affinity[policy.order[i]]);
          }
          at++;
        }
      }
    }
  }
}
