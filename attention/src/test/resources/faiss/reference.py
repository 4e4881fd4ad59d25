#!/usr/bin/python3
"""Recall of FAISS's quantisers, which FaissReferenceTest holds ours against.

    python3 reference.py MINILM.fvecs > reference.properties

Debian's python3-faiss (1.7.3) and numpy. MINILM.fvecs: sentence vectors of the film titles of
ml-latest-small by all-MiniLM-L6-v2, 9,125 x 384 float32; of them the first 64 floats are used.

Every data set has training rows, base rows and queries, one after the other. Recall is the share
of the 50 base rows with the largest inner product that the 50 largest approximate inner products
(asymmetric: the query is exact) find again, averaged over the queries.
"""
import sys

import faiss
import numpy as np

K = 50


class Lcg:
    """Knuth's MMIX generator; a number is the sum of four uniform ones, less its mean."""

    def __init__(self, seed):
        self.state = seed

    def number(self):
        total = 0
        for _ in range(4):
            self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
            total += self.state >> 40
        return np.float32(total / 2.0**24 - 2)


def gaussian(seed, n, d):
    lcg = Lcg(seed)
    return np.array([lcg.number() for _ in range(n * d)], dtype=np.float32).reshape(n, d)


def correlated(seed, n, d):
    """x = M z, the columns of M ever shorter: few directions carry most, and no axis is one."""
    mixing = gaussian(seed, d, d)
    mixing *= (np.float32(0.9) ** np.arange(d)).astype(np.float32)
    return (gaussian(seed + 1, n, d).astype(np.float64) @ mixing.T.astype(np.float64)).astype(
        np.float32
    )


def fvecs(path):
    raw = np.fromfile(path, dtype=np.int32)
    return raw.reshape(-1, raw[0] + 1)[:, 1:].view(np.float32)


def recall(index, train, base, queries):
    index.train(train)
    index.add(base)
    found = index.search(queries, K)[1]
    exact = np.argsort(-(queries.astype(np.float64) @ base.T.astype(np.float64)), axis=1)[:, :K]
    return np.mean([len(set(f) & set(e)) / K for f, e in zip(found, exact)])


def methods(d):
    inner = faiss.METRIC_INNER_PRODUCT
    for bits, m in ((8, 8), (4, 16), (8, 16), (4, 32)):
        yield f"pq.{bits}x{m}", faiss.IndexPQ(d, m, bits, inner)
        yield f"opq.{bits}x{m}", faiss.IndexPreTransform(
            faiss.OPQMatrix(d, m), faiss.IndexPQ(d, m, bits, inner)
        )
    for bits, m in ((8, 8), (4, 16)):
        yield f"rq.{bits}x{m}", faiss.IndexResidualQuantizer(d, m, bits, inner)


def main():
    films = np.ascontiguousarray(fvecs(sys.argv[1])[:, :64])
    sets = {
        "gaussian": (gaussian(1, 6100, 32), 4000, 2000),
        "correlated": (correlated(3, 6100, 64), 4000, 2000),
        "films": (np.concatenate([films[:5000], films[5000:9000], films[9000:9100]]), 5000, 4000),
    }
    print("# Written by reference.py with FAISS", faiss.__version__)
    for name, (rows, train, base) in sets.items():
        print(f"{name}.rows={len(rows)}")
        print(f"{name}.dimension={rows.shape[1]}")
        print(f"{name}.train={train}")
        print(f"{name}.base={base}")
        print(f"{name}.checksum={float(np.abs(rows.astype(np.float64)).sum()):.6f}")
        for method, index in methods(rows.shape[1]):
            value = recall(index, rows[:train], rows[train : train + base], rows[train + base :])
            print(f"{name}.{method}={value:.4f}", flush=True)


if __name__ == "__main__":
    faiss.omp_set_num_threads(1)
    main()
