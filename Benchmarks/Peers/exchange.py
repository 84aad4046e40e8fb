"""What our side has written for the peers: the same data, initial weights, order of rows and results."""

import json
import os
import time
from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass
class Block:
    """A dense layer with the batch normalisation behind it, or with its bias."""

    weight: np.ndarray  # [inputs x outputs]
    bias: np.ndarray | None = None
    scale: np.ndarray | None = None
    shift: np.ndarray | None = None
    mean: np.ndarray | None = None
    variance: np.ndarray | None = None


class Data:
    """A folder of raw little-endian arrays and facts.json; Exchange.swift writes it."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "facts.json")) as file:
            for name, value in json.load(file).items():
                setattr(self, name, value)

    def array(self, name):
        kind = {"f32": np.float32, "i32": np.int32}[name.rsplit(".")[-1]]
        return np.fromfile(os.path.join(self.folder, name), kind)

    @property
    def file(self):
        return os.path.join(self.folder, "data.csv")

    @property
    def x(self):
        return self.array("x.f32").reshape(self.rows, self.inputs)

    @property
    def y(self):
        return self.array("y.i32")

    @property
    def validation(self):
        return self.array("vx.f32").reshape(self.validationRows, self.inputs), self.array("vy.i32")

    @property
    def outputs_of_ours(self):
        return self.array("outputs.f32").reshape(self.rows, self.outputs)

    def order(self, epoch):
        """The rows of an epoch in the order in which our trainer takes them."""
        return self.array("order.i32").reshape(self.orders, self.rows)[epoch % self.orders]

    def batches(self):
        """The batches of the first epoch, cut out before any clock runs."""
        x, y, order = self.x, self.y, self.order(0)
        cuts = [order[start : start + self.batch] for start in range(0, self.rows - self.batch + 1, self.batch)]
        return [(np.ascontiguousarray(x[rows]), y[rows].astype(np.int64)) for rows in cuts]

    def network(self):
        """The blocks of the network, first to last."""
        numbers, place, blocks = self.array("network.f32"), 0, []

        def take(*shape):
            nonlocal place
            count = int(np.prod(shape))
            place += count
            return numbers[place - count : place].reshape(shape).copy()

        widths = [self.inputs, *self.hidden]
        for width, units in zip(widths, self.hidden):
            if self.normalized:
                blocks.append(Block(take(width, units), None, take(units), take(units), take(units), take(units)))
            else:
                blocks.append(Block(take(width, units), take(units)))
        blocks.append(Block(take(widths[-1], self.outputs), take(self.outputs)))
        assert place == numbers.size, "the network does not have the shape that the facts tell"
        return blocks


class PathData:
    """A regularisation path that the driver has written; see paths.py."""

    def __init__(self, folder):
        self.folder = folder
        with open(os.path.join(folder, "problem.json")) as file:
            for name, value in json.load(file).items():
                setattr(self, name, value)
        self.target, self.strengths = self.numbers("y.f64"), self.numbers("strengths.f64")
        self.folds = self.numbers("folds.i32")

    def numbers(self, name):
        return np.fromfile(os.path.join(self.folder, name), np.float64 if name.endswith("f64") else np.int32)

    @cached_property
    def features(self):
        """By columns: a dense array in Fortran's order, or a sparse one."""
        if not self.isSparse:
            return self.numbers("x.f64").reshape((self.rows, self.columns), order="F")
        import scipy.sparse

        parts = self.numbers("x.f64"), self.numbers("places.i32"), self.numbers("starts.i32")
        return scipy.sparse.csc_matrix(parts, (self.rows, self.columns))

    def held_out(self, coefficients, fold):
        """The sums of squared errors of the rows in a fold."""
        rows = self.folds == fold
        return ((self.target[rows] - coefficients @ self.features[rows].T) ** 2).sum(axis=1)

    def training(self, fold):
        """Features and target of the rows outside a fold."""
        rows = self.folds != fold
        return np.asfortranarray(self.features[rows]), self.target[rows]


class PathSolver:
    """One way of a peer to solve a path: solve(x, y) gives the coefficients [strengths x columns]."""

    # The check is a run.
    is_warm = True

    def __init__(self, data, solve):
        self.data, self.solve = data, solve

    def once(self):
        return self.solve(self.data.features, self.data.target)

    def check(self):
        """Solves once, and says where the coefficients are and how long it took."""
        start = time.perf_counter()
        coefficients = self.once()
        return self.answer(coefficients, time.perf_counter() - start)

    def answer(self, coefficients, seconds, **more):
        name = f"solution-{os.getpid()}.f64"
        np.ascontiguousarray(coefficients, np.float64).tofile(os.path.join(self.data.folder, name))
        return {"solution": name, "first": seconds, **more}

    def run(self, count):
        for _ in range(count):
            self.once()


class FoldSolver(PathSolver):
    """One way of a peer to validate: curve() gives the mean squared error at every strength, over all folds.

    The evidence is the path without the first fold, by solve(x, y).
    """

    def __init__(self, data, curve, solve):
        super().__init__(data, solve)
        self.once = curve

    @staticmethod
    def of_paths(data, solve):
        """A path for each fold in turn, and one of all rows."""

        def curve():
            total = np.zeros(data.strengths.size)
            for fold in range(data.folds.max() + 1):
                total += data.held_out(solve(*data.training(fold)), fold)
            solve(data.features, data.target)
            return total / data.target.size

        return FoldSolver(data, curve, solve)

    def check(self):
        start = time.perf_counter()
        curve = self.once()
        seconds = time.perf_counter() - start
        return self.answer(self.solve(*self.data.training(0)), seconds, curve=list(map(float, curve)))


def folded(blocks, epsilon=1e-5):
    """The same network for inference: every batch normalisation folded into the dense layer before it."""
    result = []
    for block in blocks:
        if block.scale is None:
            result.append(block)
            continue
        factor = block.scale / np.sqrt(block.variance.astype(np.float64) + epsilon)
        bias = block.shift - block.mean * factor
        result.append(Block((block.weight * factor).astype(np.float32), bias.astype(np.float32)))
    return result
