#!/usr/bin/python3
"""Writes rankings.properties: values of scikit-learn, of trec_eval's definitions and of NumPy that the metrics are tested
against.

Made with Debian 12's python3-sklearn; the versions stand in the file's first line:
    /usr/bin/python3 rankings.py > rankings.properties

Scores are float32, written in full, so both sides see the same numbers. trec_eval 9's measures map, recip_rank, P, recall,
ndcg and ndcg_cut are restated below from its documentation and m_map.c, m_P.c, m_recall.c, m_ndcg.c: ranks by falling score,
no ties in these pages, gain the label, discount log2(1 + rank), P divided by the cut-off also where fewer are retrieved.
"""

import sys
import numpy as np
import sklearn
from sklearn.metrics import average_precision_score, ndcg_score

rng = np.random.default_rng(20261125)


def put(key, value):
    """One line; numbers with just the digits that tell them apart in their own precision."""
    print(f"{key}={' '.join(str(v) for v in np.atleast_1d(value))}")


print(f"# Python {sys.version.split()[0]}, scikit-learn {sklearn.__version__}, NumPy {np.__version__}; made by rankings.py")

KS = (1, 3, 10, 30)


def trec(labels):
    """trec_eval's measures of one page, labels in the order of the ranking."""
    relevant = labels > 0
    ranks = np.arange(1, len(labels) + 1)
    hits = np.cumsum(relevant)
    discount = np.log2(1 + ranks)
    gains = labels / discount
    ideal = np.sort(labels)[::-1] / discount
    values = {
        "map": np.sum(hits[relevant] / ranks[relevant]) / relevant.sum(),
        "recip_rank": 1 / ranks[relevant][0],
        "ndcg": gains.sum() / ideal.sum(),
    }
    for k in KS:
        values[f"P_{k}"] = relevant[:k].sum() / k
        values[f"recall_{k}"] = relevant[:k].sum() / relevant.sum()
        values[f"ndcg_cut_{k}"] = gains[:k].sum() / ideal[:k].sum()
    return values


# Pages without ties: scikit-learn's average precision and trec_eval's definitions.
for case, n in enumerate([1, 4, 8, 25, 60]):
    scores = ((rng.permutation(n) - n / 3) / n).astype(np.float32)
    labels = np.maximum(0, rng.integers(-4, 4, n))
    labels[rng.integers(n)] = 2
    put(f"page.{case}.scores", scores)
    put(f"page.{case}.labels", labels)
    put(f"page.{case}.average_precision", average_precision_score(labels > 0, scores))
    for key, value in trec(labels[np.argsort(-scores)]).items():
        put(f"page.{case}.{key}", value)

# Linear gain, ties averaged over their permutations.
for case, (n, levels) in enumerate([(2, 1), (5, 2), (12, 4), (20, 1000), (50, 5)]):
    scores = (rng.integers(0, levels, n) / levels).astype(np.float32)
    labels = np.maximum(0, rng.integers(-3, 4, n))
    labels[rng.integers(n)] = 3
    put(f"linear.{case}.scores", scores)
    put(f"linear.{case}.labels", labels)
    for k in KS:
        put(f"linear.{case}.at.{k}", ndcg_score([labels], [scores], k=k))

# Self-information with one event more for every item, and novelty of an untied page.
events = rng.integers(0, 200, 40) * (rng.random(40) < 0.7)
information = -np.log2((events + 1) / (events.sum() + 40))
scores = ((rng.permutation(40) - 7) / 40).astype(np.float32)
put("novelty.events", events)
put("novelty.information", information)
put("novelty.scores", scores)
for k in KS:
    put(f"novelty.at.{k}", information[np.argsort(-scores)][:k].mean())

# Exposure of untied pages: coverage, and the Gini index as half the relative mean absolute difference.
items, size, pages = 50, 12, 9
shown = np.stack([rng.choice(items, size, replace=False) for _ in range(pages)])
scores = np.stack([rng.permutation(size) / size for _ in range(pages)]).astype(np.float32)
put("exposure.items", items)
put("exposure.size", size)
put("exposure.shown", shown.ravel())
put("exposure.scores", scores.ravel())
for k in (1, 3, 10):
    top = np.take_along_axis(shown, np.argsort(-scores, axis=1), axis=1)[:, :k]
    counts = np.bincount(top.ravel(), minlength=items)
    put(f"exposure.coverage.{k}", (counts > 0).mean())
    put(f"exposure.gini.{k}", np.abs(counts[:, None] - counts[None, :]).mean() / (2 * counts.mean()))

# Expected calibration error over given bins.
probabilities = rng.beta(1, 4, 500)
clicks = (rng.random(500) < probabilities**1.2).astype(int)
edges = np.quantile(probabilities, np.arange(1, 10) / 10)
bins = np.digitize(probabilities, edges)
put("ece.probabilities", probabilities)
put("ece.labels", clicks)
put("ece.edges", edges)
put(
    "ece.ece",
    sum(
        (bins == b).mean() * abs(probabilities[bins == b].mean() - clicks[bins == b].mean())
        for b in range(10)
        if (bins == b).any()
    ),
)

# Off-policy estimates of one sample.
n = 300
propensities = rng.uniform(0.05, 1, n)
targets = rng.uniform(0, 1, n) * (rng.random(n) < 0.8)
rewards = rng.normal(1, 2, n)
logged = rng.normal(1, 0.5, n)
expected = rng.normal(1, 0.5, n)
w = targets / propensities
put("offpolicy.propensities", propensities)
put("offpolicy.targets", targets)
put("offpolicy.rewards", rewards)
put("offpolicy.logged", logged)
put("offpolicy.expected", expected)
put("offpolicy.ips", np.mean(w * rewards))
put("offpolicy.snips", np.sum(w * rewards) / np.sum(w))
put("offpolicy.clip", 3.0)
put("offpolicy.clipped_ips", np.mean(np.minimum(w, 3) * rewards))
put("offpolicy.doubly_robust", np.mean(expected + w * (rewards - logged)))
put("offpolicy.effective", np.sum(w) ** 2 / np.sum(w**2))
put("offpolicy.clipped_effective", np.sum(np.minimum(w, 3)) ** 2 / np.sum(np.minimum(w, 3) ** 2))
put("offpolicy.largest", w.max())
put("offpolicy.zeros", (w == 0).mean())
