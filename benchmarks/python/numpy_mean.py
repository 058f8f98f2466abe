"""Weighted means as Flower makes them with numpy, over updates of one float32 tensor each.

legacy   flwr/server/strategy/aggregate.py, aggregate: a list of updates times their example counts, then reduced
in-place flwr/serverapp/strategy/strategy_utils.py, aggregate_arrayrecords: a += update * share, one update after another
average  np.average over the stacked updates, as many write it by hand
Decoding of messages, which the second one does in the same loop, is left out.
"""

from functools import reduce

import numpy as np
from turns import serve


def prepare(question):
    rng = np.random.default_rng(1)
    if "value" in question:
        updates = [np.full(question["size"], question["value"], np.float32) for _ in range(question["clients"])]
        return {"updates": updates, "counts": [1] * len(updates)}
    pattern = rng.standard_normal(question["size"] + 97 * question["clients"], dtype=np.float32)
    pattern *= np.float32(0.01)
    updates = [pattern[97 * i : 97 * i + question["size"]].copy() for i in range(question["clients"])]
    return {"updates": updates, "counts": [100 + i for i in range(len(updates))]}


def legacy(data):
    updates, counts = data["updates"], data["counts"]
    scaled = [update * count for update, count in zip(updates, counts)]
    return reduce(np.add, scaled) / sum(counts)


def in_place(data):
    updates, counts = data["updates"], data["counts"]
    total = sum(counts)
    mean = None
    for update, count in zip(updates, counts):
        if mean is None:
            mean = update * (count / total)
        else:
            mean += update * (count / total)
    return mean


def average(data):
    updates, counts = data["updates"], data["counts"]
    return np.average(np.stack(updates), axis=0, weights=counts)


serve(prepare, {"legacy": legacy, "in-place": in_place, "average": average})
