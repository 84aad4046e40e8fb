"""pandas and polars reading the numeric file; every reader that they offer."""

import os
import sys

# Before polars is imported: it starts its threads then.
os.environ["POLARS_MAX_THREADS"] = sys.argv[2]

import numpy as np
import pandas
import polars
import pyarrow


def set_threads(count):
    pyarrow.set_cpu_count(count)


class Reader:
    def __init__(self, read):
        self.run_once = read

    def check(self):
        frame = self.run_once()
        return {"sums": [float(frame[name].sum()) for name in frame.columns]}

    def run(self, count):
        for _ in range(count):
            self.run_once()


def modes(workload, data):
    path = data.file
    with open(path) as file:
        names = file.readline().strip().split(",")
    schema = {name: polars.Float64 for name in names}
    types = {name: np.float64 for name in names}
    reads = {
        "pandas": lambda: pandas.read_csv(path, engine="c", dtype=types),
        "pandas, pyarrow engine": lambda: pandas.read_csv(path, engine="pyarrow", dtype=types),
        "polars": lambda: polars.read_csv(path, schema=schema),
        "polars, streaming": lambda: polars.scan_csv(path, schema=schema).collect(engine="streaming"),
    }
    return {name: lambda read=read: Reader(read) for name, read in reads.items()}
