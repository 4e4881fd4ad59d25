#!/usr/bin/python3
"""AUC, GAUC, log loss and NDCG@10 of the impressions that TenMillionImpressions generates, with scikit-learn and NumPy,
without intervals: what that harness is compared with.

    /usr/bin/python3 ten_million.py FOLDER

AUC, log loss and NDCG are scikit-learn's. A GAUC it does not have; roc_auc_score in a loop over users would take minutes, so
this one is vectorised: one sort by user and score, mean ranks inside ties, sums by user.
"""

import sys
import time
from pathlib import Path

import numpy as np
import sklearn
from sklearn.metrics import log_loss, ndcg_score, roc_auc_score

PAGES, SIZE = 2, 25


def gauc(scores, labels, each):
    """Σ n_u AUC_u / Σ n_u over users with both classes; every user has `each` impressions."""
    users = len(scores) // each
    user = np.repeat(np.arange(users), each)
    order = np.lexsort((scores, user))
    scores, labels = scores[order], labels[order]
    first = np.empty(len(scores), bool)  # of a group of ties
    first[0] = True
    first[1:] = (scores[1:] != scores[:-1]) | (user[1:] != user[:-1])
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(scores))
    middle = (starts + ends - 1) / 2
    ranks = np.repeat(middle, ends - starts).reshape(users, each) - np.arange(users)[:, None] * each + 1
    labels = labels.reshape(users, each)
    positives = labels.sum(axis=1, dtype=np.int64)
    both = (positives > 0) & (positives < each)
    won = (ranks * labels).sum(axis=1) - positives * (positives + 1) / 2
    auc = won[both] / (positives[both] * (each - positives[both]))
    return auc.mean()  # users weigh the same, since all have the same number of impressions


def timed(name, metric):
    begin = time.perf_counter()
    value = metric()
    print(f"{name:8} {value:.10f} {time.perf_counter() - begin:6.2f} s", flush=True)


folder = Path(sys.argv[1])
begin = time.perf_counter()
scores = np.fromfile(folder / "scores.f32", dtype="<f4")
labels = np.fromfile(folder / "labels.i8", dtype=np.int8)
timed("auc", lambda: roc_auc_score(labels, scores))
timed("gauc", lambda: gauc(scores, labels, PAGES * SIZE))
timed("logloss", lambda: log_loss(labels, scores.astype(np.float64)))
pages = labels.reshape(-1, SIZE)
clicked = pages.any(axis=1)
timed("ndcg@10", lambda: ndcg_score(pages[clicked], scores.reshape(-1, SIZE)[clicked], k=10))
print(
    f"{len(scores)} impressions: {time.perf_counter() - begin:.2f} s in all; Python {sys.version.split()[0]},"
    f" scikit-learn {sklearn.__version__}, NumPy {np.__version__}"
)
