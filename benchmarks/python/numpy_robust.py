"""Robust rules as Flower makes them with numpy, over updates of one float32 tensor each.

median           aggregate_median and FedMedian: np.median over the stacked updates
trimmed-10, -20  trim_mean: np.partition at both cuts, then the mean of what lies between
krum-loop        flwr/server/strategy/aggregate.py until spring 2026: every ordered pair by np.linalg.norm, squared
krum-centred     flwr/serverapp/strategy/multikrum.py since then: |x|^2 + |y|^2 - 2 x.y in float32, less the mean before
bulyan           flwr/serverapp/strategy/bulyan.py: the theta best at once, median, np.argpartition of the distances to it
"""

import numpy as np
from turns import serve


def prepare(question):
    size, clients = question["size"], question["clients"]
    rng = np.random.default_rng(1)
    pattern = rng.standard_normal(size + 97 * clients, dtype=np.float32)
    pattern *= np.float32(0.01)
    centre = rng.standard_normal(size, dtype=np.float32) * np.float32(0.05)
    updates = [centre + pattern[97 * i : 97 * i + size] for i in range(clients)]
    return {"updates": updates}


def median(data):
    return np.median(np.stack(data["updates"]), axis=0)


def trimmed(share):
    def mean(data):
        stacked = np.stack(data["updates"])
        count = len(stacked)
        low = int(share * count)
        high = count - low
        return np.mean(np.partition(stacked, (low, high - 1), 0)[low:high], axis=0)

    return mean


def loop_distances(stacked):
    distances = np.zeros((len(stacked), len(stacked)))
    for i, left in enumerate(stacked):
        for j, right in enumerate(stacked):
            distances[i, j] = np.linalg.norm(left - right) ** 2
    return distances


def centred_distances(stacked):
    centred = stacked - stacked.mean(axis=0)
    norms = np.square(centred).sum(axis=1)
    return norms[:, None] + norms[None, :] - 2 * centred @ centred.T


def best(data, distances, count):
    """Indices of the updates with the least sums of distances to their n - f - 2 nearest."""
    matrix = distances(np.stack(data["updates"]))
    nearest = max(1, len(matrix) - data["f"] - 2)
    scores = [np.sum(row[np.argsort(row)[1 : nearest + 1]]) for row in matrix]
    return np.argsort(scores)[:count]


def krum(distances):
    return lambda data: data["updates"][best(data, distances, 1)[0]]


def bulyan(data):
    theta = len(data["updates"]) - 2 * data["f"]
    keep = theta - 2 * data["f"]
    picked = [data["updates"][i] for i in best(data, centred_distances, theta)]
    middle = np.median(picked, axis=0)
    stacked = np.stack(picked)
    nearest = np.argpartition(np.abs(stacked - middle), keep - 1, axis=0)[:keep]
    return np.mean(np.take_along_axis(stacked, nearest, axis=0), axis=0)


serve(
    prepare,
    {
        "median": median,
        "trimmed-10": trimmed(0.1),
        "trimmed-20": trimmed(0.2),
        "krum-loop": krum(loop_distances),
        "krum-centred": krum(centred_distances),
        "bulyan": bulyan,
    },
)
