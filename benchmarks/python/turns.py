"""Answers lines of JSON on stdin with lines of JSON on stdout: prepares data, then runs methods when asked to."""

import json
import sys
import time

import numpy as np


def blas_name():
    """The BLAS that numpy has loaded, as far as the process' own list of libraries tells."""
    np.ones((2, 2), np.float32) @ np.ones((2, 2), np.float32)
    with open("/proc/self/maps") as maps:
        names = {line.split("/")[-1].strip() for line in maps if "blas" in line.split("/")[-1]}
    return ", ".join(sorted(names)) or "a BLAS of its own"


def serve(prepare, methods):
    """`prepare(question)` gives a dict for `methods`, which see the question's own fields in it; `repeats` says how often."""
    about = f"numpy {np.__version__} ({blas_name()}), Python {sys.version.split()[0]}"
    if "torch" in sys.modules:
        about = f"PyTorch {sys.modules['torch'].__version__}, {about}"
    print(json.dumps({"about": about}), flush=True)
    data = None
    for line in sys.stdin:
        question = json.loads(line)
        if "prepare" in question:
            data = None
            data = prepare(question["prepare"])
            print(json.dumps({}), flush=True)
            continue
        method = methods[question["method"]]
        given = {**data, **question}
        if "result" in question:
            print(json.dumps({"result": method(given).tolist()}), flush=True)
            continue
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(question["repeats"]):
            method(given)
        figures = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        print(json.dumps(figures), flush=True)
