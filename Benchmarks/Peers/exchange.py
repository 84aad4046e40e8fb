"""What our side has written for the peers: the same data, initial weights, order of rows and results."""

import json
import os
from dataclasses import dataclass

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
