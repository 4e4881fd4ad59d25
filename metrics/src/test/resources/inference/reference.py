#!/usr/bin/python3
"""Writes reference.properties: values of SciPy and NumPy that the inference is tested against.

    /usr/bin/python3 reference.py > reference.properties

README.md beside it says what comes from where.
"""

import sys
import numpy as np
import scipy
from scipy import special, stats

rng = np.random.default_rng(20261125)


def put(key, value):
    """One line; numbers with just the digits that tell them apart in their own precision."""
    print(f"{key}={' '.join(str(v) for v in np.atleast_1d(value))}")


print(f"# Python {sys.version.split()[0]}, SciPy {scipy.__version__}, NumPy {np.__version__}; made by reference.py")

# Normal and Student's t distribution.
x = np.array([-37, -12.5, -6, -2.5, -2.4999, -1.96, -0.3, 0, 1e-9, 0.7, 1.5, 2.4999, 2.5, 4, 8])
put("normal.x", x)
put("normal.cdf", stats.norm.cdf(x))
p = np.array([1e-300, 1e-17, 1e-6, 0.001, 0.025, 0.2, 0.4999, 0.5, 0.5001, 0.8, 0.975, 0.9999])
put("normal.p", p)
put("normal.quantile", stats.norm.ppf(p))
t, degrees = (a.ravel() for a in np.meshgrid([0, 1e-4, 0.5, 1.3, 2, 4.5, 12, 80], [0.7, 1, 2.5, 9, 49, 199.5, 20000]))
put("t.t", t)
put("t.degrees", degrees)
put("t.two_sided", 2 * stats.t.sf(t, degrees))
level, degrees = (a.ravel() for a in np.meshgrid([0.05, 0.5, 0.9, 0.95, 0.999], [0.7, 1, 2.5, 9, 49, 199.5, 20000]))
put("t.level", level)
put("t.level_degrees", degrees)
put("t.critical", stats.t.ppf((1 + level) / 2, degrees))

# BCa and percentile intervals of skewed statistics: SciPy's own bootstrap, its replicates handed over.
for case, (n, statistic) in enumerate(
    [(40, np.mean), (60, np.std), (120, lambda s, axis=-1: np.exp(np.mean(s, axis=axis) / 3))]
):
    sample = rng.lognormal(size=n)
    made = stats.bootstrap(
        (sample,), statistic, n_resamples=999, confidence_level=0.9, method="BCa", random_state=rng
    )
    put(f"bca.{case}.value", statistic(sample))
    put(f"bca.{case}.replicates", made.bootstrap_distribution)
    put(f"bca.{case}.deleted", [statistic(np.delete(sample, i)) for i in range(n)])
    put(f"bca.{case}.ends", made.confidence_interval)
    put(f"bca.{case}.percentile", np.percentile(made.bootstrap_distribution, [5, 95]))
    put(f"bca.{case}.error", made.standard_error)

# Delete-a-group jackknife of a ratio, groups of equal size.
y, z = rng.gamma(2, size=(2, 200))
groups = np.arange(200) % 20
without = np.array([y[groups != g].sum() / z[groups != g].sum() for g in range(20)])
ratio = y.sum() / z.sum()
put("jackknife.value", ratio)
put("jackknife.deleted", without)
put("jackknife.error", np.sqrt(19 / 20 * np.square(without - ratio).sum()))

# Adjusted p-values: R's p.adjust, restated.
p = np.concatenate([rng.random(12) ** 4, [0.01, 0.01, 0.01, 0, 1, 1]])
rng.shuffle(p)
order = np.argsort(p, kind="stable")
m = len(p)
holm, bh = np.empty(m), np.empty(m)
holm[order] = np.minimum(1, np.maximum.accumulate((m - np.arange(m)) * p[order]))
bh[order[::-1]] = np.minimum(1, np.minimum.accumulate(m / np.arange(m, 0, -1) * p[order[::-1]]))
put("adjusted.p", p)
put("adjusted.holm", holm)
put("adjusted.bh", bh)

