#!/usr/bin/python3
"""Writes reference.properties: values of scikit-learn and NumPy that the metrics are tested against.

Made with Python 3.11.2, scikit-learn 1.2.1, NumPy 1.24.2 (Debian 12: python3-sklearn):
    /usr/bin/python3 reference.py > reference.properties

Scores are float32, written in full, so both sides see the same numbers. scikit-learn's NDCG has a linear gain: it is fed
2^label - 1. It averages tied scores over their permutations, as we do.
"""

import sys
import numpy as np
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import label_ranking_average_precision_score, log_loss, ndcg_score, roc_auc_score

rng = np.random.default_rng(20261124)


def put(key, value):
    """One line; numbers with just the digits that tell them apart in their own precision."""
    print(f"{key}={' '.join(str(v) for v in np.atleast_1d(value))}")


print(f"# Python {sys.version.split()[0]}, scikit-learn {sklearn.__version__}, NumPy {np.__version__}; made by reference.py")

# AUC, plain and weighted, from hardly any to very many ties.
for case, (n, levels) in enumerate([(12, 4), (200, 7), (500, 50), (500, 10**6), (1000, 300)]):
    scores = (rng.integers(-levels, levels, n) / levels).astype(np.float32)
    labels = (rng.random(n) < 1 / (1 + np.exp(1 - 2 * scores))).astype(int)
    weights = rng.poisson(1, n)
    put(f"auc.{case}.scores", scores)
    put(f"auc.{case}.labels", labels)
    put(f"auc.{case}.weights", weights)
    put(f"auc.{case}.auc", roc_auc_score(labels, scores))
    put(f"auc.{case}.weighted", roc_auc_score(labels, scores, sample_weight=weights))

# NDCG of graded pages, tied and not.
for case, (n, levels) in enumerate([(2, 1), (5, 2), (10, 4), (20, 1000), (50, 5), (1150, 40)]):
    scores = (rng.integers(0, levels, n) / levels).astype(np.float32)
    labels = np.maximum(0, rng.integers(-3, 4, n))
    labels[rng.integers(n)] = 2
    put(f"ndcg.{case}.scores", scores)
    put(f"ndcg.{case}.labels", labels)
    for k in (1, 3, 10, 1100):
        gain = 2.0**labels - 1
        put(f"ndcg.{case}.at.{k}", ndcg_score([gain], [scores], k=k))

# Mean reciprocal rank of pages with one click and no ties: there it is the label ranking average precision.
scores = np.stack([rng.permutation(20) / 20 for _ in range(15)]).astype(np.float32)
labels = np.zeros_like(scores, dtype=int)
labels[np.arange(15), rng.integers(0, 20, 15)] = 1
put("mrr.scores", scores.ravel())
put("mrr.labels", labels.ravel())
put("mrr.pages", 15)
put("mrr.mrr", label_ranking_average_precision_score(labels, scores))

# Log loss and reliability.
probabilities = rng.beta(1, 4, 400)
clicks = (rng.random(400) < probabilities).astype(int)
put("loss.probabilities", probabilities)
put("loss.labels", clicks)
put("loss.logloss", log_loss(clicks, probabilities))
observed, predicted = calibration_curve(clicks, probabilities, n_bins=5, strategy="uniform")
put("loss.observed", observed)
put("loss.predicted", predicted)

# Logistic regression on one feature, no penalty.
for case, (n, intercept, slope, scale) in enumerate([(40, 0, 1, 1), (500, -2, 6, 0.2), (800, -1, -0.03, 50)]):
    scores = (rng.normal(0.1, 1, n) * scale).astype(np.float32)
    labels = (rng.random(n) < 1 / (1 + np.exp(-intercept - slope * scores))).astype(int)
    x = scores.astype(np.float64)
    # Newton on a standardised feature converges to the last digits; a rescaled feature has the same optimum.
    mean, deviation = x.mean(), x.std()
    fit = LogisticRegression(penalty=None, solver="newton-cholesky", tol=1e-14, max_iter=1000)
    fit.fit(((x - mean) / deviation)[:, None], labels)
    slope_fit = fit.coef_[0, 0] / deviation
    put(f"logistic.{case}.scores", scores)
    put(f"logistic.{case}.labels", labels)
    put(f"logistic.{case}.intercept", fit.intercept_[0] - slope_fit * mean)
    put(f"logistic.{case}.slope", slope_fit)

# Quantiles, linearly interpolated.
sample = rng.normal(size=137)
put("quantile.sample", sample)
put("quantile.ends", np.quantile(sample, [0.025, 0.975]))

# Bootstrap weights, restated from their definition in whole-number arithmetic with Python's own exponential.
M = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & M
    z = (z ^ z >> 27) * 0x94D049BB133111EB & M
    return z ^ z >> 31


def poisson(uniform):
    weight, term = 0, np.exp(-1.0)
    below = term
    while uniform >= below:
        weight += 1
        term /= weight
        below += term
    return weight


seed, user = 20261124, 0xD24EC4F1A98C6E5B  # XXH64 of "a"
keys = [mix(mix(seed) + (r + 1) * GOLDEN & M) for r in range(300)]
put("weights.a", [poisson((mix(mix(user + GOLDEN & M) ^ key) >> 11) / 2**53) for key in keys])