# Asymptotic confidence sequence, equation 2 of Waudby-Smith et al., with the rho of their equation 30 in closed form.
alpha, tightest = 0.05, 12
estimates, errors = rng.normal(0.3, 1, 40), rng.uniform(0.5, 2, 40)
c = -special.lambertw(-(alpha**2) * np.exp(-1), -1).real - 1
rho2 = c / (tightest * errors[0] ** 2)
nights = np.arange(1, 41)
variance = np.cumsum(errors**2) / nights
centre = np.cumsum(estimates) / nights
half = np.sqrt(
    2 * (nights * variance * rho2 + 1) / (nights**2 * rho2) * np.log(np.sqrt(nights * variance * rho2 + 1) / alpha)
)
put("sequence.estimates", estimates)
put("sequence.errors", errors)
put("sequence.low", centre - half)
put("sequence.high", centre + half)

# Power of a two-sided z test of a difference.
for case, (level, power) in enumerate([(0.95, 0.8), (0.9, 0.95), (0.99, 0.5)]):
    put(f"power.{case}", [level, power, stats.norm.ppf((1 + level) / 2) + stats.norm.ppf(power)])

# Clustered DeLong by all pairs: Obuchowski's formulas as they stand, O(n^2).
def components(scores, labels):
    psi = (scores[labels == 1][:, None] > scores[labels == 0]) + 0.5 * (scores[labels == 1][:, None] == scores[labels == 0])
    return psi.mean(axis=1), psi.mean(axis=0), psi.mean()


def obuchowski(a, b, labels, users):
    (x10, x01, x), (y10, y01, y) = components(a, labels), components(b, labels)
    pos, neg = users[labels == 1], users[labels == 0]
    m, n, everyone = len(pos), len(neg), np.unique(users)

    def by_user(v, of, auc):
        return np.array([(v[of == u] - auc).sum() for u in everyone])

    x10, y10 = by_user(x10, pos, x), by_user(y10, pos, y)
    x01, y01 = by_user(x01, neg, x), by_user(y01, neg, y)
    i10, i01, i = len(np.unique(pos)), len(np.unique(neg)), len(everyone)
    s10 = i10 / ((i10 - 1) * m) * (x10 * y10).sum()
    s01 = i01 / ((i01 - 1) * n) * (x01 * y01).sum()
    s11 = i / (i - 1) * ((x10 * y01).sum() + (y10 * x01).sum())
    return s10 / m + s01 / n + s11 / (m * n)


for case, (n, users, levels) in enumerate([(40, 6, 5), (300, 40, 10**6), (300, 25, 12)]):
    user = rng.integers(0, users, n)
    taste = rng.normal(size=users)[user]
    a = (np.round((taste + rng.normal(size=n)) * levels) / levels).astype(np.float32)
    b = (np.round((a + rng.normal(size=n)) * levels) / levels).astype(np.float32)
    label = (rng.random(n) < 1 / (1 + np.exp(1 - taste - a))).astype(int)
    put(f"delong.{case}.a", a)
    put(f"delong.{case}.b", b)
    put(f"delong.{case}.labels", label)
    put(f"delong.{case}.users", user)
    put(f"delong.{case}.aucs", [components(a, label)[2], components(b, label)[2]])
    put(f"delong.{case}.variances", [obuchowski(a, a, label, user), obuchowski(b, b, label, user)])
    put(f"delong.{case}.covariance", obuchowski(a, b, label, user))
    # One impression a user: DeLong's own formula, by NumPy's covariance matrix.
    (a10, a01, _), (b10, b01, _) = components(a, label), components(b, label)
    put(
        f"delong.{case}.single",
        (np.cov(a10, b10) / label.sum() + np.cov(a01, b01) / (n - label.sum())).ravel()[[0, 1, 3]],
    )

# Jackknife groups and coins, restated from their definition in whole-number arithmetic.
M = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & M
    z = (z ^ z >> 27) * 0x94D049BB133111EB & M
    return z ^ z >> 31


seed, user = 20261124, 0xD24EC4F1A98C6E5B  # XXH64 of "a"
user = mix(user + GOLDEN & M)
put("weights.group", (mix(user ^ mix(mix(seed) - GOLDEN & M)) >> 33) * 50 >> 31)
words = [mix(user ^ mix(mix(seed) - (k + 2) * GOLDEN & M)) for k in range(3)]
put("weights.coins", [words[f // 64] >> f % 64 & 1 for f in range(150)])
